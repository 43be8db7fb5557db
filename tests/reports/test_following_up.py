from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from checker.register import Register
from members.model import Severity
from reports import actions
from reports.codes import new_receipt_code
from reports.model import Consent, ReportChannel, ReportState, WarningDraft, WarningState
from reports.opening import ByCode
from reports.records import AdditionRow, ConsentRow
from reports.refusals import NoSuchReceipt, NotInThisState
from storage.keys import Sealers
from storage.record_keys import Reader
from tests import given
from tests.given_reports import GivenReport, a_report, a_verified_report, mark_of
from tests.reports.published import MINUTE, SAID, Published


@pytest.fixture
def sent(session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime) -> GivenReport:
    """Give a report that was sent just now."""
    return a_report(session, sealers, evaluator, now=now)


@pytest.fixture
def published(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    register: Register,
    caseworker: given.Person,
    now: datetime,
) -> Published:
    """Give a report whose warning is published."""
    publisher = given.a_lead(session, sealers, now=now).id
    return Published(
        session, sealers, evaluator, register, by=caseworker.id, publisher=publisher, now=now
    )


def test_a_code_finds_its_report_and_no_other(
    session: Session, sealers: Sealers, sent: GivenReport
) -> None:
    assert actions.report_of_code(session, sealers.reports, code=sent.code) == sent.id
    with pytest.raises(NoSuchReceipt):
        actions.report_of_code(session, sealers.reports, code=new_receipt_code())


def test_an_account_finds_its_own_reports_and_no_other(
    session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime
) -> None:
    member = given.a_member(session, sealers, now=now)
    other = given.a_member(session, sealers, now=now)
    mine = a_report(session, sealers, evaluator, now=now, account_id=member.id)
    newer = a_report(session, sealers, evaluator, now=now + MINUTE, account_id=member.id)
    theirs = a_report(session, sealers, evaluator, now=now, account_id=other.id)
    apart = a_report(session, sealers, evaluator, now=now)

    listed = actions.own_reports(session, mark=mark_of(member.id))
    assert [each.reference for each in listed] == [newer.reference, mine.reference]
    assert listed[0].consents == {Consent.REGISTER, Consent.ALERT}
    assert listed[0].state is ReportState.RECEIVED
    assert listed[0].warned_at is None

    def find(reference: str) -> UUID:
        return actions.report_of_account(session, mark=mark_of(member.id), reference=reference)

    assert find(mine.reference) == mine.id
    for closed in (theirs.reference, apart.reference, "R0000000"):
        with pytest.raises(NoSuchReceipt):
            find(closed)


def test_the_reporter_sees_where_it_stands_and_never_the_story(
    session: Session, sealers: Sealers, sent: GivenReport, now: datetime
) -> None:
    seen = actions.follow_up(session, sealers.reports, report_id=sent.id, today=now.date())
    assert seen.state is ReportState.RECEIVED
    assert seen.standing == {Consent.REGISTER, Consent.ALERT}
    assert seen.warned is None
    assert "ran out" not in repr(seen)


def test_the_reporter_sees_what_members_were_told(published: Published, now: datetime) -> None:
    seen = actions.follow_up(
        published.session, published.sealer, report_id=published.report_id, today=now.date()
    )
    assert seen.warned
    assert seen.warned.description == SAID
    assert seen.warned_at == now


def test_lines_are_kept_in_their_order_and_once_if_sent_twice(
    session: Session, recovery: Reader, sealers: Sealers, sent: GivenReport, now: datetime
) -> None:
    way = ByCode.of(sealers.reports, sent.code)
    for minute, text in enumerate(["He had a red van.", "He had a red van.", "It was a Ford."]):
        actions.add_line(
            session, sealers, report_id=sent.id, text=text, way=way, now=now + minute * MINUTE
        )
    seen = actions.follow_up(session, sealers.reports, report_id=sent.id, today=now.date(), way=way)
    assert [line.text for line in seen.lines] == ["He had a red van.", "It was a Ford."]
    told = actions.open_report(session, recovery, sent.id).additions
    assert [line.text for line in told if line.by_reporter] == [line.text for line in seen.lines]


def test_a_caseworkers_note_is_not_shown_to_the_reporter(
    session: Session,
    sealers: Sealers,
    sent: GivenReport,
    caseworker: given.Person,
    now: datetime,
) -> None:
    actions.add_note(session, sealers, sent.id, "Rang twice.", by=caseworker.id, now=now)
    seen = actions.follow_up(session, sealers.reports, report_id=sent.id, today=now.date())
    assert seen.lines == ()


def test_a_line_is_sealed(
    session: Session, sealers: Sealers, sent: GivenReport, now: datetime
) -> None:
    way = ByCode.of(sealers.reports, sent.code)
    actions.add_line(session, sealers, report_id=sent.id, text="A red van.", way=way, now=now)
    [sealed] = session.scalars(select(AdditionRow.sealed_text))
    assert b"red" not in bytes(sealed)


def test_a_consent_given_later_stands_from_then(
    session: Session, sent: GivenReport, now: datetime
) -> None:
    for _ in range(2):
        actions.give_consent(
            session,
            report_id=sent.id,
            consent=Consent.RESEARCH,
            channel=ReportChannel.WEB,
            now=now + MINUTE,
        )
    [given_at] = session.scalars(
        select(ConsentRow.given_at).where(ConsentRow.switch == Consent.RESEARCH)
    )
    assert given_at == now + MINUTE


def test_a_consent_taken_back_and_given_again_keeps_its_history(
    session: Session, sealers: Sealers, evaluator: Evaluator, sent: GivenReport, now: datetime
) -> None:
    actions.withdraw_consent(
        session,
        sealers.reports,
        evaluator,
        report_id=sent.id,
        consent=Consent.ALERT,
        now=now + MINUTE,
    )
    actions.give_consent(
        session,
        report_id=sent.id,
        consent=Consent.ALERT,
        channel=ReportChannel.WEB,
        now=now + 2 * MINUTE,
    )
    seen = actions.follow_up(session, sealers.reports, report_id=sent.id, today=now.date())
    history = [
        (each.given_at, each.withdrawn_at)
        for each in seen.consents
        if each.consent is Consent.ALERT
    ]
    assert history == [(now, now + MINUTE), (now + 2 * MINUTE, None)]


def test_without_the_register_consent_the_number_comes_off_and_the_warning_stays(
    published: Published,
) -> None:
    assert published.is_listed()
    published.switch_off(Consent.REGISTER)
    assert not published.is_listed()
    assert published.state is WarningState.PUBLISHED


def test_without_the_alert_consent_the_warning_alerts_nobody_any_more(
    published: Published,
) -> None:
    published.switch_off(Consent.ALERT)
    assert published.is_listed()
    warning = actions.warning_of(published.session, published.sealer, published.report_id)
    assert warning
    assert not warning.draft.to_alert


def test_without_either_consent_the_warning_is_withdrawn(published: Published) -> None:
    published.switch_off(Consent.ALERT)
    published.switch_off(Consent.REGISTER)
    assert not published.is_listed()
    assert published.state is WarningState.WITHDRAWN


def test_another_consent_taken_back_leaves_the_warning_alone(published: Published) -> None:
    published.switch_off(Consent.RESEARCH)
    assert published.is_listed()
    assert published.state is WarningState.PUBLISHED


def test_a_withdrawn_report_is_used_for_nothing(published: Published, now: datetime) -> None:
    published.withdraw()
    published.withdraw()
    assert not published.is_listed()
    assert published.state is WarningState.WITHDRAWN
    seen = actions.follow_up(
        published.session, published.sealer, report_id=published.report_id, today=now.date()
    )
    assert seen.state is ReportState.WITHDRAWN
    assert seen.standing == frozenset()
    assert {each.withdrawn_at for each in seen.consents} == {now + MINUTE}


def test_a_withdrawn_report_takes_nothing_more(
    session: Session, sealers: Sealers, evaluator: Evaluator, sent: GivenReport, now: datetime
) -> None:
    sealer, report_id = sealers.reports, sent.id
    actions.withdraw_report(session, sealer, evaluator, report_id=report_id, now=now)
    way = ByCode.of(sealer, sent.code)
    with pytest.raises(NotInThisState):
        actions.add_line(session, sealers, report_id=report_id, text="More.", way=way, now=now)
    with pytest.raises(NotInThisState):
        actions.give_consent(
            session,
            report_id=report_id,
            consent=Consent.ALERT,
            channel=ReportChannel.WEB,
            now=now,
        )
    with pytest.raises(NotInThisState):
        actions.withdraw_consent(
            session, sealer, evaluator, report_id=report_id, consent=Consent.ALERT, now=now
        )


def test_a_report_withdrawn_while_its_warning_waits_is_never_published(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    report = a_verified_report(session, sealers, evaluator, by=caseworker.id, now=now)
    draft = WarningDraft(severity=Severity.RISK, kinds=(), month="2026-03", areas=())
    proposed = actions.propose(
        session, sealers.reports, report_id=report.id, draft=draft, by=caseworker.id, now=now
    )
    actions.withdraw_report(session, sealers.reports, evaluator, report_id=report.id, now=now)
    lead = given.a_lead(session, sealers, now=now)
    with pytest.raises(NotInThisState):
        actions.publish(
            session, sealers.reports, evaluator, warning_id=proposed.id, by=lead.id, now=now
        )


def test_a_report_that_is_gone_is_no_receipt(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    caseworker: given.Person,
    now: datetime,
) -> None:
    with pytest.raises(NoSuchReceipt):
        actions.follow_up(session, sealers.reports, report_id=caseworker.id, today=now.date())
    with pytest.raises(NoSuchReceipt):
        actions.withdraw_report(
            session, sealers.reports, evaluator, report_id=caseworker.id, now=now
        )


def test_a_number_that_another_report_lists_stays_on_the_register(
    published: Published, sealers: Sealers, caseworker: given.Person
) -> None:
    session, now = published.session, published.now
    lead = given.a_lead(session, sealers, now=now).id
    other = Published(
        session,
        sealers,
        published.evaluator,
        published.register,
        by=caseworker.id,
        publisher=lead,
        now=now,
    )
    published.withdraw()
    assert published.is_listed()
    other.withdraw()
    assert not other.is_listed()
