"""What is done about a case: notes, tasks, services that were named, reports; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from directory.model import Listing

LONGEST_TASK = 500
SHOWN_AHEAD = timedelta(days=90)  # what of the tasks is in a calendar; all that is overdue, too
MOST_TASKS = 200  # on one page, the nearest first
MOST_SERVICES = 10  # of a search on the page of a case


class ReferralOutcome(StrEnum):
    """What came of naming a service."""

    TOLD = "told"
    CONTACTED = "contacted"
    HELPED = "helped"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NOT_WANTED = "not_wanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of the desk; `version` goes up with each change."""

    id: UUID
    version: int
    by: UUID
    at: datetime
    changed_by: UUID | None
    changed_at: datetime | None
    text: str = field(repr=False)


class NoteChanged(Exception):
    """Somebody else changed the note meanwhile; it is kept here as it stands now."""

    def __init__(self, note: Note) -> None:
        """Keep the note, not its words as the exception's own."""
        super().__init__()
        self.note = note


class NotLetIn(Exception):
    """A task is for somebody who may not open the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do by a day; `text` is None where the words do not open to who reads yet."""

    id: UUID
    case_id: UUID
    reference: str
    for_account: UUID
    due_on: date
    done_at: datetime | None
    done_by: UUID | None
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDay:
    """All that a calendar learns of a task."""

    id: UUID
    reference: str
    due_on: date
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A service that the person was told of; it stays named when it is not shown any more."""

    id: UUID
    listing: Listing
    by: UUID
    at: datetime
    outcome: ReferralOutcome
    changed_at: datetime
