"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import (
    asking,
    by_hand,
    case,
    desk,
    medical,
    own,
    searching,
    working,
    writing,
)
from casework.pages.blueprint import pages

__all__ = [
    "asking",
    "by_hand",
    "case",
    "desk",
    "medical",
    "own",
    "pages",
    "searching",
    "working",
    "writing",
]
