"""What takes two people: asked for by one, granted by another, then used once; no I/O."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from members.model import CASEWORK, Role

LONGEST_REASON = 500
SECOND_LOOK = timedelta(hours=72)


class ApprovalKind(StrEnum):
    """What is asked for."""

    UNPUBLISH = "unpublish"  # of a warning
    ROLE = "role"  # of staff, for an account
    RECOVERY = "recovery"  # of who lost the passphrase
    EMERGENCY = "emergency"  # how to reach a member


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long it may be granted, how long it then counts, and who grants it."""

    waits: timedelta
    counts: timedelta
    granters: frozenset[Role] = CASEWORK


LEADS = frozenset({Role.LEAD})
# Of an emergency one of the two is a lead, which `open_emergency` looks at.
TERMS = {
    ApprovalKind.UNPUBLISH: Terms(waits=timedelta(days=7), counts=timedelta(minutes=5)),
    ApprovalKind.ROLE: Terms(waits=timedelta(days=7), counts=timedelta(minutes=5), granters=LEADS),
    ApprovalKind.RECOVERY: Terms(
        waits=timedelta(days=3), counts=timedelta(hours=24), granters=LEADS
    ),
    ApprovalKind.EMERGENCY: Terms(waits=timedelta(hours=4), counts=timedelta(minutes=60)),
}


def reference_of(approval_id: UUID) -> str:
    """Return by what people name an approval; it says nothing."""
    return f"A-{approval_id.hex[:6].upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Something that one person asked for, and what came of it; the operator has no account."""

    id: UUID
    kind: ApprovalKind
    subject_id: UUID
    asked_by: UUID | None
    asked_at: datetime
    reason: str = field(repr=False)
    expires_at: datetime
    granted_by: UUID | None
    decided_at: datetime | None
    used_at: datetime | None
    role: Role | None = None  # that was asked for

    @property
    def reference(self) -> str:
        """Return by what people name it; it says nothing."""
        return reference_of(self.id)

    def is_overdue(self, now: datetime) -> bool:
        """Whether nobody has decided for longer than they should."""
        return self.decided_at is None and self.asked_at <= now - SECOND_LOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody with a role of staff; `founded` if the operator gave it alone."""

    account_id: UUID
    name: str = field(repr=False)
    role: Role
    founded: bool
