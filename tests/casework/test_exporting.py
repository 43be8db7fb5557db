"""Exports: two people, consents that stand, and a ledger that says word for word what left."""

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import actions
from casework.disclosing import (
    MOST_REPORTS,
    WORDS_KEPT,
    NoSuchExport,
    NotAgreed,
    NothingChosen,
)
from casework.intelligence import COVERED, LABELS, Chosen, Fields, fields_of, repeats
from casework.records import DisclosureRow, ExportRow
from checker.evaluator import LocalEvaluator
from reports import actions as reports
from reports.model import Consent, Precision, When
from reports.records import ReportRow
from reports.refusals import NotInThisState, TwoPeopleNeeded
from storage.base import new_id
from storage.keys import Sealers
from storage.record_keys import BY_ACCOUNT, NotOpenedYet, Reader, shred
from storage.retention import Rule
from storage.sealing import CannotOpen
from tests import given, given_reports
from tests.casework.exports import MANNER, POLICE, TEXT, WHOLE, Exporting, to_police

AN_EVENING = When(precision=Precision.EXACT, from_day=date(2026, 3, 17), time_of_day="23:15")
SECRETS = ("money back", "ran out", "Brixton", "kettle", "07700 900200", "2026-03-17", "23:15")


@pytest.fixture
def desk(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Exporting:
    """Give two caseworkers."""
    return Exporting(session, sealers, evaluator, now)


# What leaves of a report


def test_a_row_has_what_the_reporter_was_shown_and_nothing_else() -> None:
    said = to_police(when=AN_EVENING)
    row = fields_of(said, WHOLE, consent=POLICE, number="N", manner=MANNER)
    assert row == Fields(
        number="N",
        month="2026-03",
        area="London",
        setting="At their place or a hotel (out-call)",
        harms="Robbery or theft",
        weapon="yes",
        injury="yes",
        people="Name they used: Dave; Hair and beard: Short, grey | "
        "Name they used: The driver; Age, roughly: 25 to 34",
        identifiers="+44 7700 900123 (may be shared, faked or passed on); ZZ99 ABC",
        text=TEXT,
    )
    words = json.dumps(asdict(row))
    assert [secret for secret in SECRETS if secret in words] == []


def test_partners_get_what_they_can_warn_with_and_no_more() -> None:
    row = fields_of(to_police(), WHOLE, consent=Consent.PARTNERS, number="N", manner=MANNER)
    told = {name for name, words in asdict(row).items() if words}
    assert told == {"number", "month", "area", "harms", "identifiers"} == COVERED[Consent.PARTNERS]


def test_what_is_not_ticked_stays() -> None:
    chosen = Chosen(text=TEXT, people=frozenset({1}), identifiers=frozenset({1}))
    row = fields_of(to_police(), chosen, consent=POLICE, number="N", manner=MANNER)
    assert row.people == "Name they used: The driver; Age, roughly: 25 to 34"
    assert row.identifiers == "ZZ99 ABC"


def test_every_field_has_a_label() -> None:
    assert list(LABELS) == list(Fields.__dataclass_fields__)


def test_the_reporters_own_words_are_noticed() -> None:
    narrative = "He took the money back and shouted.\nI ran out into the street."
    taken = repeats("Later he took THE money back, and shouted: I left.", narrative)
    assert taken == "he took the money back and shouted i"
    assert not repeats("He took the money and shouted at the person who reports it.", narrative)


# Two people


def test_a_second_person_releases_what_was_read_and_each_reporter_reads_it(desk: Exporting) -> None:
    first, second = desk.report(), desk.report()
    export_id = desk.propose(first.id, second.id)
    assert desk.ledger(first) == ()
    desk.release(export_id)
    [export] = actions.exports(desk.session)
    assert (export.made_by, export.released_by) == (desk.maker.id, desk.releaser.id)
    rows = {
        row.report_id: row.fields
        for row in actions.open_export(desk.session, desk.reader(desk.maker), export_id).rows
    }
    for report in (first, second):
        [told] = desk.ledger(report)
        assert (told.recipient, told.consent, told.at) == ("A police force", POLICE, desk.now)
        assert told.words == tuple(
            (LABELS[name], words) for name, words in asdict(rows[report.id]).items()
        )


def test_nobody_releases_what_they_made_themselves(desk: Exporting) -> None:
    export_id = desk.propose(desk.report().id)
    with pytest.raises(TwoPeopleNeeded):
        desk.release(export_id, by=desk.maker)


def test_the_database_refuses_one_person_as_well(desk: Exporting) -> None:
    export_id = desk.propose(desk.report().id)
    alone = update(ExportRow).where(ExportRow.id == export_id)
    with pytest.raises(IntegrityError):
        desk.session.execute(alone.values(released_by=desk.maker.id, released_at=desk.now))
    desk.session.rollback()


def test_other_words_than_those_that_were_read_are_not_released(desk: Exporting) -> None:
    export_id = desk.propose(desk.report().id)
    with pytest.raises(NotInThisState):
        desk.release(export_id, digest="00" * 32)


def test_what_was_released_or_dropped_stays_so(desk: Exporting) -> None:
    released, dropped = desk.propose(desk.report().id), desk.propose(desk.report().id)
    read = {
        each: actions.open_export(desk.session, desk.reader(desk.releaser), each).digest
        for each in (released, dropped)
    }
    desk.release(released)
    actions.drop(desk.session, dropped, now=desk.now)
    for export_id, digest in read.items():
        with pytest.raises(NotInThisState):
            desk.release(export_id, digest=digest)
        with pytest.raises(NotInThisState):
            actions.drop(desk.session, export_id, now=desk.now)
    with pytest.raises(NoSuchExport):
        actions.require_export(desk.session, new_id())


def test_an_export_has_a_report_and_not_more_than_somebody_can_look_at(desk: Exporting) -> None:
    for chosen in ((), [new_id() for _ in range(MOST_REPORTS + 1)]):
        with pytest.raises(NothingChosen):
            desk.propose(*chosen)


# Consents


def test_a_report_leaves_only_verified_and_under_its_own_consent(desk: Exporting) -> None:
    verified = desk.report()
    received = given_reports.a_report(
        desk.session, desk.sealers, desk.evaluator, to_police(), now=desk.now
    )
    other = desk.report(to_police(consents=frozenset({Consent.ALERT})))
    held = desk.report(to_police(consents=frozenset({POLICE, Consent.HOLD_UNTIL_MATCH})))
    assert [row.id for row in reports.agreeing(desk.session, POLICE)] == [verified.id]
    for report in (received, other, held):
        with pytest.raises(NotAgreed) as refused:
            desk.propose(verified.id, report.id)
        assert refused.value.report_ids == {report.id}
    assert desk.session.scalars(select(ExportRow)).all() == []


def test_a_consent_taken_back_before_it_is_made_keeps_a_report_in(desk: Exporting) -> None:
    report = desk.report()
    desk.withdraw(report.id)
    assert reports.agreeing(desk.session, POLICE) == ()
    with pytest.raises(NotAgreed):
        desk.propose(report.id)


def test_a_consent_taken_back_before_the_release_lets_nothing_out(desk: Exporting) -> None:
    stays, gone = desk.report(), desk.report()
    export_id = desk.propose(stays.id, gone.id)
    desk.withdraw(gone.id)
    with pytest.raises(NotAgreed) as refused:
        desk.release(export_id)
    assert refused.value.report_ids == {gone.id}
    assert desk.session.scalars(select(DisclosureRow)).all() == []
    assert actions.exports(desk.session)[0].waits


def test_a_consent_taken_back_after_the_release_shows_and_its_row_goes(desk: Exporting) -> None:
    stays, gone = desk.report(), desk.report()
    export_id = desk.propose(stays.id, gone.id)
    desk.release(export_id)
    reports.withdraw_report(
        desk.session, desk.sealers.reports, desk.evaluator, report_id=gone.id, now=desk.now
    )
    opened = actions.open_export(desk.session, desk.reader(desk.maker), export_id)
    assert [row.report_id for row in opened.standing] == [stays.id]
    assert opened.taken_back == {gone.id}
    assert actions.exports(desk.session)[0].taken_back == 1
    assert len(desk.ledger(gone)) == 1  # it did leave


# What goes


def rule(name: str) -> Rule:
    """Return a rule of retention."""
    return next(each for each in actions.retention() if each.name == name)


def test_what_was_dropped_has_no_words_any_more(desk: Exporting) -> None:
    export_id = desk.propose(desk.report().id)
    actions.drop(desk.session, export_id, now=desk.now)
    with pytest.raises(NoSuchExport):
        actions.require_export(desk.session, export_id)
    with pytest.raises(NotOpenedYet):
        actions.open_export(desk.session, desk.reader(desk.maker), export_id)
    assert not actions.exports(desk.session)[0].has_words


def test_the_words_of_an_export_go_and_the_ledger_stays(desk: Exporting) -> None:
    report, words = desk.report(), rule("words of exports")
    export_id = desk.propose(report.id)
    desk.release(export_id)
    later = desk.now + WORDS_KEPT
    assert words.due(desk.session, later) == 0
    later += timedelta(seconds=1)
    assert words.due(desk.session, later) == words.remove(desk.session, later, 10) == 1
    assert words.due(desk.session, later) == 0
    with pytest.raises(NotOpenedYet):
        actions.open_export(desk.session, desk.reader(desk.maker), export_id)
    assert desk.ledger(report)[0].words


def test_what_left_about_an_erased_report_goes_with_the_words_of_its_export(
    desk: Exporting,
) -> None:
    erased, other = desk.report(), desk.report()
    desk.release(desk.propose(erased.id))
    desk.release(desk.propose(other.id))
    gone = rule("what left about reports that were erased")
    assert gone.due(desk.session, desk.now) == 0
    shred(desk.session, [erased.id])
    assert gone.due(desk.session, desk.now) == gone.remove(desk.session, desk.now, 10) == 1
    assert gone.due(desk.session, desk.now) == 0
    assert desk.ledger(erased)[0].words is None
    assert desk.ledger(other)[0].words
    assert [each.has_words for each in actions.exports(desk.session)].count(False) == 1


# Who reads the ledger


def test_the_ledger_opens_to_the_account_that_reported(desk: Exporting) -> None:
    member = given.a_member(desk.session, desk.sealers, now=desk.now)
    own = desk.reader(member)
    report = desk.report(account_id=member.id)
    desk.release(desk.propose(report.id))
    [told] = actions.told_of_report(desk.session, Reader(BY_ACCOUNT, own.private), report.id)
    assert told.words


def test_an_older_report_shows_when_and_to_whom_and_the_desk_has_the_words(
    desk: Exporting,
) -> None:
    report = desk.report()
    desk.session.execute(update(ReportRow).values(code_public=None))
    desk.session.expire_all()
    desk.release(desk.propose(report.id))
    [told] = desk.ledger(report)
    assert (told.recipient, told.words) == ("A police force", None)
    reader = desk.reader(desk.maker)
    assert actions.told_of_report(desk.session, reader, report.id)[0].words


def test_another_code_opens_nothing(desk: Exporting) -> None:
    report, other = desk.report(), desk.report()
    desk.release(desk.propose(report.id))
    assert desk.ledger(other) == ()
    with pytest.raises(CannotOpen):
        desk.ledger(replace(report, code=other.code))
