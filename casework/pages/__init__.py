"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import asking, case, own
from casework.pages.blueprint import pages

__all__ = ["asking", "case", "own", "pages"]
