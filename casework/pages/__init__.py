"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import case, feed, linking, notes, referring, tasks
from casework.pages.blueprint import pages

__all__ = ["case", "feed", "linking", "notes", "pages", "referring", "tasks"]
