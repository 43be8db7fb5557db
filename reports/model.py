"""What a report and a warning are: kinds, states, consents, rules; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from checker.model import Band, HarmKind, IdentifierKind
from members.model import Severity, WorkSetting

WARNING_LIFE = {
    Severity.DANGER: timedelta(days=730),
    Severity.RISK: timedelta(days=730),
    Severity.NUISANCE: timedelta(days=183),
}
DRAFT_LIFE = timedelta(days=30)
IMMINENT_REVIEW = timedelta(hours=72)
RECENT_HARM = timedelta(hours=72)
LONGEST_NARRATIVE = 20_000
LONGEST_LINE = 2_000


class ReportState(StrEnum):
    """received -> in review -> verified | declined | withdrawn."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LINKABLE = (ReportState.RECEIVED, ReportState.IN_REVIEW, ReportState.VERIFIED)


class Reporter(StrEnum):
    """Who reports."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    ON_BEHALF = "on_behalf"


class ReportChannel(StrEnum):
    """How a report came in."""

    WEB = "web"
    SMS = "sms"
    CASEWORKER = "caseworker"


class Precision(StrEnum):
    """How exactly the time is known."""

    EXACT = "exact"
    DAY = "day"
    MONTH = "month"
    ABOUT = "about"


class Certainty(StrEnum):
    """How sure the reporter is of an identifier."""

    SURE = "sure"
    FAIRLY = "fairly"
    UNSURE = "unsure"


class Consent(StrEnum):
    """Independent switches, all off unless the reporter turns them on."""

    REGISTER = "register"
    ALERT = "alert"
    ANONYMOUS_POLICE = "anonymous_police"
    SUPPORTED_POLICE = "supported_police"
    HOLD_UNTIL_MATCH = "hold_until_match"
    PARTNERS = "partners"
    RESEARCH = "research"
    CONTACT_LATER = "contact_later"


CONSENT_WORDING = "2026-11-28"


class Match(StrEnum):
    """Where it stands with a reporter who waits for a second report, once there is one."""

    ASKED = "asked"
    GO_ON = "go_on"  # the reporter waits no longer
    WAIT = "wait"  # until yet another report


class WarningState(StrEnum):
    """The life of a warning."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Alone(StrEnum):
    """Why a published warning was withdrawn without a second person."""

    REPORTER = "reporter"  # took back the report, or what it may be used for
    EARLIER = "earlier"  # before two people were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When it happened, as exactly as the reporter knows."""

    precision: Precision
    from_day: date
    to_day: date | None = None
    time_of_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOfHarm:
    """One harm among those of a report."""

    kind: HarmKind
    weapon: bool = False
    injury: bool = False
    strands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonDescribed:
    """A person as the reporter perceived them; every field may be empty."""

    alias: str = ""
    gender: str = ""
    age_range: str = ""
    height: str = ""
    build: str = ""
    appearance: str = ""
    hair: str = ""
    accent: str = ""
    marks: str = ""
    clothing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenIdentifier:
    """An identifier as the reporter gave it, and as it reads (None if it does not)."""

    raw: str = field(repr=False)
    kind: IdentifierKind | None
    value: str | None = field(repr=False)
    certainty: Certainty = Certainty.FAIRLY
    may_be_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContact:
    """How and when it is safe to reach the reporter."""

    how: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    safe_word: str = field(default="", repr=False)
    leave_no_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Everything a reporter says; only what happened is required."""

    narrative: str = field(repr=False)
    when: When | None = None
    area: str = ""
    district: str = field(default="", repr=False)
    setting: WorkSetting | None = None
    first_contact: str = field(default="", repr=False)
    harms: tuple[AccountOfHarm, ...] = ()
    people: tuple[PersonDescribed, ...] = ()
    identifiers: tuple[GivenIdentifier, ...] = ()
    consents: frozenset[Consent] = frozenset()
    safe_contact: SafeContact | None = None
    support_wanted: bool = False
    language: str = "en"
    reporter: Reporter = Reporter.ANONYMOUS
    channel: ReportChannel = ReportChannel.WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A line added later, by the reporter or by a caseworker; no text where it does not open."""

    at: datetime
    by_reporter: bool
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One report as the queue shows it: no narrative, no identifier."""

    id: UUID
    reference: str
    state: ReportState
    received_at: datetime
    kinds: tuple[HarmKind, ...]
    severity: Severity
    area: str
    identifiers: int
    sharing: int
    taken_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Another report that shares an identifier with this one."""

    id: UUID
    reference: str
    state: ReportState
    received_at: datetime
    kinds: tuple[HarmKind, ...]
    identifiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as a caseworker reads it."""

    id: UUID
    reference: str
    state: ReportState
    severity: Severity
    received_at: datetime
    taken_by: UUID | None
    submission: Submission
    additions: tuple[Addition, ...]
    verified_by: UUID | None
    verified_at: datetime | None
    warning_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDraft:
    """What a caseworker writes for members, field by field."""

    severity: Severity
    kinds: tuple[HarmKind, ...]
    month: str
    areas: tuple[str, ...]
    settings: tuple[WorkSetting, ...] = ()
    description: str = field(default="", repr=False)
    advice: str = field(default="", repr=False)
    show_month: bool = True
    show_band: bool = True
    to_alert: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A warning as members read it."""

    id: UUID
    reference: str
    report_id: UUID
    state: WarningState
    draft: WarningDraft
    band: Band
    written_by: UUID
    written_at: datetime
    verified_by: UUID
    published_by: UUID | None
    published_at: datetime | None
    expires_at: datetime

    @property
    def version(self) -> str:
        """Return which writing of it this is: a form says which one it was opened with."""
        return self.written_at.isoformat()


@dataclass(frozen=True, slots=True)
class Published:
    """A warning that has just been published, and by which tokens members watch for what it lists.

    None of them where the register holds nothing of it.
    """

    warning: Warning
    listed: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The corrected text of a published warning, written and not yet confirmed."""

    id: UUID
    warning_id: UUID
    description: str = field(repr=False)
    advice: str = field(repr=False)
    written_by: UUID
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """A warning that one person hid from checks until a second look."""

    warning_id: UUID
    reference: str
    severity: Severity
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCorrection:
    """A correction that waits for a second person, as the desk lists it."""

    warning_id: UUID
    reference: str
    severity: Severity
    written_by: UUID
