"""What the checker knows: identifiers, what an entry of the register says, limits; no I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from checker.watches import WatchToken
from members.model import Severity as Severity  # noqa: PLC0414 - the checker's word too


class IdentifierKind(StrEnum):
    """What a person can be looked up by."""

    PHONE = "phone"
    EMAIL = "email"
    USERNAME = "username"
    VEHICLE = "vehicle"


class Note(StrEnum):
    """What a member is told about an identifier that was read all the same."""

    UNKNOWN_RANGE = "unknown_range"
    INTERNATIONAL_DOMAIN = "international_domain"


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """A normalised identifier.

    E.164 for a phone, the normalised address for an email, `platform:name` for a username,
    `country:` with capitals and digits for a vehicle's registration.
    """

    kind: IdentifierKind
    value: str

    def __repr__(self) -> str:
        """Keep the value out of logs and tracebacks."""
        return f"Identifier({self.kind}, ***)"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry holds: identifiers without doubt, and choices that only a person can make.

    Each choice is one number or name of the entry with what it can be read as: one of them is
    meant.
    """

    identifiers: tuple[Identifier, ...]
    choices: tuple[tuple[Identifier, ...], ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Tell whether something in the entry may be meant in two ways."""
        return bool(self.choices)

    @property
    def candidates(self) -> tuple[Identifier, ...]:
        """Return what can be chosen, of all choices together."""
        return tuple(dict.fromkeys(each for choice in self.choices for each in choice))

    def chosen(self, values: Iterable[str]) -> tuple[Identifier, ...]:
        """Return what a value for each choice in turn means, up to the first that was not offered.

        It is shorter than the choices while one of them is still open.
        """
        found: list[Identifier] = []
        for choice, value in zip(self.choices, values, strict=False):
            meant = [each for each in choice if each.value == value]
            if not meant:
                break
            found += meant
        return tuple(found)


class NotAnIdentifier(Exception):
    """An entry that is no identifier: a code for programs, a message that a person can act on.

    Neither holds anything of what was typed.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code
        self.message = message


class HarmKind(StrEnum):
    """The kinds of harm that a report and a warning name."""

    RAPE_OR_SEXUAL_ASSAULT = "rape_or_sexual_assault"
    CONDOM_REMOVAL = "condom_removal"
    PHYSICAL_ASSAULT = "physical_assault"
    ROBBERY_OR_THEFT = "robbery_or_theft"
    NON_PAYMENT = "non_payment"
    THREATS_OR_VERBAL_ABUSE = "threats_or_verbal_abuse"
    STALKING_OR_HARASSMENT = "stalking_or_harassment"
    BLACKMAIL_OR_OUTING = "blackmail_or_outing"
    HATE_INCIDENT = "hate_incident"
    NO_SHOW_OR_TIME_WASTING = "no_show_or_time_wasting"


class Band(StrEnum):
    """How many reports stand behind a warning; never the exact number."""

    ONE = "1"
    SEVERAL = "2 to 4"
    MANY = "5 or more"

    @classmethod
    def of(cls, reports: int) -> "Band":
        """Return the band that a number of reports, at least 1, falls into."""
        bands = ((5, cls.MANY), (2, cls.SEVERAL))
        return next((band for least, band in bands if reports >= least), cls.ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What an entry of the register says at once: all warnings about one identifier, merged.

    `month` is YYYY-MM, and like `band` may be withheld ("" and None). Codes, references and
    advice that do not fit are left out and marked: `more_regions`, `more_references`, and "…" at
    the end of the advice.
    """

    severity: Severity
    kinds: frozenset[HarmKind]
    month: str = ""
    regions: tuple[str, ...] = ()
    band: Band | None = None
    advice: str = field(default="", repr=False)
    references: tuple[str, ...] = ()
    more_regions: bool = False
    more_references: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one identifier: what the register says, or None if it holds nothing.

    By `watch` a member asks to be told if it is reported.
    """

    identifier: Identifier
    found: Payload | None
    watch: WatchToken = field(repr=False, compare=False)


class Spending(StrEnum):
    """What a member has a budget for, each its own."""

    CHECK = "check"  # an identifier evaluated, in either way of checking
    BUCKET = "bucket"  # a bucket of the register fetched, by private checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many identifiers a member may check: in a burst, and in 24 hours from the first."""

    burst: int = 20
    daily: int = 20
    refill: timedelta = timedelta(minutes=1)  # one more of the burst after each

    def times(self, factor: int) -> "Limits":
        """Return so many times as much, in the same time."""
        return Limits(
            burst=self.burst * factor, daily=self.daily * factor, refill=self.refill / factor
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left of a member's budget."""

    burst_left: int
    today_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterState:
    """What the database holds the register in Redis to: nothing older, no other key.

    `waiting` says that entries have changed which Redis does not have yet, `next_public_key` that
    a rotation is on its way.
    """

    epoch: int
    public_key: bytes
    bucket_bits: int
    pad: int
    generation: int
    rebuilt_at: datetime | None
    next_public_key: bytes | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One identifier of one report in the ledger; equal tags link reports."""

    id: UUID
    tag: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh or a rebuild wrote to Redis."""

    entries: int
    buckets: int
    rebuilt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How many entries the register lists in its epoch."""

    epoch: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStats:
    """The register in numbers; `trouble` says in words why checks cannot be answered, if so.

    `turned_lines` is how far a rotation has come, None while there is none.
    """

    epoch: int
    generation: int
    entries: int
    waiting: int
    ledger_lines: int
    turned_lines: int | None
    buckets: int
    bucket_octets: int
    rebuilt_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVerified:
    """What a walk through the register in Redis found, canary apart.

    `entries` are as the database has them, `missing` are not there or another's, `stale` were
    taken off and are there still.
    """

    entries: int
    missing: int
    stale: int
    buckets: int

    @property
    def whole(self) -> bool:
        """Whether everything is as it should be."""
        return not self.missing and not self.stale


class RegisterUnavailable(Exception):
    """The register cannot answer now; never to be shown as "no warning"."""


class RotationRefused(Exception):
    """A rotation cannot go on, for a reason in words."""


class OtherEpoch(Exception):
    """The register is in another epoch than the one asked for: its key was rotated."""


class NoSuchBucket(Exception):
    """The register has no bucket of this number in this layout."""


class MalformedQuestion(Exception):
    """A program's question is not in the form that the interface is described by."""


class WrongRegisterKey(Exception):
    """The evaluator's key is not the one this database's register was made with."""


class BudgetSpent(Exception):
    """The member has no checks left until `retry_at`."""

    def __init__(self, retry_at: datetime) -> None:
        """Keep the moment from which the same check is allowed again."""
        super().__init__("no checks left for now")
        self.retry_at = retry_at


class TooManyAtOnce(Exception):
    """More identifiers in one check than the limits ever allow."""

    def __init__(self, allowed: int) -> None:
        """Keep how many may be checked at once."""
        super().__init__(f"at most {allowed} at once")
        self.allowed = allowed
