"""The pages of reports: reporting harm, following it up, and the caseworkers' desk."""

from reports.pages import (
    asking,
    correcting,
    desk,
    follow_up,
    intake,
    opening,
    request_desk,
    request_proof,
    requesting,
    sending,
    writing,
)
from reports.pages.blueprint import pages

__all__ = [
    "asking",
    "correcting",
    "desk",
    "follow_up",
    "intake",
    "opening",
    "pages",
    "request_desk",
    "request_proof",
    "requesting",
    "sending",
    "writing",
]
