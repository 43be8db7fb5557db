"""Retention by a worker: once a day, in parts, gone on with after a crash, held when it is much."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from messages.model import DeliveryState
from messages.records import CauseRow, DeliveryRow
from storage import retention_runs
from storage.keys import Sealers
from storage.retention_runs import Run
from tests.messages.posting import an_alert, committed
from workers import jobs, retaining
from workers.retaining import carry_out, retain, rules, survey_and_begin
from workers.shift import Shift

DAY = timedelta(days=1)


def an_old_alert(shift: Shift, sealers: Sealers, recipients: int) -> None:
    """Make an alert whose deliveries arrived a year ago."""

    def make(session: Session) -> UUID:
        cause_id = an_alert(session, sealers, recipients, now=datetime.now(UTC) - 365 * DAY)
        session.execute(update(DeliveryRow).values(state=DeliveryState.DELIVERED))
        return cause_id

    committed(shift.services.engine, make)


def deliveries(shift: Shift) -> int:
    with shift.services.reading() as session:
        return session.scalar(select(func.count()).select_from(DeliveryRow)) or 0


def last_run(shift: Shift) -> Run:
    with shift.services.reading() as session:
        return retention_runs.last_runs(session)[0]


def test_a_worker_removes_what_is_due_once_a_day(shift: Shift, sealers: Sealers) -> None:
    an_old_alert(shift, sealers, 20)
    jobs.tidy(shift)
    assert deliveries(shift) == 0
    assert {each.rule: each.removed for each in last_run(shift).counts}["deliveries"] == 20
    an_old_alert(shift, sealers, 5)
    left = deliveries(shift)
    jobs.tidy(shift)
    assert deliveries(shift) == left > 0


def test_a_run_that_was_cut_off_is_gone_on_with(
    shift: Shift, sealers: Sealers, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_alert(shift, sealers, 40)
    monkeypatch.setattr(retaining, "PART", dict.fromkeys(retaining.PART, 15))
    every = rules(sealers.audit)
    services = shift.services
    run = survey_and_begin(services.reading, services.writing, every, now=datetime.now(UTC))
    parts = iter([True] * 3)  # two texts are one part
    over = carry_out(
        shift.services.writing,
        every,
        run,
        now=datetime.now(UTC),
        go_on=lambda: next(parts, False),
    )
    assert not over
    assert deliveries(shift) == 10
    assert last_run(shift).ended_at is None
    retain(shift)
    assert deliveries(shift) == 0
    done = last_run(shift)
    assert done.id == run.id
    assert done.ended_at
    assert {each.rule: each.removed for each in done.counts}["deliveries"] == 40


def test_a_worker_that_is_told_to_stop_leaves_the_rest_for_later(
    shift: Shift, sealers: Sealers
) -> None:
    an_old_alert(shift, sealers, 20)
    shift.stop()
    retain(shift)
    assert deliveries(shift) == 20
    assert last_run(shift).ended_at is None


def test_what_is_too_much_stays_and_the_rest_goes(shift: Shift, sealers: Sealers) -> None:
    an_old_alert(shift, sealers, 200)
    retain(shift)
    assert deliveries(shift) == 200
    assert [each.rule for each in last_run(shift).held] == ["deliveries"]
    assert {each.rule: each.removed for each in last_run(shift).counts}["message texts"] == 2


def test_after_a_jump_of_the_clock_nothing_ends(shift: Shift, sealers: Sealers) -> None:
    an_old_alert(shift, sealers, 1)
    with shift.services.writing.begin() as session:
        retention_runs.accept_clock(session, now=datetime.now(UTC) - 400 * DAY)
    jobs.tidy(shift)
    assert deliveries(shift) == 1
    with shift.services.reading() as session:
        assert session.scalar(select(func.count()).select_from(CauseRow)) == 1
        assert retention_runs.last_runs(session) == []
        assert retention_runs.clock_jumped(session, now=datetime.now(UTC))
    with shift.services.writing.begin() as session:
        retention_runs.accept_clock(session, now=datetime.now(UTC))
    jobs.tidy(shift)
    assert deliveries(shift) == 0
