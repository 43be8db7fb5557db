"""Suggestions: what somebody wrote about a listing, sealed to the desk."""

from uuid import UUID

from sqlalchemy import Select, select

from directory.records import SuggestionRow


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own."""
    return select(SuggestionRow.id)
