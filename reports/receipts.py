"""What a reporter holds of their own report: the draft, the receipt, what became of it; no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from checker.model import HarmKind
from reports.model import (
    RECENT_HARM,
    Addition,
    Consent,
    Precision,
    ReportState,
    Submission,
    WarningDraft,
    When,
)

MOST_IDENTIFIERS = 20
MOST_PEOPLE = 5
LONGEST_MONTH = timedelta(days=31)
ROUGHLY = timedelta(days=7)  # how far off "about" may be
SEXUAL = frozenset({HarmKind.RAPE_OR_SEXUAL_ASSAULT, HarmKind.CONDOM_REMOVAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is not sent yet, and the account it will be linked to, if any.

    `mark` is by what that account finds it, in hexadecimal; only the account can compute it.
    """

    submission: Submission
    account_id: UUID | None = None
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is certain once a report was sent."""

    report_id: UUID
    reference: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """A consent of a report: to what, under which wording, when, and when it was taken back."""

    consent: Consent
    wording: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a reporter sees of a report later: never the story again, lest somebody else reads."""

    report_id: UUID
    reference: str
    state: ReportState
    received_at: datetime
    consents: tuple[ConsentGiven, ...]
    lines: tuple[Addition, ...]
    warned: WarningDraft | None
    warned_at: datetime | None
    care_may_help: bool
    hurt: bool
    asked: bool  # whether to go on, now that another report names the same

    @property
    def standing(self) -> frozenset[Consent]:
        """Return the consents that stand."""
        return frozenset(each.consent for each in self.consents if each.withdrawn_at is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """A report in the list of whoever made it."""

    reference: str
    state: ReportState
    received_at: datetime
    consents: frozenset[Consent]
    warned_at: datetime | None


def care_may_help(submission: Submission, *, received: date, today: date) -> bool:
    """Whether care after a sexual assault may still be in time: within 72 hours for all of it.

    Without a word on the kind it is taken for possible, and without a word on the time the day of
    the report counts.
    """
    kinds = {harm.kind for harm in submission.harms}
    if kinds and not kinds & SEXUAL:
        return False
    last = received if submission.when is None else min(_latest(submission.when), received)
    return today - last <= RECENT_HARM


def _latest(when: When) -> date:
    slack = {Precision.MONTH: LONGEST_MONTH, Precision.ABOUT: ROUGHLY}
    return (when.to_day or when.from_day) + slack.get(when.precision, timedelta(0))
