"""Who uses the service: roles, states, preferences; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from members.cover import Cover

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
CODES_AN_HOUR = 3
RESET_LIFE = timedelta(minutes=30)
RESETS_A_DAY = 3
SHORTEST_PASSPHRASE = 12
LONGEST_PASSPHRASE = 256
SHORTEST_NAME = 2
LONGEST_NAME = 40
LONGEST_NUMBERED = LONGEST_NAME + len(" 0000")  # with the number that the service adds
LONGEST_STATEMENT = 2_000
LONGEST_ORGANISATION = 120
FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
HALF_HOUR = 30  # minutes: quiet hours and digests begin and end on one
DAY_MINUTES = 24 * 60


class Role(StrEnum):
    """What an account may do."""

    MEMBER = "member"
    PRACTITIONER = "practitioner"
    CASEWORKER = "caseworker"
    LEAD = "lead"
    RESEARCHER = "researcher"
    OPERATOR = "operator"


CASEWORK = frozenset({Role.CASEWORKER, Role.LEAD})
CHECKING = frozenset({Role.MEMBER, Role.PRACTITIONER, Role.CASEWORKER, Role.LEAD})
STAFF = frozenset(Role) - {Role.MEMBER, Role.PRACTITIONER}
AT_RISK = frozenset({Role.MEMBER, Role.PRACTITIONER})


class AccountState(StrEnum):
    """Where an account stands; only vetted accounts check and get alerts."""

    APPLIED = "applied"
    VETTED = "vetted"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    LEFT = "left"


class VettedHow(StrEnum):
    """How somebody was vetted: all that vetting keeps, with by whom and when."""

    PROFILE = "profile"
    MEMBER_VOUCHED = "member_vouched"
    ORGANISATION_VOUCHED = "organisation_vouched"


class Severity(StrEnum):
    """How bad it may get; the order of the members is from worst to least."""

    DANGER = "danger"
    RISK = "risk"
    NUISANCE = "nuisance"

    @property
    def rank(self) -> int:
        """Return 0 for the worst."""
        return list(Severity).index(self)


class WorkSetting(StrEnum):
    """Where people work and where things happened."""

    IN_CALL = "in_call"
    OUT_CALL = "out_call"
    STREET = "street"
    ONLINE = "online"
    PARLOUR = "parlour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message to an account's owner, and by which channels it leaves."""

    cause_id: UUID
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a member wants to hear of, how and when; times are in minutes since local midnight."""

    areas: frozenset[str] = frozenset()
    everywhere: bool = False
    danger: bool = True
    risk: bool = True
    settings: frozenset[WorkSetting] = frozenset()  # empty means any setting
    by_sms: bool = False
    by_email: bool = True
    cover: Cover = Cover.PLAIN
    language: str = "en"
    quiet_from: int | None = None  # no text message rings from then
    quiet_until: int | None = None
    danger_in_quiet: bool = False  # except of danger
    time_zone: str | None = None  # IANA; none: the instance's
    digest_at: int | None = None  # routine warnings come once a day, as a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Quiet hours that last at some moment, as members chose them, and when they end."""

    time_zone: str | None
    begins: int
    ends: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDue:
    """The latest digest of those who chose an hour in a time zone: its local day and moment."""

    time_zone: str | None
    minutes: int
    period: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as other rooms see it."""

    id: UUID
    name: str = field(repr=False)
    role: Role
    state: AccountState
    language: str
    organisation_id: UUID | None = None

    @property
    def may_check(self) -> bool:
        """Whether this account gets answers from the register."""
        return self.state is AccountState.VETTED and self.role in CHECKING

    @property
    def is_caseworker(self) -> bool:
        """Whether this account works on reports."""
        return self.state is AccountState.VETTED and self.role in CASEWORK

    @property
    def is_lead(self) -> bool:
        """Whether this account also vets members."""
        return self.state is AccountState.VETTED and self.role is Role.LEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made; an organisation is a public body, and is made if it is new."""

    name: str = field(repr=False)
    role: Role
    number: str = field(default="", repr=False)  # part of the name, see actions.naming
    state: AccountState = AccountState.VETTED
    organisation: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody says who asks to join, and how they could be vetted."""

    name: str = field(repr=False)
    number: str = field(default="", repr=False)  # part of the name, see actions.naming
    role: Role
    statement: str = field(repr=False)
    organisation: str = field(default="", repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A vetted account to be made together with many others."""

    name: str = field(repr=False)
    passphrase_hash: str = field(repr=False)
    role: Role = Role.MEMBER
    preferences: Preferences = Preferences(by_email=False)
    sms_contact_id: UUID | None = None
    email_contact_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """One of a member's contacts, as its owner sees it."""

    id: UUID
    channel: str
    address: str = field(repr=False)
    verified_at: datetime | None
    bad_since: datetime | None
    stopped: bool = False  # by its owner, with STOP or one click


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody who asked to join, as a lead sees it."""

    account_id: UUID
    name: str = field(repr=False)
    statement: str = field(repr=False)
    role: Role
    organisation: str | None = field(repr=False)
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One signed-in browser of an account, as its owner sees it."""

    id: UUID
    since: datetime
    seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCount:
    """How many accounts have a role and a state."""

    role: Role
    state: AccountState
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWording:
    """The words a code travels in; `{code}` marks its place. At most 70 characters of body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCode:
    """A code that still works, and where it went."""

    channel: str
    address: str = field(repr=False)
    expires_at: datetime


class CodeOutcome(StrEnum):
    """What came of a code that somebody typed."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    OVER = "over"


class NoSuchAccount(Exception):
    """There is no account, application or sign-in by this id, or not in this state any more."""


class NotOneself(Exception):
    """Nobody decides on their own account."""


class NotForThisRole(Exception):
    """The account's role does not allow this step."""
