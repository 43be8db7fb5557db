"""An alert through Brolly's workers to the loopback gateway, timed until all has left."""

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
    MAIL_FROM,
    PROCESSES,
    SUBJECT,
    mail_address,
    phone_number,
)
from benchmarks.instance import a_valkey, environment, free_port
from cli.keys import create_missing_keys
from config.settings import Settings
from demo.gateway import running_alone
from messages import actions
from messages.model import CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.migrating import upgrade
from workers.queues import live_workers
from workers.services import Services


def rate_of_brolly(services: Services, channel: Channel, *, recipients: int) -> float:
    """Return how many a second our workers send of one alert."""
    add_contacts(services, channel, recipients)
    with workers(services, "--queue", "danger", "--processes", str(PROCESSES), count=PROCESSES):
        cause_id = an_alert(services, channel, Queue.DANGER)
        began = time.perf_counter()
        services.queue.wake("drain", str(cause_id), channel, queue=Queue.DANGER)
        while not _finished(services, cause_id):
            time.sleep(0.05)
        return recipients / (time.perf_counter() - began)


def an_alert(
    services: Services, channel: Channel, queue: Queue, *, recipients: int | None = None
) -> UUID:
    """Expand an alert to the first contacts of a channel, or all of them; nobody is woken yet."""
    now, cause_id = datetime.now(UTC), new_id()
    reachable = actions.reachable_contacts(channel).limit(recipients).subquery()
    audience = select(
        reachable.c.id.label("contact_id"),
        literal(channel.value).label("channel"),
        literal("en/plain").label("text_key"),
        literal("any area").label("why"),
    )
    with services.writing.begin() as session:
        actions.open_cause(
            session,
            services.sealers.contacts,
            id=cause_id,
            kind=CauseKind.ALERT,
            queue=queue,
            texts=[Text(channel=channel, text_key="en/plain", subject=SUBJECT, body=BODY)],
            expires_at=now + LIFE,
            now=now,
        )
        actions.expand(session, cause_id=cause_id, audience=audience, now=now, not_before=now)
    return cause_id


def add_contacts(services: Services, channel: Channel, number: int) -> None:
    """Add contacts that can be reached."""
    address = phone_number if channel is Channel.SMS else mail_address
    with services.writing.begin() as session:
        actions.add_verified_contacts(
            session,
            services.sealers.contacts,
            contacts=[(channel, address(index)) for index in range(number)],
            now=datetime.now(UTC),
        )


def _finished(services: Services, cause_id: UUID) -> bool:
    with services.reading() as session:
        return actions.progress(session, cause_id).finished


@contextmanager
def workers(services: Services, *words: str, count: int) -> Iterator[None]:
    """Run `brolly worker`, and wait until as many processes of it are alive."""
    command = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", "worker", *words],
        env=environment(services.settings),
        stderr=subprocess.DEVNULL,
    )
    try:
        while live_workers(services.redis) < count:
            time.sleep(0.1)
        yield
    finally:
        command.send_signal(signal.SIGTERM)
        command.wait(timeout=30)


@contextmanager
def an_instance_that_sends(database_url: str) -> Iterator[Services]:
    """Give an instance over a database ("" for SQLite), and a gateway that it sends to."""
    with (
        tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder,
        running_alone(ledger=Path(folder) / "ledger.jsonl", callbacks="suppressed") as gateway,
    ):
        settings = Settings(
            data_dir=Path(folder) / "data",
            database_url=database_url,
            public_url=f"http://127.0.0.1:{free_port()}",
            twilio_account_sid=gateway.account_sid,
            twilio_auth_token=gateway.auth_token,
            twilio_from="Brolly",
            twilio_api_base=gateway.url,
            smtp_url=gateway.smtp_url,
            mail_from=MAIL_FROM,
            sms_segments_per_second=1_000_000,
        )
        settings.data_dir.mkdir()
        create_missing_keys(settings)
        upgrade(settings.database)
        with a_valkey(settings), Services.open(settings) as services:
            yield services
