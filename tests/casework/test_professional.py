"""What may be counted of harm by professionals, and how a form becomes a case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import actions
from casework.actions.access import case_row, keys_of
from casework.keys import Person
from casework.model import MOST_A_DAY, CaseKind, CaseSource, Intake, TooManyCases
from casework.professional import (
    HarmByProfessional,
    NoSuchForm,
    NothingSaid,
    ProfessionalHarm,
    Sector,
    shown_count,
)
from casework.records import CaseRow, FormDraftRow, ProfessionalHarmRow
from members import actions as members
from reports.codes import new_receipt_code
from storage.base import new_id
from storage.keys import Sealers
from storage.record_keys import NotOpenedYet
from storage.sealing import CannotOpen
from tests import given, given_cases

SAID = given_cases.BY_FORM

Change = Callable[[ProfessionalHarm], ProfessionalHarm]


def send(session: Session, sealers: Sealers, code: str, *, now: datetime) -> str:
    person = Person.by_code(sealers.reports, code)
    card = actions.send_form(session, sealers, code=code, person=person, language="en", now=now)
    return card.reference


def _count(session: Session, row: type) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)]
)
def test_a_count_under_ten_is_not_shown_and_others_are_rounded_to_five(
    count: int, shown: int | None
) -> None:
    assert shown_count(count) == shown


def test_a_form_opens_with_its_code_alone_and_its_row_says_nothing(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = given_cases.a_form(session, sealers, now=now)
    assert actions.open_form(session, sealers.reports, code=code) == SAID
    row = session.scalars(select(FormDraftRow)).one()
    assert b"Elm" not in bytes(row.sealed_answers)
    for sealer in (sealers.reports, sealers.contacts):
        with pytest.raises(Exception, match="sealed under a key"):
            sealer.unseal(
                row.sealed_answers, table="case_draft", column="sealed_answers", row=row.id
            )
    with pytest.raises(NoSuchForm):
        actions.open_form(session, sealers.reports, code=new_receipt_code())


def test_two_answers_to_different_questions_are_both_kept(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = actions.begin_form(session, sealers.reports, now=now)
    changes: tuple[Change, ...] = (
        lambda said: replace(said, role="officer"),
        lambda said: replace(said, where="a station"),
    )
    for change in changes:
        actions.change_form(session, sealers.reports, code=code, change=change, now=now)
    said = actions.open_form(session, sealers.reports, code=code)
    assert (said.role, said.where) == ("officer", "a station")


def test_a_form_that_is_sent_is_a_case_whose_code_is_that_of_the_form(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    one = given.a_caseworker(session, sealers, now=now)
    code = given_cases.a_form(session, sealers, now=now)
    reference = send(session, sealers, code, now=now)
    assert _count(session, FormDraftRow) == 0
    row = session.scalars(select(CaseRow)).one()
    assert (row.reference, row.kind, row.source) == (
        reference,
        CaseKind.PROFESSIONAL,
        CaseSource.FORM,
    )
    assert row.due_at == now + timedelta(hours=48)
    account = members.get_account(session, sealers, account_id=one.id)
    reader = given.a_reader(session, sealers, one, now=now)
    case, keys = actions.open_case_file(session, reader, row.id, account)
    assert case.intake == SAID.intake
    assert actions.harm_of_case(session, keys, row.id, case.intake) == SAID
    without = actions.harm_of_case(session, keys, row.id, Intake())
    assert without == replace(SAID, intake=Intake())
    sealed = session.get_one(ProfessionalHarmRow, row.id).sealed_account
    place = {"table": "professional_harm", "column": "sealed_account"}
    assert b"laughed" not in keys.shared.unseal(sealed, row=row.id, **place)  # it stands once
    person = Person.by_code(sealers.reports, code)
    assert actions.sent_form(session, person).id == row.id
    with pytest.raises(NotOpenedYet):  # the notes stay the desk's
        keys_of(session, person.reader, row)


def test_beside_what_is_sealed_stands_only_what_is_counted(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    send(session, sealers, given_cases.a_form(session, sealers, now=now), now=now)
    row = session.scalars(select(ProfessionalHarmRow)).one()
    assert (row.sector, row.kinds, row.independent) == ("health", "racism refusal", True)
    for words in (b"Elm", b"12345", b"laughed", b"chaperone"):
        assert words not in bytes(row.sealed_account)


def test_the_account_of_one_case_does_not_open_in_the_row_of_another(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    one = given.a_caseworker(session, sealers, now=now)
    account = members.get_account(session, sealers, account_id=one.id)
    reader = given.a_reader(session, sealers, one, now=now)
    for _ in range(2):
        send(session, sealers, given_cases.a_form(session, sealers, now=now), now=now)
    first, second = session.scalars(select(ProfessionalHarmRow)).all()
    first.sealed_account = second.sealed_account
    keys = keys_of(session, reader, case_row(session, first.case_id, account))
    with pytest.raises(CannotOpen):
        actions.harm_of_case(session, keys, first.case_id, Intake())


def test_a_form_sent_twice_is_one_case(session: Session, sealers: Sealers, now: datetime) -> None:
    code = given_cases.a_form(session, sealers, now=now)
    assert send(session, sealers, code, now=now) == send(session, sealers, code, now=now)
    assert _count(session, CaseRow) == 1


def test_a_form_of_an_account_is_found_by_it_also_when_it_is_sent_twice(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    member = given.a_member(session, sealers, now=now)
    person = Person.by_account(given.a_reader(session, sealers, member, now=now).private)
    code = given_cases.a_form(session, sealers, now=now)
    sent = [
        actions.send_form(session, sealers, code=code, person=person, language="en", now=now).id
        for _ in range(2)
    ]
    assert sent[0] == sent[1] == actions.sent_form(session, person).id
    row = session.scalars(select(CaseRow)).one()
    assert row.code_fingerprint is None
    with pytest.raises(NoSuchForm):
        actions.sent_form(session, Person.by_code(sealers.reports, code))


def test_a_form_that_does_not_say_what_happened_is_not_sent_and_stays(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = given_cases.a_form(session, sealers, replace(SAID, intake=Intake(words=" \n")), now=now)
    with pytest.raises(NothingSaid):
        send(session, sealers, code, now=now)
    assert actions.open_form(session, sealers.reports, code=code).organisation == "Elm Surgery"
    assert _count(session, CaseRow) == 0


def test_a_form_stays_when_no_more_cases_are_taken(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    send(session, sealers, given_cases.a_form(session, sealers, now=now), now=now)
    row = session.scalars(select(CaseRow)).one()
    keep = {column.name: getattr(row, column.name) for column in CaseRow.__table__.columns}
    for number in range(MOST_A_DAY):
        own = {"id": new_id(), "notes_id": new_id(), "reference": f"C{number}"}
        session.add(CaseRow(**keep | own | {"code_fingerprint": None}))
    code = given_cases.a_form(session, sealers, now=now)
    with pytest.raises(TooManyCases):
        send(session, sealers, code, now=now)
    assert actions.open_form(session, sealers.reports, code=code) == SAID


def test_a_form_that_is_thrown_away_opens_no_more_and_what_was_sent_stays(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    sent = given_cases.a_form(session, sealers, now=now)
    send(session, sealers, sent, now=now)
    code = given_cases.a_form(session, sealers, now=now)
    for each in (sent, code):
        actions.discard_form(session, sealers.reports, code=each)
    with pytest.raises(NoSuchForm):
        actions.open_form(session, sealers.reports, code=code)
    assert actions.sent_form(session, Person.by_code(sealers.reports, sent)).is_running


def test_a_form_is_forgotten_thirty_days_after_it_was_last_touched(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = given_cases.a_form(session, sealers, now=now)
    rule = next(each for each in actions.retention() if each.name == "forms that nobody sent")
    for days, left in ((30, 1), (31, 0)):
        rule.remove(session, now + timedelta(days=days), 100)
        assert _count(session, FormDraftRow) == left
    with pytest.raises(NoSuchForm):
        actions.open_form(session, sealers.reports, code=code)


def test_counts_are_by_the_year_of_the_place_and_small_ones_are_not_shown(
    session: Session, sealers: Sealers
) -> None:
    night = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    other = replace(SAID, sector=Sector.POLICE, kinds=(HarmByProfessional.VIOLENCE,))
    for at, said, times in (
        (night - timedelta(days=1), SAID, 13),
        (night - timedelta(days=1), other, 9),
        (night, replace(SAID, sector=None), 1),
    ):
        for _ in range(times):
            send(session, sealers, given_cases.a_form(session, sealers, said, now=at), now=at)
    new, old = actions.count_harm(session, zone="Europe/Berlin")
    assert (new.year, old.year) == (2027, 2026)
    assert (old.sectors[Sector.HEALTH], old.sectors[Sector.POLICE]) == (15, None)
    assert old.kinds[HarmByProfessional.RACISM] == old.kinds[HarmByProfessional.REFUSAL] == 15
    assert old.kinds[HarmByProfessional.VIOLENCE] is None
    assert set(new.sectors.values()) | set(new.kinds.values()) == {None}
    assert len(actions.count_harm(session, zone="Europe/London")) == 1
