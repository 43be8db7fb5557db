"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import (
    asking,
    by_hand,
    case,
    complaining,
    desk,
    form_sending,
    medical,
    own,
    professional,
    professional_counts,
    searching,
    working,
    writing,
)
from casework.pages.blueprint import pages

__all__ = [
    "asking",
    "by_hand",
    "case",
    "complaining",
    "desk",
    "form_sending",
    "medical",
    "own",
    "pages",
    "professional",
    "professional_counts",
    "searching",
    "working",
    "writing",
]
