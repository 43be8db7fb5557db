"""Builders of reports: what a test starts from, said in the domain's words."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from checker.identifiers import read
from checker.model import HarmKind
from members.model import Severity, WorkSetting
from reports import actions as reports
from reports.codes import new_receipt_code
from reports.model import (
    AccountOfHarm,
    Certainty,
    Consent,
    GivenIdentifier,
    PersonDescribed,
    Precision,
    Reporter,
    SafeContact,
    Submission,
    Warning,
    WarningDraft,
    When,
)
from reports.receipts import Draft
from storage.keys import Sealers
from tests import given

PHONE = "07700 900123"
SHARED = frozenset({Consent.REGISTER, Consent.ALERT})
DRAFT = WarningDraft(
    severity=Severity.DANGER,
    kinds=(HarmKind.PHYSICAL_ASSAULT,),
    month="2026-03",
    areas=("GB-MET",),
    settings=(WorkSetting.OUT_CALL,),
    description="Becomes violent when asked to pay first.",
    advice="Do not meet alone.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReport:
    """A report and what its reporter holds."""

    id: UUID
    reference: str
    code: str = field(repr=False)


def an_identifier(raw: str = PHONE, *, may_be_shared: bool = False) -> GivenIdentifier:
    """Return a phone number or an address that can be read."""
    [identifier] = read(raw, region="GB").identifiers
    return GivenIdentifier(
        raw=raw, kind=identifier.kind, value=identifier.value, may_be_shared=may_be_shared
    )


def a_plate(raw: str = "ZZ99 ABC") -> GivenIdentifier:
    """Return a number plate, which is kept as it was written."""
    return GivenIdentifier(raw=raw, kind=None, value=None, certainty=Certainty.UNSURE)


def a_short_submission(narrative: str = "He would not leave.", **changes: object) -> Submission:
    """Return a report that says only what happened, and what the test adds."""
    return replace(Submission(narrative=narrative), **changes)  # type: ignore[arg-type] # fields


def a_submission(**changes: object) -> Submission:
    """Return a report that answers every question, and what the test changes."""
    whole = Submission(
        narrative="He took the money back and shouted.\nI ran out.",
        when=When(precision=Precision.EXACT, from_day=date(2026, 3, 3), time_of_day="23:15"),
        area="GB-MET",
        district="Brixton",
        setting=WorkSetting.OUT_CALL,
        first_contact="A website",
        harms=(
            AccountOfHarm(kind=HarmKind.ROBBERY_OR_THEFT, weapon=True),
            AccountOfHarm(kind=HarmKind.HATE_INCIDENT, strands=("race", "sex_work")),
        ),
        people=(
            PersonDescribed(alias="Dave", hair="Short, grey"),
            PersonDescribed(alias="The driver", age_range="25 to 34"),
        ),
        identifiers=(an_identifier(may_be_shared=True), a_plate()),
        consents=SHARED,
        safe_contact=SafeContact(how="text 07700 900200", when="mornings", safe_word="kettle"),
        support_wanted=True,
        language="pl",
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # fields


def a_draft(
    session: Session, sealers: Sealers, submission: Submission | None = None, *, now: datetime
) -> str:
    """Keep a draft and return its code."""
    draft = Draft(submission=submission or a_short_submission())
    return reports.begin_draft(session, sealers.reports, draft, now=now)


def a_report(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    submission: Submission | None = None,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> GivenReport:
    """Send a report; with an account it is linked to it."""
    said = submission or a_submission()
    if account_id is not None:
        said = replace(said, reporter=Reporter.MEMBER)
    code = new_receipt_code()
    receipt = reports.submit(
        session,
        sealers,
        evaluator,
        Draft(submission=said, account_id=account_id, mark=mark_of(account_id).hex()),
        code=code,
        now=now,
    )
    return GivenReport(id=receipt.report_id, reference=receipt.reference, code=code)


def mark_of(account_id: UUID | None) -> bytes:
    """Return the mark of an account in these tests; a real one takes the account's private key."""
    return sha256(str(account_id).encode()).digest()


def a_verified_report(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    submission: Submission | None = None,
    *,
    by: UUID,
    now: datetime,
    account_id: UUID | None = None,
) -> GivenReport:
    """Send a report that a caseworker took and verified."""
    report = a_report(session, sealers, evaluator, submission, now=now, account_id=account_id)
    reports.take(session, report.id, by=by)
    reports.verify(session, report.id, by=by, now=now)
    return report


def a_proposed_warning(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    submission: Submission | None = None,
    *,
    draft: WarningDraft = DRAFT,
    by: UUID,
    now: datetime,
    account_id: UUID | None = None,
) -> Warning:
    """Send a report and return its warning, as the caseworker who verified it hands it over."""
    report = a_verified_report(
        session, sealers, evaluator, submission, by=by, now=now, account_id=account_id
    )
    return reports.propose(
        session, sealers.reports, report_id=report.id, draft=draft, by=by, now=now
    )


class TwoCaseworkers:
    """Two caseworkers on one database: one verifies, the other may publish."""

    def __init__(
        self, session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
    ) -> None:
        self.session, self.sealers, self.evaluator, self.now = session, sealers, evaluator, now
        self.verifier = given.a_caseworker(session, sealers, now=now).id
        self.colleague = given.a_caseworker(session, sealers, now=now).id

    def proposed(
        self,
        draft: WarningDraft = DRAFT,
        *,
        consents: frozenset[Consent] = SHARED,
        account_id: UUID | None = None,
    ) -> Warning:
        """Return the warning of a report that the first of them verified."""
        return a_proposed_warning(
            self.session,
            self.sealers,
            self.evaluator,
            a_submission(consents=consents),
            draft=draft,
            by=self.verifier,
            now=self.now,
            account_id=account_id,
        )
