"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import case, medical
from casework.pages.blueprint import pages

__all__ = ["case", "medical", "pages"]
