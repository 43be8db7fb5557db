"""A report whose warning is out, and a member who checks its number."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import Identifier, IdentifierKind
from checker.register import Register
from members.model import Severity
from reports import actions
from reports.model import Consent, WarningDraft, WarningState
from storage.keys import Sealers
from tests.given_reports import a_proposed_warning

MINUTE = timedelta(minutes=1)
NUMBER = Identifier(IdentifierKind.PHONE, "+447700900123")
SAID = "Took the money back by force."


class Published:
    """A report whose warning is out, and what the register says of its number."""

    def __init__(
        self,
        session: Session,
        sealers: Sealers,
        evaluator: Evaluator,
        register: Register,
        *,
        by: UUID,
        publisher: UUID,
        now: datetime,
    ) -> None:
        self.session, self.sealer = session, sealers.reports
        self.evaluator, self.register, self.now = evaluator, register, now
        draft = WarningDraft(
            severity=Severity.DANGER, kinds=(), month="2026-03", areas=("GB-MET",), description=SAID
        )
        proposed = a_proposed_warning(session, sealers, evaluator, draft=draft, by=by, now=now)
        self.report_id = proposed.report_id
        actions.publish(
            session, self.sealer, evaluator, warning_id=proposed.id, by=publisher, now=now
        )
        checker.rebuild(session, register, now=now)

    def switch_off(self, consent: Consent) -> None:
        """Take a consent back and bring the register up to it."""
        actions.withdraw_consent(
            self.session,
            self.sealer,
            self.evaluator,
            report_id=self.report_id,
            consent=consent,
            now=self.now + MINUTE,
        )
        checker.refresh(self.session, self.register, now=self.now + MINUTE)

    def withdraw(self) -> None:
        """Withdraw the report and bring the register up to it."""
        actions.withdraw_report(
            self.session,
            self.sealer,
            self.evaluator,
            report_id=self.report_id,
            now=self.now + MINUTE,
        )
        checker.refresh(self.session, self.register, now=self.now + MINUTE)

    def is_listed(self) -> bool:
        """Whether a check of the number hits."""
        [answer] = checker.check(
            self.session, evaluator=self.evaluator, register=self.register, identifiers=[NUMBER]
        )
        return answer.found is not None

    @property
    def state(self) -> WarningState:
        """Return where the warning stands."""
        warning = actions.warning_of(self.session, self.sealer, self.report_id)
        assert warning
        return warning.state
