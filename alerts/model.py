"""What an alert is: audience, estimate, progress; no I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from members.model import Severity
from messages.model import CauseState, Queue

ALERT_LIFE = {Severity.DANGER: timedelta(hours=72), Severity.RISK: timedelta(hours=72)}
PACE_SHARE = 0.9  # of the rate the provider allows
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


class NeverAlerted(Exception):
    """Nuisance warnings, and those without the reporter's consent, go to no audience."""
