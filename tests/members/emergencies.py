"""An emergency access and the people around it, made by the verbs alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from members import actions as members
from members.emergencies import Emergency
from storage.keys import Sealers
from tests import given

PHONE, MAIL = "+447700900123", "rosa@example.org"
WHY = "She wrote that he is at her door, and does not answer."
LINK = "https://check.example.org/desk/emergencies"
FINDINGS = "She was reached, and is well. It was needed."


@dataclass(frozen=True, slots=True)
class Night:
    """A caseworker, a lead, a third person, and a member whom they must reach."""

    session: Session
    sealers: Sealers
    now: datetime
    ruth: UUID
    lead: UUID
    third: UUID
    rosa: UUID

    @classmethod
    def begun(cls, session: Session, sealers: Sealers, now: datetime) -> "Night":
        """Return a night on which nothing was asked for yet."""
        ruth = given.a_caseworker(session, sealers, now=now, name="Ruth")
        lead = given.a_lead(session, sealers, now=now, name="Imogen")
        third = given.a_caseworker(session, sealers, now=now, name="Sol")
        rosa = given.a_member(session, sealers, now=now, name="Rosa", phone=PHONE, email=MAIL)
        session.commit()
        return cls(session, sealers, now, ruth.id, lead.id, third.id, rosa.id)

    def ask(self, by: UUID | None = None, now: datetime | None = None) -> UUID:
        """Ask to see how the member is reached, as the caseworker unless another is named."""
        members.ask_for_emergency(
            self.session,
            self.sealers,
            account_id=self.rosa,
            by=by or self.ruth,
            reason=WHY,
            now=now or self.now,
        )
        [waiting] = members.list_waiting(self.session, self.sealers, now=now or self.now)
        return waiting.id

    def grant(self, approval_id: UUID, by: UUID | None = None) -> UUID | None:
        """Grant it, as the lead unless another is named."""
        return members.open_emergency(
            self.session,
            self.sealers,
            approval_id=approval_id,
            by=by or self.lead,
            link=LINK,
            now=self.now,
        )

    def opened(self) -> UUID:
        """Return what was asked for and granted."""
        approval_id = self.ask()
        self.grant(approval_id)
        return approval_id

    def look(self, approval_id: UUID, by: UUID, now: datetime | None = None) -> list[str]:
        """Return the addresses that somebody sees."""
        found = members.look(
            self.session, self.sealers, approval_id=approval_id, by=by, now=now or self.now
        )
        return [each.address for each in found.contacts]

    def review(self, approval_id: UUID, by: UUID) -> None:
        """Keep a review."""
        members.review(
            self.session,
            self.sealers,
            approval_id=approval_id,
            by=by,
            findings=FINDINGS,
            now=self.now,
        )

    def listed(self, now: datetime | None = None) -> list[Emergency]:
        """Return what the page lists."""
        return members.list_emergencies(self.session, self.sealers, now=now or self.now)
