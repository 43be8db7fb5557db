"""What an alert is: audience, estimate, progress; no I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from members.model import Severity, Told
from messages.model import CauseState, Channel, Queue
from reports.rights import Deed

ALERT_LIFE = {Severity.DANGER: timedelta(hours=72), Severity.RISK: timedelta(hours=72)}
PACE_SHARE = 0.9  # of the rate the provider allows
FIRST_WITHIN = {
    Queue.DANGER: timedelta(seconds=60),
    Queue.ROUTINE: timedelta(minutes=15),
    Queue.SERVICE: timedelta(minutes=15),
}  # from when it may leave to when the first message has left
STALLED_AFTER = timedelta(minutes=5)  # without a message leaving, while some are due
QUEUE_OF = {Severity.DANGER: Queue.DANGER, Severity.RISK: Queue.ROUTINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the instance pays and how fast it may send."""

    per_segment: float
    currency: str
    segments_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What publishing would do, shown before anybody decides."""

    sms_recipients: int
    email_recipients: int
    segments: int
    cost: float
    currency: str
    sms_duration: timedelta
    leaves_from: datetime
    wait_for_morning: int = 0  # text messages that quiet hours hold back
    in_digests: int = 0  # members who find it counted in their next digest

    @property
    def recipients(self) -> int:
        """Return the number of messages."""
        return self.sms_recipients + self.email_recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A published warning on its way to its audience."""

    id: UUID
    reference: str
    warning_id: UUID
    cause_id: UUID
    severity: Severity
    state: CauseState
    published_by: UUID
    published_at: datetime
    expires_at: datetime
    estimate: Estimate
    corrects_id: UUID | None = None
    stopped_channel: Channel | None = None  # providers filter its texts
    told_late_at: datetime | None = None  # the operator


class NeverAlerted(Exception):
    """Nuisance warnings, and those without the reporter's consent, go to no audience."""


class Lateness(StrEnum):
    """How an alert is late."""

    NOTHING_LEFT = "nothing_left"
    STALLED = "stalled"
    FILTERED = "filtered"  # providers take its texts for spam; what waits goes by mail


def lateness(
    *,
    queue: Queue,
    leaves_from: datetime,
    due_since: datetime | None,
    last_left_at: datetime | None,
    now: datetime,
) -> Lateness | None:
    """Return how an alert with something to send is late, if it is.

    The clock starts when the first message may leave, which quiet hours can put off further.
    """
    if last_left_at is None:
        started = max(leaves_from, due_since or leaves_from)
        return Lateness.NOTHING_LEFT if now - started > FIRST_WITHIN[queue] else None
    moved = max(last_left_at, due_since or last_left_at)
    return Lateness.STALLED if now - moved > STALLED_AFTER else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request about data that was answered: whom it tells, and what was done."""

    told: Told | None
    withdrawn: tuple[UUID, ...]
    deeds: tuple[Deed, ...]
