"""What fan-out is measured against: bare loops of the same clients, and one RQ job for each.

`BENCH_RECIPIENTS` and `BENCH_PROCESSES` change the size and the processes.
"""

import multiprocessing
import os
import smtplib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from multiprocessing.synchronize import Barrier
from typing import Any
from urllib.parse import urlsplit

from rq import Queue as RedisQueue
from rq.worker import BaseWorker
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from config.settings import Settings
from messages.model import Accepted, Channel, Outgoing
from messages.texts.twilio_sms import TwilioSms
from storage.base import new_id
from storage.redis_server import redis_client

RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "10000"))
PROCESSES = int(os.environ.get("BENCH_PROCESSES", "2"))
SAMPLE, LARGER_SAMPLE = 150, 1_000  # of one job for each recipient: all would take minutes
MAIL_FROM, SUBJECT = "updates@example.org", "An update for your area"
BODY = "An update for your area: https://check.example.org/updates/W-0000000"
LIFE = timedelta(hours=6)
ONE_EACH = "one-each"
SEND_ONE = f"{__name__}.send_one"
FORK = multiprocessing.get_context("fork")


def phone_number(index: int) -> str:
    """Return the number of a recipient; the last ones of 900 meet errors at the gateway."""
    return f"+447700900{index % 900:03d}"


def mail_address(index: int) -> str:
    """Return the address of a recipient."""
    return f"member{index}@example.org"


def own_loop(settings: Settings) -> float:
    """Return the rate of a bare loop of Brolly's Twilio sender."""
    return _bare_loop(settings, _own_send)


def stock_loop(settings: Settings) -> float:
    """Return the rate of a bare loop of Twilio's own HTTP client."""
    return _bare_loop(settings, _stock_send)


def smtplib_loop(settings: Settings) -> float:
    """Return the rate of a bare loop of smtplib, a kept connection for each thread."""
    return _bare_loop(settings, _smtp_send, mail_address)


def one_job_each(settings: Settings, worker: type[BaseWorker], *, sample: int) -> float:
    """Return the rate of a worker of RQ's that gets one job for each recipient, on a sample."""
    client = redis_client(settings.redis, timeout=30)
    queue = RedisQueue(ONE_EACH, connection=client)
    for index in range(sample):
        queue.enqueue(SEND_ONE, settings.model_dump(exclude_unset=True), phone_number(index))
    seconds = _together(_until_empty, [(worker, settings.redis)] * PROCESSES)
    return sample / seconds


def send_one(settings: dict[str, Any], phone: str) -> None:
    """Send one message, as a job of its own."""
    _stock_create(_stock_client(Settings.model_validate(settings)), phone)


def _bare_loop(
    settings: Settings,
    send: Callable[[Settings, Sequence[str]], None],
    address: Callable[[int], str] = phone_number,
) -> float:
    """Return the rate of processes that send and do nothing else."""
    shares = [
        [address(index) for index in range(first, RECIPIENTS, PROCESSES)]
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


def _smtp_send(settings: Settings, addresses: Sequence[str]) -> None:
    server, threads = urlsplit(settings.smtp_url), settings.sending_concurrency

    def send(share: Sequence[str]) -> None:
        with smtplib.SMTP(server.hostname or "", server.port or 0) as smtp:
            for address in share:
                smtp.send_message(_mail(address))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, [addresses[first::threads] for first in range(threads)]))


def _mail(address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = MAIL_FROM, address, SUBJECT
    mail["X-Delivery-Id"] = str(new_id())
    mail.set_content(BODY)
    return mail


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


def _until_empty(worker: type[BaseWorker], redis_url: str) -> None:
    Client("AC", "x").messages  # noqa: B018 - imports the rest of Twilio here, not in each fork
    client = redis_client(redis_url, timeout=30)
    worker([ONE_EACH], connection=client).work(burst=True, logging_level="CRITICAL")


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
