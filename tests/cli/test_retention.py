"""`brolly retention`: what an operator reads, and what it removes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from cli.retention import retention
from messages.model import DeliveryState
from messages.records import DeliveryRow
from storage import retention_runs
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import an_alert, committed

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _an_instance(keys: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROLLY_DATA_DIR", str(keys))
    monkeypatch.setenv("BROLLY_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "120")


def an_old_alert(engine: Engine, sealers: Sealers, recipients: int) -> None:
    def make(session: Session) -> UUID:
        cause_id = an_alert(session, sealers, recipients, now=datetime.now(UTC) - 365 * DAY)
        session.execute(update(DeliveryRow).values(state=DeliveryState.DELIVERED))
        return cause_id

    committed(engine, make)


def said(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(retention, words, input=typed)


def lines(result: Result, name: str) -> list[list[str]]:
    return [line.split() for line in result.output.splitlines() if line.split()[:1] == [name]]


def deliveries(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(DeliveryRow)) or 0


def test_a_dry_run_counts_and_removes_nothing(engine: Engine, sealers: Sealers) -> None:
    an_old_alert(engine, sealers, 3)
    result = said("run", "--dry-run")
    assert result.exit_code == 0, result.output
    (row,) = lines(result, "deliveries")
    assert [word for word in row if word.isdigit()] == ["90", "3", "3"]
    assert "would be removed" in result.output
    assert deliveries(engine) == 3
    assert "There was no run yet" in said("report").output


def test_a_run_removes_what_is_due_and_reports_it(engine: Engine, sealers: Sealers) -> None:
    an_old_alert(engine, sealers, 3)
    result = said("run")
    assert result.exit_code == 0, result.output
    for output in (result, said("report")):
        (row,) = lines(output, "deliveries")
        assert [word for word in row if word.isdigit()] == ["3", "3", "3"]
    assert deliveries(engine) == 0


def test_much_at_once_is_held_until_somebody_agrees(engine: Engine, sealers: Sealers) -> None:
    an_old_alert(engine, sealers, 200)
    held = said("run")
    assert held.exit_code == 1
    assert "held back" in held.output
    assert deliveries(engine) == 200
    agreed = said("run", "--agree", "deliveries")
    assert agreed.exit_code == 0, agreed.output
    assert deliveries(engine) == 0


def test_a_name_that_no_rule_has_is_answered_with_those_there_are() -> None:
    result = said("run", "--agree", "everything")
    assert result.exit_code == 1
    assert "there is no everything; the names are message texts, deliveries," in result.output


def test_a_clock_is_accepted_by_somebody_who_looked(engine: Engine) -> None:
    with writing(engine).begin() as session:
        retention_runs.accept_clock(session, now=datetime.now(UTC) - 400 * DAY)
    for typed, jumped in (("n\n", True), ("y\n", False)):
        said("accept-clock", typed=typed)
        with Session(engine) as session:
            assert retention_runs.clock_jumped(session, now=datetime.now(UTC)) is jumped
