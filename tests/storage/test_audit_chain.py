"""The chain of the audit: whatever is done to it is found."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from storage.audit_chain import START, Act, Broken, End, Entry, Mark, mac_of, sealed, walk

TAMPERINGS = int(os.environ.get("AUDIT_TAMPERINGS") or 10_000)
KEY, ANOTHER_KEY = (secrets.token_bytes(32) for _ in range(2))
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
LENGTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All that a verification looks at."""

    entries: Sequence[Entry]
    base: Mark
    head: Mark
    anchors: Sequence[Mark] = ()

    def length(self) -> int:
        return walk(self.entries, base=self.base, head=self.head, anchors=self.anchors, key=KEY)


def a_chain(length: int = LENGTH, *, key: bytes = KEY, seed: int = 0) -> Chain:
    random = Random(seed)  # noqa: S311 - makes entries, guards nothing
    entries: list[Entry] = []
    mac = START
    for number in range(1, length + 1):
        entry = Entry(
            number=number,
            at=NOON + timedelta(seconds=number, microseconds=random.randrange(10**6)),
            act=random.choice(list(Act)),
            by_id=UUID(int=random.getrandbits(128)) if random.random() < 0.9 else None,
            on_id=UUID(int=random.getrandbits(128)) if random.random() < 0.9 else None,
            sealed_reason=random.randbytes(40) if random.random() < 0.5 else None,
            mac=b"",
        )
        mac = mac_of(entry, after=mac, key=key)
        entries.append(replace(entry, mac=mac))
    return Chain(
        entries=entries,
        base=sealed(End.BASE, number=0, mac=START, key=key),
        head=sealed(End.HEAD, number=length, mac=mac, key=key),
    )


def test_a_chain_that_nobody_touched_holds() -> None:
    assert a_chain().length() == LENGTH
    assert a_chain(0).length() == 0


def test_a_chain_goes_on_after_what_was_retired() -> None:
    whole = a_chain()
    last = whole.entries[9]
    base = sealed(End.BASE, number=last.number, mac=last.mac, key=KEY)
    assert replace(whole, entries=whole.entries[10:], base=base).length() == LENGTH - 10


# What somebody may do who holds the database and not the key

Tampering = Callable[[Chain, Random], Chain]


def _with(chain: Chain, at: int, entry: Entry) -> Chain:
    return replace(chain, entries=[*chain.entries[:at], entry, *chain.entries[at + 1 :]])


def edit(chain: Chain, random: Random) -> Chain:
    at = random.randrange(LENGTH)
    old = chain.entries[at]
    changes: list[Entry] = [
        replace(old, at=old.at + timedelta(microseconds=random.choice((-1, 1, 10**7)))),
        replace(old, act=random.choice([act for act in Act if act != old.act])),
        replace(old, by_id=UUID(int=random.getrandbits(128))),
        replace(old, on_id=UUID(int=random.getrandbits(128))),
        replace(old, by_id=old.on_id, on_id=old.by_id) if old.by_id != old.on_id else old,
        replace(old, sealed_reason=random.randbytes(41)),
        replace(old, sealed_reason=None if old.sealed_reason else b""),
        replace(old, mac=random.randbytes(32)),
        replace(old, number=old.number + random.choice((-1, 1))),
    ]
    return _with(chain, at, random.choice([each for each in changes if each != old]))


def delete(chain: Chain, random: Random) -> Chain:
    begin = random.randrange(LENGTH)
    end = random.randrange(begin + 1, LENGTH + 1)
    return replace(chain, entries=[*chain.entries[:begin], *chain.entries[end:]])


def delete_and_renumber(chain: Chain, random: Random) -> Chain:
    at = random.randrange(LENGTH)
    after = [replace(each, number=each.number - 1) for each in chain.entries[at + 1 :]]
    return replace(chain, entries=[*chain.entries[:at], *after])


def reorder(chain: Chain, random: Random) -> Chain:
    first, second = random.sample(range(LENGTH), 2)
    entries = list(chain.entries)
    one, other = entries[first], entries[second]
    entries[first] = replace(other, number=one.number)
    entries[second] = replace(one, number=other.number)
    return replace(chain, entries=entries)


def cut_short(chain: Chain, random: Random) -> Chain:
    """Leave a whole chain that ends sooner, with the head that the entry's own mac allows."""
    left = chain.entries[: random.randrange(LENGTH)]
    mac = left[-1].mac if left else START
    seal = random.choice((chain.head.seal, mac, chain.base.seal, random.randbytes(32)))
    return replace(chain, entries=left, head=Mark(number=len(left), mac=mac, seal=seal))


def cut_from_the_front(chain: Chain, random: Random) -> Chain:
    gone = random.randrange(1, LENGTH + 1)
    last = chain.entries[gone - 1]
    seal = random.choice((chain.base.seal, chain.head.seal, last.mac))
    base = Mark(number=last.number, mac=last.mac, seal=seal)
    return replace(chain, entries=chain.entries[gone:], base=base)


def insert(chain: Chain, random: Random) -> Chain:
    at = random.randrange(LENGTH + 1)
    new = replace(random.choice(chain.entries), number=at + 1)
    after = [replace(each, number=each.number + 1) for each in chain.entries[at:]]
    return replace(chain, entries=[*chain.entries[:at], new, *after])


def make_anew(chain: Chain, random: Random) -> Chain:
    """Make the whole chain anew under a key of one's own."""
    del chain
    return a_chain(key=ANOTHER_KEY, seed=random.getrandbits(32))


def put_an_older_head_back(chain: Chain, random: Random) -> Chain:
    """Cut it short with a head that was kept from then; only an anchor tells."""
    length = random.randrange(1, LENGTH)
    last = chain.entries[length - 1]
    anchored = random.choice(chain.entries[length:])
    return replace(
        chain,
        entries=chain.entries[:length],
        head=sealed(End.HEAD, number=length, mac=last.mac, key=KEY),
        anchors=[Mark(number=anchored.number, mac=anchored.mac)],
    )


def make_anew_with_the_key(chain: Chain, random: Random) -> Chain:
    """Make it anew with the very key; only an anchor tells."""
    anchored = random.choice(chain.entries)
    return replace(
        a_chain(seed=random.getrandbits(32) + 1),
        anchors=[Mark(number=anchored.number, mac=anchored.mac)],
    )


TAMPERINGS_BY_NAME: dict[str, Tampering] = {
    each.__name__: each
    for each in (
        edit,
        delete,
        delete_and_renumber,
        reorder,
        cut_short,
        cut_from_the_front,
        insert,
        make_anew,
        put_an_older_head_back,
        make_anew_with_the_key,
    )
}


@pytest.mark.parametrize("tamper", TAMPERINGS_BY_NAME.values(), ids=TAMPERINGS_BY_NAME)
def test_whatever_is_done_to_it_is_found(tamper: Tampering) -> None:
    chain, random = a_chain(seed=7), Random(tamper.__name__)  # noqa: S311 - chooses where
    for _ in range(TAMPERINGS // len(TAMPERINGS_BY_NAME)):
        changed = tamper(chain, random)
        assert changed != chain
        with pytest.raises(Broken):
            changed.length()
