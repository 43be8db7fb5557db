"""Fan-out: an alert through Brolly's workers, a bare loop of the same client, one job for each.

All send over the same gateway, which puts each message on its ledger before it answers, from the
same number of processes. `BENCH_RECIPIENTS`, `BENCH_PROCESSES` and `BENCH_DATABASE_URL` change the
size, the processes and the database (SQLite unless named).
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import literal, select

from benchmarks.baselines import (
    BODY,
    LIFE,
    PROCESSES,
    RECIPIENTS,
    one_job_each,
    own_loop,
    phone_number,
    stock_loop,
)
from benchmarks.instance import a_valkey, environment, free_port
from benchmarks.tables import Row
from cli.keys import create_missing_keys
from config.settings import Settings
from demo.gateway import Handle, running_alone
from messages import actions
from messages.model import CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.migrating import upgrade
from workers.queues import live_workers
from workers.services import Services

DATABASE_URL = os.environ.get("BENCH_DATABASE_URL", "")


def measure() -> list[Row]:
    """Return the rows, with their ratios in this run."""
    with tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder, _gateway(folder) as gateway:
        settings = _instance(Path(folder), gateway)
        with a_valkey(settings), Services.open(settings) as services:
            contacts = _contacts(services, RECIPIENTS)
            rates = {
                "one RQ job for each recipient, RQ's worker": one_job_each(settings),
                "bare loop, Twilio's own HTTP": stock_loop(settings),
                "bare loop, Brolly's Twilio sender": own_loop(settings),
                "Brolly": _brolly(services, contacts),
            }
    return _rows(rates)


def _rows(rates: dict[str, float]) -> list[Row]:
    each, stock, bare, _ = rates.values()
    return [
        {
            "what": what,
            "processes": PROCESSES,
            "per second": rate,
            "of the bare loop": rate / bare,
            "of Twilio's own HTTP": rate / stock,
            "times one job each": rate / each,
        }
        for what, rate in rates.items()
    ]


# Brolly


def _brolly(services: Services, contacts: int) -> float:
    with _workers(services):
        cause_id = _alert(services)
        began = time.perf_counter()
        services.queue.wake("drain", str(cause_id), Channel.SMS, queue=Queue.DANGER)
        while not _finished(services, cause_id):
            time.sleep(0.05)
        return contacts / (time.perf_counter() - began)


def _alert(services: Services) -> UUID:
    now, cause_id = datetime.now(UTC), new_id()
    reachable = actions.reachable_contacts(Channel.SMS).subquery()
    audience = select(
        reachable.c.id.label("contact_id"),
        literal(Channel.SMS.value).label("channel"),
        literal("en/plain").label("text_key"),
        literal("any area; danger").label("why"),
    )
    with services.writing.begin() as session:
        actions.open_cause(
            session,
            services.sealers.contacts,
            id=cause_id,
            kind=CauseKind.ALERT,
            queue=Queue.DANGER,
            texts=[Text(channel=Channel.SMS, text_key="en/plain", body=BODY)],
            expires_at=now + LIFE,
            now=now,
        )
        actions.expand(session, cause_id=cause_id, audience=audience, now=now, not_before=now)
    return cause_id


def _contacts(services: Services, number: int) -> int:
    now = datetime.now(UTC)
    with services.writing.begin() as session:
        for index in range(number):
            contact_id = actions.add_contact(
                session,
                services.sealers.contacts,
                channel=Channel.SMS,
                address=phone_number(index),
                now=now,
            )
            actions.verify_contact(session, contact_id=contact_id, now=now)
    return number


def _finished(services: Services, cause_id: UUID) -> bool:
    with services.reading() as session:
        return actions.progress(session, cause_id).finished


@contextmanager
def _workers(services: Services) -> Iterator[None]:
    words = ("worker", "--queue", "danger", "--processes", str(PROCESSES))
    command = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", *words], env=environment(services.settings)
    )
    try:
        while live_workers(services.redis) < PROCESSES:
            time.sleep(0.1)
        yield
    finally:
        command.send_signal(signal.SIGTERM)
        command.wait(timeout=30)


# The instance


@contextmanager
def _gateway(folder: str) -> Iterator[Handle]:
    ledger = Path(folder) / "ledger.jsonl"
    with running_alone(ledger=ledger, callbacks="suppressed") as gateway:
        yield gateway


def _instance(folder: Path, gateway: Handle) -> Settings:
    settings = Settings(
        data_dir=folder / "data",
        database_url=DATABASE_URL,
        public_url=f"http://127.0.0.1:{free_port()}",
        twilio_account_sid=gateway.account_sid,
        twilio_auth_token=gateway.auth_token,
        twilio_from="Brolly",
        twilio_api_base=gateway.url,
        sms_segments_per_second=1_000_000,
    )
    settings.data_dir.mkdir()
    create_missing_keys(settings)
    upgrade(settings.database)
    return settings


if __name__ == "__main__":
    from rich.console import Console

    from benchmarks.tables import show

    show(Console(), measure())
