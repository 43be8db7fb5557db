"""A complaint of a case: its stages, its answers, how it ended; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from casework.model import NoSuchCase

LONGEST_REPLY = 4_000
MOST_REPLIES = 50
MOST_COMPLAINTS = 20  # of one case


class Stage(StrEnum):
    """organisation -> review -> body -> ended; each may be left out."""

    ORGANISATION = "organisation"
    REVIEW = "review"
    BODY = "body"  # an ombudsman or a regulator
    ENDED = "ended"


class ComplaintState(StrEnum):
    """Running, or how it ended."""

    RUNNING = "running"
    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"
    NO_ANSWER = "no_answer"


ENDS = tuple(each for each in ComplaintState if each is not ComplaintState.RUNNING)


class NoSuchComplaint(NoSuchCase):
    """The case has no such complaint."""


class NotLikeThis(Exception):
    """An end without an outcome, an outcome without an end, or more than a case can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered, and on which day."""

    on: date
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as the desk reads it; `body` is its code in the file of complaint bodies."""

    id: UUID
    body: str
    stage: Stage
    state: ComplaintState
    begun_at: datetime
    due_on: date | None
    changed_at: datetime
    replies: tuple[Reply, ...]

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.stage is not Stage.ENDED

    @property
    def last_reply_on(self) -> date | None:
        """Return the day of the last answer: from a final one, deadlines of the next count."""
        return max((each.on for each in self.replies), default=None)
