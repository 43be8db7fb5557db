"""The caseworkers' desk: what two of them do with a warning, and what a check then finds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import Identifier, IdentifierKind, Payload
from checker.register import Register
from members import actions as members
from members.approvals import ApprovalKind
from reports import actions
from reports.model import Warning
from storage.keys import Sealers
from tests.given_reports import TwoCaseworkers

NUMBER = Identifier(IdentifierKind.PHONE, "+447700900123")


class Desk(TwoCaseworkers):
    """Two caseworkers and what they do, on one database and one register."""

    def __init__(
        self,
        session: Session,
        sealers: Sealers,
        evaluator: Evaluator,
        register: Register,
        now: datetime,
    ) -> None:
        super().__init__(session, sealers, evaluator, now)
        self.register = register

    def publish(self, warning: Warning, *, by: UUID | None = None, reason: str = "") -> Warning:
        """Publish a warning, as the second of them unless somebody else is named."""
        return actions.publish(
            self.session,
            self.sealers.reports,
            self.evaluator,
            warning_id=warning.id,
            by=by or self.colleague,
            now=self.now,
            imminent_reason=reason,
        ).warning

    def withdraw(self, warning: Warning) -> None:
        """Withdraw a published warning by two people."""
        approval_id = members.ask(
            self.session,
            self.sealers,
            kind=ApprovalKind.UNPUBLISH,
            subject_id=warning.id,
            by=self.verifier,
            reason="It is about another.",
            now=self.now,
        )
        actions.withdraw(
            self.session,
            self.sealers.reports,
            self.evaluator,
            warning_id=warning.id,
            now=self.now,
            under=members.grant(
                self.session,
                self.sealers,
                approval_id=approval_id,
                by=self.colleague,
                now=self.now,
            ),
        )

    def check(self) -> Payload | None:
        """Check the number as a member would, once the register has caught up."""
        self.session.commit()
        checker.refresh(self.session, self.register, now=self.now)
        self.session.commit()
        [answer] = checker.check(
            self.session,
            evaluator=self.evaluator,
            register=self.register,
            identifiers=[NUMBER],
        )
        return answer.found
