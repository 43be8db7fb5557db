"""Urgency: how soon the first text of a danger alert leaves, alone and beside a large routine one.

The workers are those of `brolly up`, one for each queue; the time runs from the commit of the
publication to the moment at which the provider had taken the first message.
`BENCH_ROUTINE` changes the size of the routine alert, `BENCH_DANGERS` how many are timed.
"""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

from benchmarks.postgresql import a_postgresql
from benchmarks.sending import add_contacts, an_alert, an_instance_that_sends, workers
from benchmarks.tables import Row
from messages import actions
from messages.model import Channel, Queue
from workers.services import Services

ROUTINE = int(os.environ.get("BENCH_ROUTINE", "100000"))
DANGERS = int(os.environ.get("BENCH_DANGERS", "100"))
RECIPIENTS = 20
PAUSE_SECONDS = 0.3
PATIENCE_SECONDS = 60.0


def measure() -> list[Row]:
    """Return the waits on SQLite and PostgreSQL."""
    with a_postgresql() as postgresql:
        return [*_measure("SQLite", ""), *_measure("PostgreSQL", postgresql)]


def _measure(database: str, url: str) -> list[Row]:
    with an_instance_that_sends(url) as services:
        add_contacts(services, Channel.SMS, ROUTINE)
        with workers(services, count=len(Queue)):
            alone = _waits(services)
            routine = an_alert(services, Channel.SMS, Queue.ROUTINE)
            services.queue.wake("drain", str(routine), Channel.SMS, queue=Queue.ROUTINE)
            beside = _waits(services)
            with services.reading() as session:
                done = actions.progress(session, routine)
    if done.finished:
        message = "the routine alert was over too soon: raise BENCH_ROUTINE"
        raise RuntimeError(message)
    return [
        {
            "database": database,
            "what": what,
            "danger alerts": len(waits),
            "median, s": waits[len(waits) // 2],
            "p99, s": waits[int(len(waits) * 0.99)],
            "times alone": waits[int(len(waits) * 0.99)] / alone[int(len(alone) * 0.99)],
        }
        for what, waits in (("alone", alone), (f"beside a routine alert to {ROUTINE:,}", beside))
    ]


def _waits(services: Services) -> list[float]:
    return sorted(_wait(services) for _ in range(DANGERS))


def _wait(services: Services) -> float:
    """Publish, and return the seconds until the first message left."""
    time.sleep(PAUSE_SECONDS)
    cause_id = an_alert(services, Channel.SMS, Queue.DANGER, recipients=RECIPIENTS)
    published = datetime.now(UTC)
    services.queue.wake("drain", str(cause_id), Channel.SMS, queue=Queue.DANGER)
    return (_first_left(services, cause_id) - published).total_seconds()


def _first_left(services: Services, cause_id: UUID) -> datetime:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with services.reading() as session:
            first = actions.progress(session, cause_id).first_left_at
        if first is not None:
            return first
        time.sleep(0.02)
    message = "nothing left within a minute"
    raise TimeoutError(message)
