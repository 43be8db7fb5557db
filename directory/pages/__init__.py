"""The pages of the directory: finding a service, keeping listings, guidance, publications."""

from directory.pages import (
    desk,
    editing,
    finding,
    guidance,
    importing,
    publications,
    suggesting,
)
from directory.pages.blueprint import pages

__all__ = [
    "desk",
    "editing",
    "finding",
    "guidance",
    "importing",
    "pages",
    "publications",
    "suggesting",
]
