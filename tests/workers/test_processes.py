"""Workers as processes: killed, stopped, without Redis, and still everybody gets one message."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from werkzeug.serving import make_server

from demo.gateway import Handle, running_alone
from messages import actions
from messages.model import LEASE, WAITING, Channel, DeliveryState, Progress, Queue
from messages.pages import pages
from storage.keys import Sealers
from storage.redis_server import redis_client
from tests.messages.posting import an_alert, committed
from tests.servers import free_port
from tests.web.served import SECONDS_TO_END
from tests.workers.crew import (
    a_command,
    a_worker,
    an_instance,
    eventually,
    kill,
    sending_to,
    settings_of,
)
from web.app import create_app
from workers.queues import RqQueue, live_workers
from workers.services import Services

S = DeliveryState
CONCURRENCY = 4


@contextmanager
def callbacks_heard(environment: dict[str, str], port: int) -> Iterator[None]:
    """Serve the webhook of an instance."""
    with Services.open(settings_of(environment)) as services:
        app = create_app(services, (pages,))
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=[SECONDS_TO_END])
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def progress_of(services: Services, cause_id: UUID) -> Progress:
    with services.reading() as session:
        return actions.progress(session, cause_id)


def an_alert_now(services: Services, sealers: Sealers, recipients: int) -> UUID:
    now = datetime.now(UTC)
    return committed(
        services.engine, lambda session: an_alert(session, sealers, recipients, now=now)
    )


def arrived(gateway: Handle) -> Counter[str | None]:
    return Counter(row.delivery for row in gateway.ledger_rows())


def as_if_the_leases_were_over(services: Services) -> None:
    """Do what the sweep will do when they are."""
    later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    with services.writing.begin() as session:
        actions.expire_leases(session, now=later)


def test_nobody_gets_two_messages_when_workers_are_killed(
    keys: Path, database_url: str, redis_url: str, sealers: Sealers, tmp_path: Path
) -> None:
    port = free_port()
    ledger = tmp_path / "ledger.jsonl"
    with running_alone(ledger=ledger, mode="slow", slow_seconds=0.05) as gateway:
        environment = an_instance(
            keys,
            database_url,
            redis_url,
            sending_concurrency=CONCURRENCY,
            public_url=f"http://127.0.0.1:{port}",
            **sending_to(gateway),
        )
        with (
            Services.open(settings_of(environment)) as services,
            callbacks_heard(environment, port),
        ):
            cause_id = an_alert_now(services, sealers, 300)
            for so_many in (40, 140):
                with a_worker(environment) as worker:
                    eventually(lambda: len(arrived(gateway)) >= so_many)  # noqa: B023 - now
                    kill(worker)
                as_if_the_leases_were_over(services)
            with a_worker(environment):
                eventually(lambda: progress_of(services, cause_id).finished)
                eventually(lambda: _delivered(services, cause_id) >= len(arrived(gateway)))
            found = progress_of(services, cause_id)
        counts = arrived(gateway)
    assert set(counts.values()) == {1}
    assert found.count(S.DELIVERED) == len(counts)
    assert found.count(S.UNKNOWN) == 300 - len(counts) <= 2 * CONCURRENCY


def _delivered(services: Services, cause_id: UUID) -> int:
    return progress_of(services, cause_id).count(S.DELIVERED)


def test_a_worker_told_to_stop_leaves_nothing_unknown(
    environment: dict[str, str], services: Services, sealers: Sealers, gateway: Handle
) -> None:
    gateway.set_mode("slow", slow_seconds=0.05)
    cause_id = an_alert_now(services, sealers, 200)
    with a_worker(environment) as worker:
        eventually(lambda: len(arrived(gateway)) >= 20)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    found = progress_of(services, cause_id)
    assert found.count(S.ACCEPTED) == len(arrived(gateway)) < 200
    assert found.count(S.ACCEPTED) + found.count(S.PENDING) == 200


def test_without_redis_messages_still_leave(
    environment: dict[str, str], services: Services, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = an_alert_now(services, sealers, 20)
    with a_worker(environment | {"BROLLY_REDIS_URL": "unix:///nowhere.sock"}):
        eventually(lambda: progress_of(services, cause_id).finished)
    assert set(arrived(gateway).values()) == {1}
    assert len(arrived(gateway)) == 20


def test_redis_may_be_flushed_at_any_moment(
    environment: dict[str, str], services: Services, sealers: Sealers, gateway: Handle
) -> None:
    gateway.set_mode("slow", slow_seconds=0.02)
    cause_id = an_alert_now(services, sealers, 150)
    client = redis_client(environment["BROLLY_REDIS_URL"])
    with a_worker(environment):
        for so_many in (10, 60, 110):
            eventually(lambda: len(arrived(gateway)) >= so_many)  # noqa: B023 - now
            client.flushall()
        eventually(lambda: progress_of(services, cause_id).finished)
        later = an_alert_now(services, sealers, 1)
        RqQueue(client).wake("drain", str(later), Channel.SMS, queue=Queue.DANGER)
        eventually(lambda: progress_of(services, later).finished)
    assert set(arrived(gateway).values()) == {1}
    assert progress_of(services, cause_id).count(*WAITING) == 0


def test_the_command_runs_workers_for_its_queues_until_it_is_stopped(
    environment: dict[str, str],
    services: Services,
    sealers: Sealers,
    gateway: Handle,
) -> None:
    cause_id = an_alert_now(services, sealers, 120)
    words = ("worker", "--queue", "danger", "--queue", "service", "--processes", "2")
    with a_command(environment, *words) as command, a_command(environment, "scheduler"):
        eventually(lambda: live_workers(services.redis) == 4)
        eventually(lambda: progress_of(services, cause_id).finished)
        command.send_signal(signal.SIGTERM)
        assert command.wait(20) == 0
    assert set(arrived(gateway).values()) == {1}
