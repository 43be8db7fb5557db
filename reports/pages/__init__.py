"""The pages of reports: reporting harm, following it up, and the caseworkers' desk."""

from reports.pages import asking, correcting, desk, follow_up, intake, sending
from reports.pages.blueprint import pages

__all__ = ["asking", "correcting", "desk", "follow_up", "intake", "pages", "sending"]
