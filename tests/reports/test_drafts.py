from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reports import actions
from reports.codes import new_receipt_code
from reports.model import DRAFT_LIFE, Submission
from reports.opening import code_key
from reports.records import ReportDraftRow
from reports.refusals import NoSuchReceipt
from storage.engine import writing
from storage.keys import Sealers
from storage.sealing import CannotOpen
from tests.given_reports import a_draft, a_submission


def test_a_draft_comes_back_as_it_was_kept(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = a_draft(session, sealers, a_submission(), now=now)
    assert actions.open_draft(session, sealers.reports, code=code).submission == a_submission()
    assert actions.is_sent(session, sealers.reports, code=code) is False


def test_another_code_opens_nothing(session: Session, sealers: Sealers, now: datetime) -> None:
    a_draft(session, sealers, now=now)
    with pytest.raises(NoSuchReceipt):
        actions.open_draft(session, sealers.reports, code=new_receipt_code())
    with pytest.raises(NoSuchReceipt):
        actions.is_sent(session, sealers.reports, code=new_receipt_code())


def test_a_change_leaves_the_other_answers(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = a_draft(session, sealers, a_submission(), now=now)

    def move(said: Submission) -> Submission:
        return replace(said, area="GB-KEN")

    changed = actions.change_draft(session, sealers.reports, code=code, change=move, now=now)
    assert changed == a_submission(area="GB-KEN")
    assert actions.open_draft(session, sealers.reports, code=code).submission == changed


def test_two_tabs_that_answer_at_once_lose_nothing(
    engine: Engine, session: Session, sealers: Sealers, now: datetime
) -> None:
    code = a_draft(session, sealers, now=now)
    session.commit()
    answers = {"area": "GB-MET", "district": "Brixton", "first_contact": "A call", "language": "pl"}
    start = Barrier(len(answers))

    def answer(one: tuple[str, str]) -> None:
        start.wait()
        with writing(engine)() as tab:
            actions.change_draft(
                tab,
                sealers.reports,
                code=code,
                change=lambda said: replace(said, **{one[0]: one[1]}),  # type: ignore[arg-type] # fields
                now=now,
            )
            tab.commit()

    with ThreadPoolExecutor(len(answers)) as tabs:
        list(tabs.map(answer, answers.items()))
    said = actions.open_draft(session, sealers.reports, code=code).submission
    assert {name: getattr(said, name) for name in answers} == answers


def test_a_discarded_draft_is_gone(session: Session, sealers: Sealers, now: datetime) -> None:
    code = a_draft(session, sealers, now=now)
    kept = a_draft(session, sealers, now=now)
    actions.discard_draft(session, sealers.reports, code=code)
    actions.discard_draft(session, sealers.reports, code=code)
    with pytest.raises(NoSuchReceipt):
        actions.open_draft(session, sealers.reports, code=code)
    actions.open_draft(session, sealers.reports, code=kept)


def test_drafts_that_nobody_touched_for_thirty_days_are_deleted(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    forgotten = a_draft(session, sealers, now=now)
    touched = a_draft(session, sealers, now=now)
    later = now + DRAFT_LIFE + timedelta(seconds=1)
    actions.change_draft(
        session, sealers.reports, code=touched, change=lambda said: said, now=later
    )
    assert actions.discard_forgotten_drafts(session, now=later) == 1
    actions.open_draft(session, sealers.reports, code=touched)
    with pytest.raises(NoSuchReceipt):
        actions.open_draft(session, sealers.reports, code=forgotten)


def test_a_draft_is_sealed_for_its_own_row(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    code = a_draft(session, sealers, a_submission(), now=now)
    row = session.scalars(select(ReportDraftRow)).one()
    assert b"Brixton" not in bytes(row.sealed_answers)
    place = {"table": "report_draft", "column": "sealed_answers"}
    key = code_key(sealers.reports, code, purpose="draft of a report")
    assert b"Brixton" in key.unseal(row.sealed_answers, row=row.id, **place)
    with pytest.raises(CannotOpen):
        sealers.reports.unseal(row.sealed_answers, row=row.id, **place)
