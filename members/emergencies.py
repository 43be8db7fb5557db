"""Emergency access: what no role shows, opened by two people for an hour; no I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from members.approvals import SECOND_LOOK, Approval
from members.model import OwnContact

LONGEST_FINDINGS = 1_000
OPENED_MAIL = {
    "en": (
        "{opening}\n\n{link}\n\nEmergency access was opened, reference {reference}.\n"
        "Somebody who is neither of the two looks at it within 72 hours. Sign in to see more.\n"
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """An emergency access that was opened, and what a third person wrote of it."""

    approval: Approval
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    findings: str = field(repr=False)

    @property
    def pair(self) -> frozenset[UUID | None]:
        """Return the two people of it."""
        return frozenset({self.approval.asked_by, self.approval.granted_by})

    @property
    def people(self) -> frozenset[UUID]:
        """Return everybody whom its page names."""
        named = {*self.pair, self.reviewed_by, self.approval.subject_id}
        return frozenset(each for each in named if each)

    def is_open(self, now: datetime) -> bool:
        """Whether its two people still see what it opened."""
        return self.approval.expires_at > now

    def is_overdue(self, now: datetime) -> bool:
        """Whether a third person should have looked at it by now."""
        opened = self.approval.decided_at
        return self.reviewed_at is None and opened is not None and opened <= now - SECOND_LOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """How to reach somebody, under which emergency access, until when."""

    account_id: UUID
    reference: str
    until: datetime
    name: str = field(repr=False)
    contacts: list[OwnContact] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreviewed:
    """What the desk hears of an emergency access."""

    reference: str
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What the operator has to hear of an emergency access."""

    approval_id: UUID
    reference: str
    has_third: bool


class EmergencyOver(Exception):
    """The hour of an emergency access is over."""
