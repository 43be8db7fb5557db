"""What a case is: where it came from, where it stands, what was asked for, its clock; no I/O."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_WORDS = 10_000
LONGEST_LINE = 4_000
LONGEST_ANSWER = 200
MOST_A_DAY = 500  # cases that come in, of all people together: nobody is counted by an address
CLOSED_KEPT = timedelta(days=730)
DRAFT_LIFE = timedelta(days=30)


class CaseKind(StrEnum):
    """What a case is about."""

    SUPPORT = "support"
    PROFESSIONAL = "professional"  # harm by somebody in a position of public trust


class CaseSource(StrEnum):
    """How a case came in."""

    CALL_BACK = "call_back"
    MESSAGE = "message"
    FORM = "form"  # on harm by a professional
    BY_HAND = "by_hand"


FIRST_ANSWER = {
    CaseSource.CALL_BACK: timedelta(hours=12),
    CaseSource.MESSAGE: timedelta(hours=48),
    CaseSource.FORM: timedelta(hours=48),
    CaseSource.BY_HAND: timedelta(hours=48),
}
ANSWERED_WITHIN = timedelta(hours=48)  # what the person writes later


class CaseState(StrEnum):
    """new -> open <-> waiting -> closed; a closed case can be opened again."""

    NEW = "new"  # nobody took it
    OPEN = "open"
    WAITING = "waiting"  # for somebody else: the person, a service, a complaint body
    CLOSED = "closed"


RUNNING = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


class Outcome(StrEnum):
    """How a case ended."""

    RESOLVED = "resolved"
    PARTLY = "partly"
    HEARD = "heard"  # being heard was what was wanted
    REFERRED = "referred"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"  # by the person's own wish


class LineKind(StrEnum):
    """What stands in the person's own view of their case."""

    MESSAGE = "message"
    STEP = "step"  # what happens next
    AGREED = "agreed"


class Reach(StrEnum):
    """How somebody wants to be reached."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    HERE = "here"  # only with the code, or in the account


class NoSuchCase(Exception):
    """There is no such case, or it is not for whoever asks: the two look the same."""


class NoSuchColleague(Exception):
    """Nobody with this id works on cases and has a key pair."""


class TooManyCases(Exception):
    """More cases came in within a day than an instance takes."""


class CaseMoved(Exception):
    """Somebody else changed the case, or it is not in a state for this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What somebody asked for, sealed as a whole. `address` is an E.164 number or an email address.

    `tell` is where a word goes when there is an answer: the same kinds, or "".
    """

    words: str = field(default="", repr=False)
    reach: Reach = Reach.HERE
    address: str = field(default="", repr=False)
    safe_times: str = field(default="", repr=False)
    safe_word: str = field(default="", repr=False)
    no_message: bool = False  # leave none if nobody answers
    called: str = field(default="", repr=False)  # what to call them
    speaks: str = field(default="", repr=False)  # BCP 47, or as they wrote it
    tell: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case as the desk lists it: nothing that somebody wrote."""

    id: UUID
    reference: str
    kind: CaseKind
    source: CaseSource
    state: CaseState
    language: str
    opened_at: datetime
    due_at: datetime | None  # when the next answer, call or look is due
    assignee_id: UUID | None
    answered_at: datetime | None  # when somebody first wrote or spoke with the person
    closed_at: datetime | None
    outcome: Outcome | None
    unanswered: bool  # the person wrote something, and nobody answered yet

    @property
    def is_running(self) -> bool:
        """Whether the case is not closed."""
        return self.state is not CaseState.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that the person reads too; `by` is None for one of their own."""

    id: UUID
    kind: LineKind
    at: datetime
    by: UUID | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case as whoever has access reads it."""

    card: CaseCard
    intake: Intake
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """A case as the person reads it: never again what they first wrote, lest somebody else reads.

    What they wrote later and what was said to them is what they came for.
    """

    card: CaseCard
    lines: tuple[Line, ...]
