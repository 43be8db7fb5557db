from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import Evaluator
from members.model import Severity
from reports import actions
from reports.codes import new_receipt_code
from reports.model import (
    CONSENT_WORDING,
    Consent,
    PersonDescribed,
    Reporter,
    ReportState,
    SafeContact,
    Submission,
)
from reports.receipts import Draft, Receipt
from reports.records import ConsentRow, ReportDraftRow, ReportIdentifierRow, ReportRow
from reports.refusals import NoSuchReceipt, NothingHappened
from storage.engine import writing
from storage.keys import Sealers
from storage.record_keys import Reader, open_key
from tests import given as people
from tests.given_reports import (
    a_draft,
    a_plate,
    a_report,
    a_short_submission,
    a_submission,
    an_identifier,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_everything_that_was_said_comes_back_to_the_caseworker(
    session: Session, recovery: Reader, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    sent = a_report(session, sealers, evaluator, now=now)
    report = actions.open_report(session, recovery, sent.id)
    assert report.submission == a_submission()
    assert report.reference == sent.reference
    assert report.state is ReportState.RECEIVED
    assert report.received_at == now
    assert report.warning_id is None


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(words.filter(str.strip), words, words, words)
def test_any_words_survive_being_sealed(
    session: Session,
    recovery: Reader,
    sealers: Sealers,
    evaluator: Evaluator,
    now: datetime,
    narrative: str,
    district: str,
    alias: str,
    how: str,
) -> None:
    said = a_short_submission(
        narrative,
        district=district,
        people=(PersonDescribed(alias=alias), PersonDescribed(hair=district)),
        safe_contact=SafeContact(how=how),
    )
    sent = a_report(session, sealers, evaluator, said, now=now)
    assert actions.open_report(session, recovery, sent.id).submission == said
    session.rollback()


def test_only_what_happened_is_needed(
    session: Session, recovery: Reader, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    sent = a_report(session, sealers, evaluator, a_short_submission("It hurt."), now=now)
    assert actions.open_report(session, recovery, sent.id).submission == Submission(
        narrative="It hurt."
    )
    row = session.get_one(ReportRow, sent.id)
    assert row.severity == Severity.RISK
    assert row.sealed_place is None
    assert row.sealed_safe_contact is None


@pytest.mark.parametrize("narrative", ["", "  \n\t "])
def test_a_report_without_a_word_is_not_sent(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime, narrative: str
) -> None:
    code = a_draft(session, sealers, a_submission(narrative=narrative), now=now)
    session.commit()
    with pytest.raises(NothingHappened):
        actions.send_draft(session, sealers, evaluator, code=code, now=now)
    session.rollback()
    actions.open_draft(session, sealers.reports, code=code)
    assert count(session, ReportRow) == 0


def test_a_draft_that_is_sent_twice_becomes_one_report(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    code = a_draft(session, sealers, a_submission(), now=now)
    first = actions.send_draft(session, sealers, evaluator, code=code, now=now)
    session.commit()
    second = actions.send_draft(session, sealers, evaluator, code=code, now=now)
    assert second == first
    assert count(session, ReportRow) == 1
    assert count(session, ReportDraftRow) == 0
    assert actions.is_sent(session, sealers.reports, code=code)


def test_a_draft_that_is_sent_four_times_at_once_becomes_one_report(
    engine: Engine, session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    code = a_draft(session, sealers, a_submission(), now=now)
    session.commit()
    start = Barrier(4)

    def send(_: int) -> Receipt:
        start.wait()
        with writing(engine)() as browser:
            receipt = actions.send_draft(browser, sealers, evaluator, code=code, now=now)
            browser.commit()
            return receipt

    with ThreadPoolExecutor(4) as browsers:
        receipts = list(browsers.map(send, range(4)))
    assert len(set(receipts)) == 1
    assert count(session, ReportRow) == 1


def test_a_code_that_opens_nothing_sends_nothing(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    with pytest.raises(NoSuchReceipt):
        actions.send_draft(session, sealers, evaluator, code=new_receipt_code(), now=now)


def test_every_identifier_that_can_be_read_gets_a_line_on_the_ledger(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    given_twice = an_identifier("+44 (0)7700 900123")
    said = a_short_submission(
        identifiers=(an_identifier(), a_plate(), given_twice, an_identifier("ann@example.org"))
    )
    sent = a_report(session, sealers, evaluator, said, now=now)
    rows = session.scalars(
        select(ReportIdentifierRow)
        .where(ReportIdentifierRow.report_id == sent.id)
        .order_by(ReportIdentifierRow.position)
    ).all()
    phone, plate, again, mail = (row.ledger_id for row in rows)
    assert phone == again
    assert plate is None
    assert mail not in {None, phone}
    assert [row.kind for row in rows] == ["phone", None, "phone", "email"]


def test_reports_of_the_same_number_share_a_tag(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    said = a_short_submission(identifiers=(an_identifier("07700 900 123"),))
    other = a_short_submission(identifiers=(an_identifier("+447700900123"),))
    one = a_report(session, sealers, evaluator, said, now=now)
    two = a_report(session, sealers, evaluator, other, now=now)
    [line] = session.scalars(
        select(ReportIdentifierRow.ledger_id).where(ReportIdentifierRow.report_id == one.id)
    )
    assert line
    assert len(checker.sharing(session, lines=[line])[line]) == 1
    assert [each.id for each in actions.sharing(session, one.id)] == [two.id]


def test_each_consent_keeps_its_wording_its_time_and_its_channel(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    a_report(session, sealers, evaluator, now=now)
    rows = session.scalars(select(ConsentRow)).all()
    assert {row.switch for row in rows} == {Consent.REGISTER, Consent.ALERT}
    for row in rows:
        assert (row.wording, row.given_at, row.channel) == (CONSENT_WORDING, now, "web")
        assert row.withdrawn_at is None


def test_without_a_switch_there_is_no_consent(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    a_report(session, sealers, evaluator, a_short_submission(), now=now)
    assert count(session, ConsentRow) == 0


def test_a_members_report_is_linked_to_the_account(
    session: Session, recovery: Reader, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    member = people.a_member(session, sealers, now=now)
    sent = a_report(session, sealers, evaluator, now=now, account_id=member.id)
    row = session.get_one(ReportRow, sent.id)
    assert row.sealed_reporter_id
    assert row.reporter == Reporter.MEMBER
    key = open_key(session, recovery, row.id)
    assert key.text(
        row.sealed_reporter_id, table="report", column="sealed_reporter_id", row=row.id
    ) == str(member.id)
    assert member.id.bytes not in bytes(row.reporter_mark or b"")


@pytest.mark.parametrize(
    ("reporter", "account"), [(Reporter.ANONYMOUS, uuid4()), (Reporter.MEMBER, None)]
)
def test_a_report_kept_apart_says_nothing_of_an_account(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    now: datetime,
    reporter: Reporter,
    account: object,
) -> None:
    draft = Draft(
        submission=a_submission(reporter=reporter),
        account_id=account,  # type: ignore[arg-type] # a UUID or None
    )
    receipt = actions.submit(session, sealers, evaluator, draft, code=new_receipt_code(), now=now)
    row = session.get_one(ReportRow, receipt.report_id)
    assert (row.reporter, row.sealed_reporter_id, row.reporter_mark) == (
        Reporter.ANONYMOUS,
        None,
        None,
    )
