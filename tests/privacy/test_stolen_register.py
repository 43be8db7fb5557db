"""A stolen register, tried against every number of a range: noise without the key, open with it."""

import hashlib
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from checker import voprf
from checker.derivation import derive, input_of
from checker.model import Identifier, IdentifierKind
from checker.payload import ENTRY_OCTETS, unseal
from checker.records import EntryRow, LedgerRow, StateRow
from checker.voprf import Mode, Scalar
from tests.checker.checks import Checks
from tests.checker.conftest import checks as checks  # noqa: PLC0414 - a fixture
from tests.checker.samples import LISTED, WARNING

RANGE = [Identifier(IdentifierKind.PHONE, f"+447700900{number:03}") for number in range(1000)]
HIDDEN = [RANGE[number] for number in (7, 124, 500, 731, 999)]


def stolen_tags(checks: Checks) -> set[bytes]:
    """Return every tag in every bucket that Redis holds, filler's among them."""
    tags = set()
    for key in checks.redis.scan_iter("brolly:register:bucket:*"):
        bucket = checks.redis.get(key)
        assert isinstance(bucket, bytes)
        tags |= {bucket[at : at + 16] for at in range(0, len(bucket), ENTRY_OCTETS)}
    return tags


def what_a_thief_knows(checks: Checks) -> Iterable[bytes]:
    """Yield all octets that stand in the database about keys and elements."""
    state = checks.session.scalars(select(StateRow)).one()
    yield state.public_key
    yield checks.evaluator.rotation_key
    yield from (bytes(each) for each in checks.session.scalars(select(LedgerRow.sealed_element)))
    yield from (each or b"" for each in checks.session.scalars(select(EntryRow.entry)))


def as_scalar(octets: bytes) -> Scalar:
    """Make a key of whatever it is, as one who guesses would."""
    return voprf.hash_to_scalar(octets, b"guess")


@pytest.fixture
def hidden(checks: Checks) -> Checks:
    """Give a register that lists a few numbers of a range."""
    for each in HIDDEN:
        checks.publish(each, WARNING)
    return checks


def test_without_the_key_no_number_of_a_range_is_found(hidden: Checks) -> None:
    tags = stolen_tags(hidden)
    assert len(tags) > len(HIDDEN)
    guesses = [as_scalar(each) for each in what_a_thief_knows(hidden)]
    for identifier in RANGE:
        asked = input_of(identifier)
        point = voprf.hash_to_group(asked, Mode.VOPRF)
        made = {derive(voprf.multiply(each, point), 1).tag for each in guesses}
        made.add(derive(point, 1).tag)
        made |= {
            hashlib.new(name, octets).digest()[:16]
            for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
            for octets in (identifier.value.encode(), identifier.value[1:].encode(), asked)
        }
        assert not made & tags


def test_with_the_key_every_number_of_a_range_is_found(hidden: Checks) -> None:
    tags, found = stolen_tags(hidden), []
    for identifier in RANGE:
        point = voprf.hash_to_group(input_of(identifier), Mode.VOPRF)
        derived = derive(voprf.multiply(hidden.evaluator.pair.secret, point), 1)
        if derived.tag in tags:
            found.append(identifier)
            entry = hidden.session.get_one(EntryRow, (1, derived.tag)).entry
            assert entry
            assert unseal(derived, entry) == WARNING
    assert found == sorted({*HIDDEN, LISTED}, key=lambda each: each.value)
