"""Retention, run by a worker: once a day, a part at a time, so that nobody waits for it."""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from alerts import actions as alerts
from casework import actions as casework
from directory import actions as directory
from members import actions as members
from messages import actions as messages
from reports import actions as reports
from storage import audit_retiring, retention_runs
from storage.retention import Rule
from storage.retention_runs import Run
from storage.sealing import Sealer
from workers.shift import Shift

log = structlog.get_logger()

# Rows of a transaction. On SQLite whoever writes waits for one; on PostgreSQL nobody does, and each
# part steps over what those before it left in the index.
PART = {"sqlite": 2_000, "postgresql": 20_000}
TURN_SECONDS = 3.0
BREATH_SECONDS = 0.01  # between two parts, for whoever waits to write

Sessions = sessionmaker[Session]
Progress = Callable[[str, int], None]


def rules(sealer: Sealer) -> tuple[Rule, ...]:
    """Return all that is kept for a time; `sealer` is the audit's."""
    return (
        *messages.retention(),
        *reports.retention(),
        *casework.retention(),
        *directory.retention(),
        *members.retention(),
        *alerts.retention(),
        audit_retiring.retention(sealer),
    )


def retain(shift: Shift) -> None:
    """Begin the day's run, or go on with it, for a turn."""
    services, now = shift.services, datetime.now(UTC)
    every = rules(services.sealers.audit)
    run = _run(services.reading, services.writing, every, now)
    if run is None:
        return
    until = time.monotonic() + TURN_SECONDS

    def go_on() -> bool:
        shift.beat()
        return not shift.stopping and time.monotonic() < until

    if carry_out(services.writing, every, run, now=now, go_on=go_on):
        _report(services.writing, run)


def survey_and_begin(
    reading: Sessions,
    writing: Sessions,
    every: tuple[Rule, ...],
    *,
    now: datetime,
    agreed: Collection[str] = (),
) -> Run:
    """Count what is due without keeping anybody from writing, and begin a run with it."""
    with reading() as session:
        found = retention_runs.survey(session, every, now=now, agreed=agreed)
    with writing.begin() as session:
        return retention_runs.begin(session, found, now=now)


def carry_out(
    sessions: Sessions,
    every: tuple[Rule, ...],
    run: Run,
    *,
    now: datetime,
    go_on: Callable[[], bool] = lambda: True,
    progress: Progress = lambda rule, removed: None,  # noqa: ARG005 - shows nothing
) -> bool:
    """Remove what a run found due, part by part, and end it; whether it has ended.

    What became due since it began is left to the next run.
    """
    held = {each.rule for each in run.held}
    for rule in every:
        while rule.name not in held:
            if not go_on():
                return False
            with sessions.begin() as session:
                part = PART[session.get_bind().dialect.name]
                removed = rule.remove(session, run.began_at, part)
                retention_runs.note_removed(session, run, rule.name, removed)
            progress(rule.name, removed)
            if removed < part:
                break
            time.sleep(BREATH_SECONDS)
    with sessions.begin() as session:
        retention_runs.end(session, run, now=now)
    return True


def _run(
    reading: Sessions, writing: Sessions, every: tuple[Rule, ...], now: datetime
) -> Run | None:
    """Return the run that is not ended, or the next one if it is due."""
    with reading() as session:
        run, due = retention_runs.unfinished(session), retention_runs.is_due(session, now=now)
    if run is None and due:
        return survey_and_begin(reading, writing, every, now=now)
    return run


def _report(sessions: Sessions, run: Run) -> None:
    with sessions() as session:
        done = next(
            each for each in retention_runs.last_runs(session, limit=2) if each.id == run.id
        )
    counts = {each.rule.replace(" ", "_"): each.removed for each in done.counts if each.removed}
    log.info("retention", run=str(run.id), held=len(done.held), **counts)
