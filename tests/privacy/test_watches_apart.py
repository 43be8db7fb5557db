"""A stolen database and Redis: no watch can be tied to a line of the ledger without the key k.

Even with the key of the watches: tags stand beside every report, so tokens must not follow of them.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from sqlalchemy import LargeBinary, select

from checker import actions as checker
from checker.derivation import derive, input_of
from checker.encoding import to_base64url
from checker.identifiers import read
from checker.payload import ENTRY_OCTETS
from checker.records import LedgerRow, WatchRow
from config.settings import Settings
from storage.base import Base, SealedBytes
from storage.redis_server import redis_client
from tests.given_reports import PHONE, an_identifier
from tests.whole import Whole, whole

WATCHED = (PHONE, "07700 900124", "07700 900125")


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


def elements(house: Whole) -> list[bytes]:
    identifiers = [read(phone, region="GB").identifiers[0] for phone in WATCHED]
    return house.services.evaluator.evaluate([input_of(each) for each in identifiers])


@pytest.fixture
def stolen(house: Whole) -> Whole:
    """Give an instance that holds a report of each number, one published, and a watch for each."""
    house.published()
    for phone in WATCHED[1:]:
        house.report(identifiers=(an_identifier(phone),))
    person = house.person()
    with house.writing() as session:
        checker.watch(
            session,
            house.services.sealers.watches,
            account_id=person.id,
            tokens=[derive(each, 1).watch for each in elements(house)],
            epoch=1,
            now=house.now,
        )
    return house


def hashes(house: Whole) -> set[bytes]:
    with house.services.reading() as session:
        return {bytes(each) for each in session.scalars(select(WatchRow.token_hash))}


def in_the_database(house: Whole) -> Iterator[bytes]:
    """Yield all octets of every table, of the watches apart."""
    with house.services.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if table.name != "watch" and isinstance(column.type, LargeBinary | SealedBytes):
                    yield from (bytes(each) for each in session.scalars(select(column)) if each)


def in_redis(house: Whole) -> Iterator[bytes]:
    """Yield the tag and the whole of each entry, filler's among them, and all else."""
    with redis_client(house.services.settings.register) as redis:
        for key in redis.scan_iter("*"):
            octets = redis.get(key)
            assert isinstance(octets, bytes)
            yield octets
            for at in range(0, len(octets), ENTRY_OCTETS):
                yield octets[at : at + 16]


def tokens_of(octets: bytes) -> Iterator[bytes]:
    """Yield the tokens that somebody who read the code could make of octets, without k."""
    yield octets
    yield derive(octets, 1).watch
    secrets = (octets, octets.ljust(64, b"\0"), HKDF.extract(SHA512(), b"sv1", octets))
    for secret in secrets:
        for label in (b"watch|1", b"tag|1", b"payload|1"):
            yield HKDFExpand(SHA512(), 32, label).derive(secret)
    for digest in (sha256(octets), sha512(octets)):
        yield digest.digest()[:32]


def hashes_of(house: Whole, tokens: Iterable[bytes]) -> set[bytes]:
    sealer = house.services.sealers.watches
    return {sealer.fingerprint("watch", to_base64url(each)) for each in tokens}


def test_no_watch_follows_of_anything_else_that_is_kept(stolen: Whole) -> None:
    kept = {*in_the_database(stolen), *in_redis(stolen)}
    with stolen.services.reading() as session:
        tags = {bytes(each) for each in session.scalars(select(LedgerRow.tag))}
    assert len(tags) == len(WATCHED)
    assert tags <= kept
    found = hashes(stolen)
    assert len(found) == len(WATCHED)
    assert not found & kept
    for octets in kept:
        assert not hashes_of(stolen, tokens_of(octets)) & found


def test_with_the_key_each_watch_is_tied_to_its_line(stolen: Whole) -> None:
    derived = [derive(each, 1) for each in elements(stolen)]
    with stolen.services.reading() as session:
        tags = {bytes(each) for each in session.scalars(select(LedgerRow.tag))}
    assert {each.tag for each in derived} == tags
    assert hashes_of(stolen, [each.watch for each in derived]) == hashes(stolen)
