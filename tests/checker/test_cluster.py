"""The register on a Redis Cluster: three nodes on loopback, each with its share of the buckets."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from checker import actions
from checker.evaluator import LocalEvaluator
from checker.model import Identifier, IdentifierKind, RegisterUnavailable
from checker.register import Register
from config.settings import Settings, SettingsError, load_settings
from storage.valkey import server_binary
from tests.checker.samples import LISTED, UNLISTED, WARNING
from tests.servers import free_port

NODES = 3
SLOTS = 16384
PATIENCE_SECONDS = 20.0
ENTRIES = 300  # in several buckets


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the cluster."""

    process: "subprocess.Popen[bytes]"
    port: int
    bus: int

    @property
    def client(self) -> Redis:
        """Return a client of this node alone."""
        return Redis(port=self.port)


def a_node(folder: Path) -> Node:
    folder.mkdir()
    port, bus = free_port(), free_port()
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "cluster-enabled": "yes",
        "cluster-port": bus,
        "dir": folder,
        "save": "",
    }
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen([str(server_binary()), *words], stdout=subprocess.DEVNULL)  # noqa: S603 - our own server
    return Node(process, port, bus)


def eventually(ask: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not _well(ask):
        assert time.monotonic() < until
        time.sleep(0.05)


def _well(ask: Callable[[], object]) -> bool:
    try:
        return bool(ask())
    except RedisError:
        return False


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    folder = tmp_path_factory.mktemp("cluster")
    nodes = [a_node(folder / str(number)) for number in range(NODES)]
    for number, node in enumerate(nodes):
        with node.client as client:
            eventually(client.ping)
            first, last = number * SLOTS // NODES, (number + 1) * SLOTS // NODES - 1
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
            client.execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, nodes[0].bus)
    for node in nodes:
        eventually(partial(is_joined, node))
    yield nodes
    for node in nodes:
        node.process.terminate()
        node.process.wait(timeout=PATIENCE_SECONDS)


def is_joined(node: Node) -> bool:
    """Whether a node knows of all slots; asked below the client, whose answer has no type."""
    with socket.create_connection(("127.0.0.1", node.port)) as connection:
        connection.sendall(b"CLUSTER INFO\r\n")
        return b"cluster_state:ok" in connection.recv(65536)


@pytest.fixture
def register(
    nodes: list[Node], session: Session, evaluator: LocalEvaluator, now: datetime
) -> Register:
    """Give a register on the cluster with a warning, and enough others for several buckets."""
    for node in nodes:
        with node.client as client:
            client.flushall()
    actions.establish(session, evaluator, now=now)
    others = [Identifier(IdentifierKind.PHONE, f"+4477009{n:05}") for n in range(ENTRIES)]
    for each in (LISTED, *(each for each in others if each != UNLISTED)):
        actions.list_entry(session, evaluator, identifier=each, payloads=[WARNING], now=now)
    register = Register.connect(f"redis+cluster://127.0.0.1:{nodes[0].port}")
    actions.refresh(session, register, now=now)
    session.commit()
    return register


def check(
    session: Session, evaluator: LocalEvaluator, register: Register, *identifiers: Identifier
) -> list[bool]:
    answers = actions.check(
        session, evaluator=evaluator, register=register, identifiers=identifiers
    )
    return [answer.found is not None for answer in answers]


def test_checks_are_answered_from_every_node(
    nodes: list[Node], session: Session, evaluator: LocalEvaluator, register: Register
) -> None:
    assert check(session, evaluator, register, LISTED, UNLISTED) == [True, False]
    sizes = []
    for node in nodes:
        with node.client as client:
            sizes.append(int(client.dbsize()))
    assert sum(sizes) >= 1 + 4  # the card and the buckets
    assert sum(size > 0 for size in sizes) >= 2


def test_a_lost_node_is_never_no_warning(
    nodes: list[Node],
    session: Session,
    evaluator: LocalEvaluator,
    register: Register,
    now: datetime,
) -> None:
    for node in nodes:
        with node.client as client:
            client.flushall()
    with pytest.raises(RegisterUnavailable):
        check(session, evaluator, register, LISTED)
    actions.refresh(session, register, now=now)
    assert check(session, evaluator, register, LISTED, UNLISTED) == [True, False]


def test_a_cluster_that_is_away_keeps_nobody_from_starting(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    actions.establish(session, evaluator, now=now)
    register = Register.connect(f"redis+cluster://127.0.0.1:{free_port()}")
    with pytest.raises(RegisterUnavailable, match="does not answer"):
        check(session, evaluator, register, LISTED)


def test_the_queue_cannot_be_on_a_cluster() -> None:
    cluster = "redis+cluster://127.0.0.1:7000"
    assert Settings(register_url=cluster).register == cluster
    with pytest.raises(SettingsError, match="BROLLY_REDIS_URL"):
        load_settings({"BROLLY_REDIS_URL": cluster})
