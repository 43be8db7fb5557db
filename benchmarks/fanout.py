"""Fan-out: an alert through Brolly's workers, a bare loop of the same client, one job for each.

All send over the same gateway, which puts each message on its ledger before it answers, from the
same number of processes. `BENCH_RECIPIENTS`, `BENCH_PROCESSES` and `BENCH_DATABASE_URL` change the
size, the processes and the database (SQLite unless named).
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID

from rq import Queue as RedisQueue
from rq import Worker as DefaultWorker
from sqlalchemy import literal, select
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from benchmarks.instance import free_port
from benchmarks.tables import Row
from cli.keys import create_missing_keys
from config.settings import Settings
from demo.gateway import Handle, running_alone
from messages import actions
from messages.model import Accepted, CauseKind, Channel, Outgoing, Queue, Text
from messages.twilio_sms import TwilioSms
from storage.base import new_id
from storage.migrating import upgrade
from storage.redis_server import redis_client
from storage.valkey import arguments, wait_for_valkey
from workers.queues import live_workers
from workers.services import Services

RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "10000"))
PROCESSES = int(os.environ.get("BENCH_PROCESSES", "2"))
DATABASE_URL = os.environ.get("BENCH_DATABASE_URL", "")
SAMPLE = 150  # of one job for each recipient: it would take minutes
BODY = "An update for your area: https://check.example.org/updates/W-0000000"
LIFE = timedelta(hours=6)
ONE_EACH = "one-each"
SEND_ONE = "benchmarks.fanout.send_one"
FORK = multiprocessing.get_context("fork")


def measure() -> list[Row]:
    """Return the rows, with their ratios in this run."""
    with tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder, _gateway(folder) as gateway:
        settings = _instance(Path(folder), gateway)
        with _valkey(settings), Services.open(settings) as services:
            contacts = _contacts(services, RECIPIENTS)
            rates = {
                "one RQ job for each recipient, RQ's worker": _one_job_each(settings),
                "bare loop, Twilio's own HTTP": _bare_loop(settings, _stock_send),
                "bare loop, Brolly's Twilio sender": _bare_loop(settings, _own_send),
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
                address=_phone(index),
                now=now,
            )
            actions.verify_contact(session, contact_id=contact_id, now=now)
    return number


def _finished(services: Services, cause_id: UUID) -> bool:
    with services.reading() as session:
        return actions.progress(session, cause_id).finished


@contextmanager
def _workers(services: Services) -> Iterator[None]:
    environment = os.environ | {
        f"BROLLY_{name.upper()}": str(value)
        for name, value in services.settings.model_dump(exclude_unset=True).items()
    }
    words = ("worker", "--queue", "danger", "--processes", str(PROCESSES))
    command = subprocess.Popen([sys.executable, "-m", "cli", *words], env=environment)  # noqa: S603 - our own
    try:
        while live_workers(services.redis) < PROCESSES:
            time.sleep(0.1)
        yield
    finally:
        command.send_signal(signal.SIGTERM)
        command.wait(timeout=30)


# Baselines


def _bare_loop(settings: Settings, send: Callable[[Settings, Sequence[str]], None]) -> float:
    """Return the rate of processes that send and do nothing else."""
    shares = [
        [_phone(index) for index in range(first, RECIPIENTS, PROCESSES)]
        for first in range(PROCESSES)
    ]
    return RECIPIENTS / _together(send, [(settings, share) for share in shares])


def _own_send(settings: Settings, phones: Sequence[str]) -> None:
    sender, expires_at = TwilioSms.of(settings), datetime.now(UTC) + LIFE

    def send(phone: str) -> None:
        outgoing = Outgoing(
            delivery_id=new_id(),
            channel=Channel.SMS,
            address=phone,
            subject="",
            body=BODY,
            segments=1,
            expires_at=expires_at,
        )
        outcome = sender.send(outgoing)
        if not isinstance(outcome, Accepted):
            raise TypeError(outcome)

    with ThreadPoolExecutor(settings.sending_concurrency) as pool:
        list(pool.map(send, phones))


def _stock_send(settings: Settings, phones: Sequence[str]) -> None:
    """Send by Twilio's own HTTP client, one for each thread: a shared one mixes up its answers."""
    threads = settings.sending_concurrency

    def send(share: Sequence[str]) -> None:
        client = _stock_client(settings)
        for phone in share:
            _stock_create(client, phone)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, [phones[first::threads] for first in range(threads)]))


class _AtAnotherHost(TwilioHttpClient):  # type: ignore[misc] # twilio has no types
    """Twilio's HTTP client, its host swapped."""

    base = ""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(
            method, url.replace("https://api.twilio.com", self.base), *args, **kwargs
        )


def _stock_client(settings: Settings) -> Client:
    http = _AtAnotherHost(timeout=10)
    http.base = settings.twilio_api_base
    return Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)


def _stock_create(client: Client, phone: str) -> None:
    client.messages.create(
        to=phone,
        from_="Brolly",
        body=BODY,
        status_callback=f"https://check.example.org/webhooks/sms/{new_id()}",
        validity_period=3600,
    )


def _one_job_each(settings: Settings) -> float:
    """Return the rate of RQ's default worker, which forks for each job, on a sample."""
    client = redis_client(settings.redis, timeout=30)
    queue = RedisQueue(ONE_EACH, connection=client)
    for index in range(SAMPLE):
        queue.enqueue(SEND_ONE, settings.model_dump(exclude_unset=True), _phone(index))
    seconds = _together(_default_worker, [(settings.redis,)] * PROCESSES)
    return SAMPLE / seconds


def _default_worker(redis_url: str) -> None:
    import_module(SEND_ONE.rpartition(".")[0])  # here, and not again in each fork
    Client("AC", "x").messages  # noqa: B018 - imports the rest of Twilio
    client = redis_client(redis_url, timeout=30)
    DefaultWorker([ONE_EACH], connection=client).work(burst=True, logging_level="CRITICAL")


def send_one(settings: dict[str, Any], phone: str) -> None:
    """Send one message, as a job of its own."""
    _stock_create(_stock_client(Settings.model_validate(settings)), phone)


def _together(run: Callable[..., None], shares: Sequence[tuple[Any, ...]]) -> float:
    """Run in processes that start at the same moment; return the seconds until the last ends."""
    barrier = FORK.Barrier(len(shares) + 1)
    processes = [
        FORK.Process(target=_after, args=(barrier, run, *share), daemon=False) for share in shares
    ]
    for process in processes:
        process.start()
    barrier.wait()
    began = time.perf_counter()
    barrier.wait()
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    return seconds


def _after(barrier: Barrier, run: Callable[..., None], *share: Any) -> None:
    try:
        barrier.wait()
        run(*share)
        barrier.wait()
    except Exception:
        barrier.abort()  # or the others would wait for ever
        raise


# What they share


def _phone(index: int) -> str:
    return f"+447700900{index % 900:03d}"  # the last ones meet errors at the gateway


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


@contextmanager
def _valkey(settings: Settings) -> Iterator[None]:
    folder = settings.data_dir / "valkey"
    folder.mkdir(mode=0o700)
    command = arguments(settings.valkey_socket, folder)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own server
    try:
        wait_for_valkey(settings.valkey_socket)
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)


if __name__ == "__main__":
    from rich.console import Console

    from benchmarks.tables import show

    show(Console(), measure())
