"""Asking on the page of the check."""

from tests.members.visits import Visitor

LISTED = "07700 900123"
NOTHING = "No warning found. That does not mean safe."


def check(visitor: Visitor, entry: str) -> Visitor:
    """Type an entry into the one field and send it."""
    visitor.open("/check").send(form="/check", entry=entry)
    return visitor
