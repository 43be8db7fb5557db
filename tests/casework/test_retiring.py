"""Cases go two years after they were closed, keys first; forms that nobody sent after a month."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import actions
from casework.model import CLOSED_KEPT, DRAFT_LIFE, CaseState, Outcome
from casework.records import CaseNoteRow, CaseRow, DisclosureRow, FormDraftRow
from members.actions import holders
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import NotOpenedYet, Reader, keep_key, open_key
from storage.retention import Rule
from tests import given, given_cases

DAY = timedelta(days=1)
CASES, DRAFTS = "cases that are closed", "forms that nobody sent"


def _rule(name: str) -> Rule:
    return next(each for each in actions.retention() if each.name == name)


def _closed(session: Session, sealers: Sealers, *, now: datetime, at: datetime | None) -> UUID:
    """Make a case with a note and something that left, closed at a moment or not at all."""
    by = given.a_caseworker(session, sealers, now=now).id
    row = session.get_one(CaseRow, given_cases.a_case(session, sealers, now=now).id)
    note, told, sealed = new_id(), new_id(), DataKey.fresh()
    words = sealed.seal("Called twice.", table="case_note", column="sealed_text", row=note)
    session.add(
        CaseNoteRow(
            id=note, case_id=row.id, version=1, written_by=by, written_at=now, sealed_text=words
        )
    )
    session.add(
        DisclosureRow(
            id=told,
            case_id=row.id,
            consent="complaint",
            recipient="An ombudsman",
            at=now,
            by_account=by,
            sealed_fields=words,
        )
    )
    keep_key(session, sealed, record_id=told, holders=holders(session, sealers))
    if at is not None:
        row.state, row.closed_at, row.outcome = CaseState.CLOSED, at, Outcome.HEARD
    session.flush()
    return row.id


def test_a_closed_case_goes_after_two_years_with_all_that_is_in_it(
    session: Session, sealers: Sealers, now: datetime, recovery: Reader
) -> None:
    rule = _rule(CASES)
    old = _closed(session, sealers, now=now, at=now - CLOSED_KEPT - DAY)
    kept = [
        _closed(session, sealers, now=now, at=now - CLOSED_KEPT + DAY),
        _closed(session, sealers, now=now, at=None),
    ]
    notes_id = session.get_one(CaseRow, old).notes_id
    told = session.scalars(select(DisclosureRow.id).where(DisclosureRow.case_id == old)).one()
    assert (rule.total(session), rule.due(session, now)) == (3, 1)
    assert rule.remove(session, now, 10) == 1
    assert set(session.scalars(select(CaseRow.id))) == set(kept)
    for rows in (CaseNoteRow, DisclosureRow):
        assert session.scalar(select(func.count()).select_from(rows)) == len(kept)
    for gone in (old, notes_id, told):
        with pytest.raises(NotOpenedYet):
            open_key(session, recovery, gone)
    assert rule.remove(session, now, 10) == 0


def test_a_part_removes_no_more_than_it_was_told(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    for _ in range(3):
        _closed(session, sealers, now=now, at=now - CLOSED_KEPT - DAY)
    rule = _rule(CASES)
    assert [rule.remove(session, now, 2) for _ in range(3)] == [2, 1, 0]


def test_a_form_that_nobody_sent_goes_a_month_after_it_was_last_changed(
    session: Session, now: datetime
) -> None:
    rule = _rule(DRAFTS)
    for number, at in enumerate((now - DRAFT_LIFE - DAY, now - DRAFT_LIFE + DAY)):
        row_id = new_id()
        words = DataKey.fresh().seal("x", table="case_draft", column="sealed_answers", row=row_id)
        session.add(
            FormDraftRow(
                id=row_id,
                code_fingerprint=bytes([number]) * 32,
                sealed_answers=words,
                updated_at=at,
            )
        )
    session.flush()
    assert (rule.total(session), rule.due(session, now)) == (2, 1)
    assert rule.remove(session, now, 10) == 1
    assert session.scalar(select(FormDraftRow.code_fingerprint)) == bytes([1]) * 32


def test_every_record_of_a_case_is_known_as_sealed(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    case = _closed(session, sealers, now=now, at=None)
    row = session.get_one(CaseRow, case)
    told = session.scalars(select(DisclosureRow.id)).one()
    assert set(session.scalars(actions.sealed_records())) == {row.id, row.notes_id, told}
