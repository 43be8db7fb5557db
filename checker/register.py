"""The register in Redis: packed buckets and a card that says what they belong to.

It answers only while everything fits: the card is there, the epoch and public key are those of
the database, nothing is older than the database knows, the bucket is there and of its size. In
any other case it raises RegisterUnavailable: a gap must never read as "no warning".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter

from checker.derivation import VERSION
from checker.model import NoSuchBucket, RegisterState, RegisterUnavailable
from checker.packing import Layout, find
from checker.payload import ENTRY_OCTETS
from storage.redis_server import SECONDS, RedisError
from storage.redis_store import RedisStore

PREFIX = "brolly:register"
BUCKET = f"{PREFIX}:bucket"
OUTLIVES_SECONDS = 60  # how long readers of a former layout still find their buckets
AT_ONCE = 1000  # keys in one round trip, where no bucket is carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the buckets in Redis belong to.

    A generation is one change to any of them, a build one writing of them all.
    """

    version: str
    epoch: int
    public_key: str
    bucket_bits: Annotated[int, Field(ge=0, le=32)]
    pad: Annotated[int, Field(ge=1, le=65535)]
    entry: int
    generation: Annotated[int, Field(ge=0)]
    build: str

    @classmethod
    def of(cls, state: RegisterState, build: str) -> Self:
        """Return the card of the register that the database describes."""
        version, epoch, public_key, entry = _pinned(state)
        return cls(
            version=version,
            epoch=epoch,
            public_key=public_key,
            bucket_bits=state.bucket_bits,
            pad=state.pad,
            entry=entry,
            generation=state.generation,
            build=build,
        )

    @property
    def layout(self) -> Layout:
        """Return how the buckets are laid out."""
        return Layout(self.bucket_bits, self.pad)


CARDS = TypeAdapter(Card)


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of the tags asked for, each or None, and the build that they were read from."""

    build: str
    entries: list[bytes | None]


def card_key(epoch: int) -> str:
    """Return where the card of an epoch lies: two lie side by side during a rotation."""
    return f"{PREFIX}:card:{epoch}"


class Register:
    """The register in one Redis; safe to share between threads."""

    def __init__(self, store: RedisStore) -> None:
        """Use a store that gives up soon; `connect` makes one."""
        self._store = store
        self.proved_build = ""  # the build in which this program has found the canary

    @classmethod
    def connect(cls, url: str, *, timeout: float = SECONDS) -> Self:
        """Return the register at a URL; it connects when first used. The time-out is in seconds."""
        return cls(RedisStore.at(url, timeout=timeout))

    def look_up(self, tags: Sequence[bytes], state: RegisterState) -> Found:
        """Return the entries of these tags; raises RegisterUnavailable if one cannot be known."""
        layout = Layout(state.bucket_bits, state.pad)
        card, buckets = self._fetch(tags, state, layout)
        if card.layout != layout:  # the layout changes at this moment: Redis first, then the row
            card, buckets = self._fetch(tags, state, card.layout)
        if any(bucket is None or len(bucket) != card.layout.octets for bucket in buckets):
            message = "a bucket of the register is missing or damaged"
            raise RegisterUnavailable(message)
        return Found(card.build, [find(*pair) for pair in zip(buckets, tags, strict=True)])

    def bucket(self, number: int, state: RegisterState) -> tuple[Card, bytes]:
        """Return a whole bucket and the card that it belongs to.

        Raises NoSuchBucket, and RegisterUnavailable.
        """
        card = self.card(state)
        for _ in range(2):  # the layout may change in between
            if not 0 <= number < card.layout.buckets:
                raise NoSuchBucket
            key = _key(card.epoch, card.layout, number)
            with _unavailable_if_redis_fails():
                octets = self._store.get([card_key(card.epoch), key])
            before, card = card, _read(octets[0], state)
            if card.layout == before.layout:
                break
        if octets[1] is None or len(octets[1]) != card.layout.octets:
            message = "a bucket of the register is missing or damaged"
            raise RegisterUnavailable(message)
        return card, octets[1]

    def card(self, state: RegisterState) -> Card:
        """Return the card; raises RegisterUnavailable unless it fits what the database knows."""
        return self._fetch([], state, Layout(state.bucket_bits, state.pad))[0]

    def is_whole(self, card: Card) -> bool:
        """Whether every bucket of a card is there and of its size."""
        keys = (_key(card.epoch, card.layout, number) for number in range(card.layout.buckets))
        sizes = (self._send([("STRLEN", key) for key in some]) for some in _chunks(keys))
        return all(size == card.layout.octets for some in sizes for size in some)

    def write(self, card: Card, buckets: Mapping[int, bytes]) -> None:
        """Write buckets; readers use them as soon as the card names their layout."""
        self._send(
            [
                ("SET", _key(card.epoch, card.layout, number), bucket)
                for number, bucket in buckets.items()
            ]
        )

    def advance(self, card: Card) -> bool:
        """Replace the card after a change; False, and no card, if Redis has lost it meanwhile."""
        [done] = self._send([("SET", card_key(card.epoch), CARDS.dump_json(card), "XX")])
        return done is not None

    def publish(self, card: Card) -> None:
        """Set the card of a new build, and let the buckets of other layouts fade away."""
        self._send([("SET", card_key(card.epoch), CARDS.dump_json(card))])
        current = _key(card.epoch, card.layout, 0).removesuffix("0")
        names = self._names(f"{BUCKET}:{card.epoch}:*")
        self._let_fade(name for name in names if not name.startswith(current))

    def retire_all_but(self, epoch: int) -> None:
        """Let the cards and the buckets of all other epochs fade away."""
        kept = card_key(epoch), f"{BUCKET}:{epoch}:"
        names = self._names(f"{PREFIX}:*")
        self._let_fade(name for name in names if name != kept[0] and not name.startswith(kept[1]))

    def _names(self, pattern: str) -> list[str]:
        with _unavailable_if_redis_fails():
            return self._store.names(pattern)

    def _let_fade(self, names: Iterable[str]) -> None:
        for some in _chunks(names):
            self._send([("EXPIRE", name, OUTLIVES_SECONDS) for name in some])

    def _fetch(
        self, tags: Sequence[bytes], state: RegisterState, layout: Layout
    ) -> tuple[Card, list[Any]]:
        keys = [_key(state.epoch, layout, layout.number(tag)) for tag in tags]
        with _unavailable_if_redis_fails():
            octets = self._store.get([card_key(state.epoch), *keys])
        return _read(octets[0], state), octets[1:]

    def _send(self, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
        with _unavailable_if_redis_fails():
            return self._store.send(commands)


@contextmanager
def _unavailable_if_redis_fails() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        message = f"the register's Redis does not answer ({type(error).__name__})"
        raise RegisterUnavailable(message) from None


def _key(epoch: int, layout: Layout, number: int) -> str:
    return f"{BUCKET}:{epoch}:{layout.bits}-{layout.pad}:{number:x}"


def _read(octets: bytes | None, state: RegisterState) -> Card:
    if octets is None:
        message = "the register is not in Redis: run `brolly register rebuild`"
        raise RegisterUnavailable(message)
    try:
        card = CARDS.validate_json(octets, strict=True)
    except ValueError:
        message = "the register's card in Redis is damaged: run `brolly register rebuild`"
        raise RegisterUnavailable(message) from None
    if (card.version, card.epoch, card.public_key, card.entry) != _pinned(state):
        message = "the register in Redis was made with another key, epoch or version"
        raise RegisterUnavailable(message)
    if card.generation < state.generation:
        message = "the register in Redis is older than the database"
        raise RegisterUnavailable(message)
    return card


def _pinned(state: RegisterState) -> tuple[str, int, str, int]:
    return VERSION.decode(), state.epoch, state.public_key.hex(), ENTRY_OCTETS


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    source = iter(keys)
    while some := list(islice(source, AT_ONCE)):
        yield some
