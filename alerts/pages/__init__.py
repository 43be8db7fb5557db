"""The pages of alerts: deciding to publish, following what goes out, and what members read."""

from alerts.pages import (
    answering,
    bulletins,
    correcting,
    deciding,
    following,
    reading,
    unpublishing,
)
from alerts.pages.blueprint import pages

__all__ = [
    "answering",
    "bulletins",
    "correcting",
    "deciding",
    "following",
    "pages",
    "reading",
    "unpublishing",
]
