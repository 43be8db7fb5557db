"""The pages of the directory: finding a service, keeping listings, guidance, publications."""

from directory.pages import finding, guidance, publications
from directory.pages.blueprint import pages

__all__ = ["finding", "guidance", "pages", "publications"]
