"""Requests about one's data: what is asked, by when it is answered, what can be answered; no I/O.

UK GDPR Art. 12(3): one month from receipt, longer once by two months, with a reason.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from checker.model import Identifier
from reports.model import Sharing

ANSWERED_WITHIN = 1  # months
LONGER_BY = 2  # months
LONGEST_WORDS = 4_000
LONGEST_TOLD = 2_000
LONGEST_CONTACT = 200
LONGEST_WHY = 200
MOST_NAMED = 10
MOST_A_DAY = 500  # of all together: nobody is counted by an address
CODES_FOR_ONE = 3  # a day, to one number or address, whoever asks
CODES_OF_ONE = 6  # a day, for one request


class RequestKind(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    ERASURE = "erasure"
    DISPUTE = "dispute"


class Proof(StrEnum):
    """How it was shown that a number or an address belongs to who asks."""

    NONE = "none"
    WROTE = "wrote"
    RANG = "rang"
    ACCOUNT = "account"
    CODE = "code"


class Outcome(StrEnum):
    """What was decided. Only TOLD can be told from the others by who reads the answer."""

    TOLD = "told"
    NOT_CONFIRMED = "not_confirmed"
    ERASED = "erased"
    REFUSED = "refused"
    STANDS = "stands"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


OUTCOMES = {
    RequestKind.ACCESS: (Outcome.TOLD, Outcome.NOT_CONFIRMED),
    RequestKind.ERASURE: (Outcome.ERASED, Outcome.REFUSED),
    RequestKind.DISPUTE: (Outcome.STANDS, Outcome.CORRECTED, Outcome.WITHDRAWN),
}


ACTING = frozenset({Outcome.ERASED, Outcome.WITHDRAWN})  # what may do something to reports


class Remedy(StrEnum):
    """What is done to a report once two people decided so."""

    WITHDRAW = "withdraw"  # its warning
    UNLIST = "unlist"  # what the request names, from the report and the register
    ERASE = "erase"  # all of it, with its warning


class NoSuchRequest(Exception):
    """No request has this id, or this code."""


class NothingNamed(Exception):
    """A request without an identifier cannot be looked into."""


class TooManyRequests(Exception):
    """More requests came within a day than an instance takes."""


class LeadNeeded(Exception):
    """A dispute is decided by a lead."""


class ProofMissing(Exception):
    """Nothing is told before it is shown to whom the number or the address belongs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody sent: sealed as a whole."""

    words: str = field(default="", repr=False)
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    contact: str = field(default="", repr=False)
    tell: str = field(default="", repr=False)  # that there is an answer: E.164 or an email address


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is done to one report, and the references of it and of its warning on show, if any."""

    report_id: UUID
    remedy: Remedy
    report: str
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person proposes and another confirms: sealed as a whole."""

    outcome: Outcome
    deeds: tuple[Deed, ...] = ()
    proof: Proof = Proof.NONE
    told: str = field(default="", repr=False)
    why: str = field(default="", repr=False)  # for the second person, never for who asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """An answer that two people gave, by the first of them."""

    answer: Answer
    reference: str
    proposed_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request as the desk lists it."""

    id: UUID
    reference: str
    kind: RequestKind
    language: str
    received_at: datetime
    due_at: datetime
    extended_at: datetime | None
    proposed_by: UUID | None
    proposal: str  # which answer was written, so that it is confirmed as it was read
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The words in which somebody hears that there is an answer; a text waits for the morning."""

    subject: str
    body: str
    rings_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provable:
    """A number or an address of a request, by its position there, that a code can be sent to."""

    position: int
    identifier: Identifier = field(repr=False)
    proved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProofs:
    """What of a request its sender can show to be theirs, and where a code that works now went."""

    provable: tuple[Provable, ...]
    sent_to: Identifier | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRequest:
    """A request as it is read at the desk, beside the reports that name the same.

    `proved` says when a code was typed, by the position of the identifier.
    """

    line: RequestLine
    asked: Asked
    proved: Mapping[int, datetime]
    answer: Answer | None
    longer_because: str = field(default="", repr=False)
    sharing: tuple[Sharing, ...] = ()
    on_show: Mapping[UUID, str] = field(default_factory=dict)  # references of warnings, by report


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """A request as whoever sent it finds it with their code."""

    line: RequestLine
    told: str = field(default="", repr=False)
    longer_because: str = field(default="", repr=False)


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last day of a month that is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
