"""Rotating the register's key: entries a second, of the bare cryptography; and checks meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import quantiles

from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select

from benchmarks.instance import PAYLOAD, an_instance
from benchmarks.tables import Row
from checker import actions as checker
from checker.actions import rotating
from checker.actions.turning import Rotation
from checker.commands.rotate import SECRET
from checker.derivation import derive, seal_element
from checker.evaluator import RegisterKeys, load_rotation_secret
from checker.model import Identifier, IdentifierKind
from checker.payload import reseal, seal
from checker.records import LedgerRow
from checker.voprf import Element, multiply, random_scalar, ratio
from config.settings import Settings
from storage.sealing import Sealed
from workers.services import Services

ENTRIES = 10_000
SAMPLE = 1_000  # entries that the bare cryptography is timed on
PAUSE_SECONDS = 0.02
AT_REST_SECONDS = 3


def measure() -> list[Row]:
    """Return a row for the bare cryptography, and one for a whole rotation."""
    with (
        an_instance(members=20, listed=0) as settings,
        Services.open(settings) as services,
    ):
        _fill(services)
        rotation = _rotation(settings, services)
        bare = SAMPLE / _bare(services, rotation)
        began = time.perf_counter()
        _rotate(services, rotation)
        rate = ENTRIES / (time.perf_counter() - began)
        with _checking(services) as at_rest:
            time.sleep(AT_REST_SECONDS)
        with _checking(services) as meanwhile:
            _rotate(services, _rotation(settings, services))
    return [
        {"what": "the bare cryptography of it", "entries a second": bare, "of it": 1.0},
        {
            "what": f"a rotation of {ENTRIES:,} entries, SQLite",
            "entries a second": rate,
            "of it": rate / bare,
        },
        {
            "what": "checks in the same process during another one",
            "slowest 1% of checks, ms": _p99(meanwhile),
            "of at rest": _p99(meanwhile) / _p99(at_rest),
        },
    ]


def _numbers() -> list[Identifier]:
    return [Identifier(IdentifierKind.PHONE, f"+4477007{n:05}") for n in range(ENTRIES)]


def _fill(services: Services) -> None:
    now = datetime.now(UTC)
    with services.writing.begin() as session:
        checker.record_identifiers(
            session,
            services.evaluator,
            services.sealers.reports,
            identifiers=_numbers(),
            now=now,
        )
        for identifier in _numbers():
            checker.list_entry(
                session, services.evaluator, identifier=identifier, payloads=[PAYLOAD], now=now
            )
        checker.refresh(session, services.register, now=now)


def _rotation(settings: Settings, services: Services) -> Rotation:
    held = RegisterKeys.load(settings.key_file("register"))
    held.drop_all_but(held.pairs[-1].public)
    following = held.add(random_scalar())
    secret = settings.key_file("rotation_public").with_name(SECRET)
    return Rotation(
        factor=ratio(held.current.secret, following.secret),
        rotation_secrets=[load_rotation_secret(secret)],
        evaluator=services.evaluator.under(following.public),
        sealer=services.sealers.reports,
    )


def _bare(services: Services, rotation: Rotation) -> float:
    """Return the seconds that the cryptography of the sample takes, without any database."""
    with services.reading() as session:
        sealed = session.scalars(select(LedgerRow.sealed_element).limit(SAMPLE)).all()
    box = SealedBox(rotation.rotation_secrets[0])
    entries = [_entry(box, each) for each in sealed]
    began = time.perf_counter()
    for each, entry in zip(sealed, entries, strict=True):
        former = Element(box.decrypt(bytes(each)))
        following = multiply(rotation.factor, former)
        seal_element(following, rotation.evaluator.rotation_key)
        reseal(derive(former, 1), derive(following, 2), entry)
    return time.perf_counter() - began


def _entry(box: SealedBox[PrivateKey], sealed: Sealed) -> bytes:
    return seal(derive(box.decrypt(bytes(sealed)), 1), PAYLOAD)


def _rotate(services: Services, rotation: Rotation) -> None:
    now = datetime.now(UTC)
    with services.writing.begin() as session:
        rotating.begin(session, rotation, now=now)
    rotating.turn(services.reading, services.writing, rotation, progress=lambda _, __: None)
    with services.writing.begin() as session:
        rotating.switch(session, services.register, rotation, now=now)


@contextmanager
def _checking(services: Services) -> Iterator[list[float]]:
    """Check again and again beside it; gives how long each check took, in milliseconds."""
    took: list[float] = []
    listed = _numbers()[:1]
    over = threading.Event()

    def go_on() -> None:
        with services.singly.connect() as connection:
            while not over.wait(PAUSE_SECONDS):
                began = time.perf_counter()
                [answer] = checker.check(
                    connection,
                    evaluator=services.evaluator,
                    register=services.register,
                    identifiers=listed,
                )
                took.append(1000 * (time.perf_counter() - began))
                if answer.found is None:
                    message = "a warning was not found during a rotation"
                    raise RuntimeError(message)

    thread = threading.Thread(target=go_on)
    thread.start()
    yield took
    over.set()
    thread.join()


def _p99(took: list[float]) -> float:
    return quantiles(took, n=100)[-1]
