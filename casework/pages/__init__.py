"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import case, complaining, form_sending, professional, professional_counts
from casework.pages.blueprint import pages

__all__ = ["case", "complaining", "form_sending", "pages", "professional", "professional_counts"]
