"""Reports that may be passed on, and two people who let some of them out."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from casework import actions
from casework.disclosing import Disclosed
from casework.intelligence import Chosen, Manner
from checker.evaluator import LocalEvaluator
from checker.model import HarmKind
from members import actions as members
from reports import actions as reports
from reports.model import AccountOfHarm, Consent, Submission
from reports.opening import told_by_code
from storage.keys import Sealers
from storage.record_keys import Reader
from tests import given, given_reports

POLICE = Consent.ANONYMOUS_POLICE
TEXT = "Robbed after an hour; left on foot."
WHOLE = Chosen(text=TEXT, people=frozenset({0, 1}), identifiers=frozenset({0, 1}))
MANNER = Manner(areas={"GB-MET": "London"}, home="GB", say=str)
HURT = (AccountOfHarm(kind=HarmKind.ROBBERY_OR_THEFT, weapon=True, injury=True),)


def to_police(**changes: object) -> Submission:
    """Return a report that answers every question and may be passed on."""
    said: dict[str, object] = {"consents": frozenset({POLICE}), "harms": HURT, **changes}
    return given_reports.a_submission(**said)


@dataclass
class Exporting:
    """Two caseworkers at work on exports."""

    session: Session
    sealers: Sealers
    evaluator: LocalEvaluator
    now: datetime
    maker: given.Person = field(init=False)
    releaser: given.Person = field(init=False)

    def __post_init__(self) -> None:
        self.maker = given.a_caseworker(self.session, self.sealers, now=self.now)
        self.releaser = given.a_caseworker(self.session, self.sealers, now=self.now)

    def report(
        self, said: Submission | None = None, account_id: UUID | None = None
    ) -> given_reports.GivenReport:
        """Return a verified report."""
        return given_reports.a_verified_report(
            self.session,
            self.sealers,
            self.evaluator,
            said or to_police(),
            by=self.maker.id,
            now=self.now,
            account_id=account_id,
        )

    def propose(
        self,
        *report_ids: UUID,
        consent: Consent = POLICE,
        chosen: Chosen = WHOLE,
        by: given.Person | None = None,
    ) -> UUID:
        """Prepare an export of these reports."""
        by = by or self.maker
        return actions.propose_export(
            self.session,
            self.sealers,
            self.reader(by),
            members.get_account(self.session, self.sealers, account_id=by.id),
            consent=consent,
            recipient="A police force",
            chosen=dict.fromkeys(report_ids, chosen),
            manner=MANNER,
            now=self.now,
        )

    def release(self, export_id: UUID, *, by: given.Person | None = None, digest: str = "") -> None:
        """Release an export, as the second person unless somebody else is named."""
        by = by or self.releaser
        reader = self.reader(by)
        actions.release(
            self.session,
            self.sealers,
            reader,
            members.get_account(self.session, self.sealers, account_id=by.id),
            export_id,
            digest=digest or actions.open_export(self.session, reader, export_id).digest,
            now=self.now,
        )

    def withdraw(self, report_id: UUID, consent: Consent = POLICE) -> None:
        """Take a consent back, as the reporter."""
        reports.withdraw_consent(
            self.session,
            self.sealers.reports,
            self.evaluator,
            report_id=report_id,
            consent=consent,
            now=self.now,
        )

    def ledger(self, report: given_reports.GivenReport) -> tuple[Disclosed, ...]:
        """Return what a reporter reads with their code."""
        reader = told_by_code(self.sealers.reports, report.code)
        return actions.told_of_report(self.session, reader, report.id)

    def reader(self, person: given.Person) -> Reader:
        """Return what opens records to somebody."""
        return given.a_reader(self.session, self.sealers, person, now=self.now)
