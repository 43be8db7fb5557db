"""The private check from this side: what the server is asked never says what is checked.

For programs with a member's token; `brolly check --private` is one. The protocol is described in
docs/private-check.md and docs/openapi.json; `checker/client_js` does the same in browsers.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import certifi
import urllib3
from urllib3.exceptions import HTTPError

from checker import evaluator, voprf
from checker.derivation import Derived, derive, input_of
from checker.encoding import NotBase64Url, from_base64url, to_base64url
from checker.evaluator import Evaluation
from checker.model import Answer, Identifier, Payload
from checker.packing import Layout, find
from checker.payload import ENTRY_OCTETS, EntryUnreadable, unseal
from checker.voprf import Element, Mode, NotAnElement, ProofRejected, Scalar
from checker.watches import Watching, WatchToken

KEY, EVALUATE = "/api/v1/oprf/key", "/api/v1/oprf/evaluate"
WATCH = "/api/v1/watch"
LAYOUT = "Brolly-Layout"
MOST = 20  # identifiers in one round
SECONDS = 10.0
SUITE = "ristretto255-SHA512"


class Why(StrEnum):
    """Why there is no answer."""

    WRONG_KEY = "wrong_key"  # not a key, or not the one that was pinned
    BAD_PROOF = "bad_proof"
    NOT_AN_ELEMENT = "not_an_element"
    WRONG_COUNT = "wrong_count"
    OTHER_EPOCH = "other_epoch"
    TRUNCATED_BUCKET = "truncated_bucket"
    DAMAGED_ENTRY = "damaged_entry"
    BAD_REPLY = "bad_reply"
    MOVED_ON = "moved_on"  # the register changed twice meanwhile
    NOT_ALLOWED = "not_allowed"
    SPENT = "spent"
    TOO_MANY_WATCHES = "too_many_watches"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"


class CannotCheck(Exception):
    """There is no answer, which says nothing about any identifier."""

    def __init__(self, why: Why, again_at: datetime | None = None) -> None:
        """Keep why, and from when on it may be asked again, if the server said so."""
        super().__init__(f"the private check gave no answer: {why}")
        self.why, self.again_at = why, again_at


class _Stale(Exception):
    """The key or the layout changed in between: begin again with a fresh key."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a round of checks is held to."""

    epoch: int
    public_keys: tuple[Element, ...]
    layout: Layout

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read what the server announces; raises CannotCheck."""
        if (said["suite"], said["mode"], said["entry"]) != (SUITE, Mode.VOPRF, ENTRY_OCTETS):
            raise CannotCheck(Why.WRONG_KEY)
        return cls(
            epoch=int(said["epoch"]),
            public_keys=tuple(
                _element(each, Why.WRONG_KEY) for each in (said["pk"], *said["others"])
            ),
            layout=Layout(int(said["bucket_bits"]), int(said["pad"])),
        )


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    octets: bytes = field(repr=False)

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON came
        try:
            return json.loads(self.octets)
        except ValueError:
            raise CannotCheck(Why.BAD_REPLY) from None


class PrivateChecker:
    """Checks identifiers at a server that does not learn which."""

    def __init__(self, url: str, token: str, *, public_keys: Sequence[bytes] = ()) -> None:
        """Open nothing yet; with `public_keys` no other evaluators are trusted."""
        trust = {"ca_certs": certifi.where()} if url.startswith("https:") else {}
        self._pool = urllib3.connection_from_url(
            url, timeout=urllib3.Timeout(total=SECONDS), retries=False, **trust
        )
        self._prefix = urlsplit(url).path.rstrip("/")
        self._token = token
        self._public_keys = tuple(public_keys)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def check(self, identifiers: Sequence[Identifier]) -> list[Answer]:
        """Return an answer for each identifier, at most 20; raises CannotCheck.

        Every check fetches a bucket, hit or miss.
        """
        if not 0 < len(identifiers) <= MOST:
            raise CannotCheck(Why.WRONG_COUNT)
        for again in (True, False):
            try:
                return self._round(identifiers)
            except _Stale:
                continue
            except CannotCheck as refused:
                if not (again and refused.why is Why.OTHER_EPOCH):
                    raise
        raise CannotCheck(Why.MOVED_ON)

    def watch(self, answers: Sequence[Answer]) -> Watching:
        """Ask to be told if what was answered in one round is reported; raises CannotCheck.

        If the register's key was changed meanwhile, it is checked again for tokens that can match.
        """
        for _ in range(2):
            try:
                return self._watch(answers)
            except _Stale:
                answers = self.check([each.identifier for each in answers])
        raise CannotCheck(Why.MOVED_ON)

    def _watch(self, answers: Sequence[Answer]) -> Watching:
        if not answers:
            raise CannotCheck(Why.WRONG_COUNT)
        tokens = [each.watch.coded for each in answers]
        wish = json.dumps({"tokens": tokens, "epoch": answers[0].watch.epoch})
        try:
            said = self._ask("POST", WATCH, body=wish).json()
        except CannotCheck as error:
            if error.why is not Why.SPENT:
                raise
            raise CannotCheck(Why.TOO_MANY_WATCHES, error.again_at) from None
        watching: Watching = _read(_watching, said)
        return watching

    def _round(self, identifiers: Sequence[Identifier]) -> list[Answer]:
        pinned = self._pinned()
        blindings = [voprf.random_scalar() for _ in identifiers]
        inputs = [input_of(each) for each in identifiers]
        blinded = [
            voprf.blind(one, Mode.VOPRF, factor)
            for one, factor in zip(inputs, blindings, strict=True)
        ]
        reply = self._evaluate(blinded)
        elements = unblinded(blindings, blinded, reply, pinned)
        derived = [derive(each, pinned.epoch) for each in elements]
        numbers = {pinned.layout.number(each.tag) for each in derived}
        buckets = {number: self._bucket(number, pinned) for number in numbers}
        return [
            Answer(
                identifier,
                opened(buckets[pinned.layout.number(each.tag)], each, pinned),
                WatchToken(pinned.epoch, each.watch),
            )
            for identifier, each in zip(identifiers, derived, strict=True)
        ]

    def _pinned(self) -> Pinned:
        pinned: Pinned = _read(Pinned.of, self._ask("GET", KEY).json())
        if self._public_keys and pinned.public_keys != self._public_keys:
            raise CannotCheck(Why.WRONG_KEY)
        return pinned

    def _evaluate(self, blinded: Sequence[Element]) -> Mapping[str, Any]:
        question = {"blinded": [to_base64url(each) for each in blinded]}
        said = self._ask("POST", EVALUATE, body=json.dumps(question)).json()
        if not isinstance(said, dict):
            raise CannotCheck(Why.BAD_REPLY)
        return said

    def _bucket(self, number: int, pinned: Pinned) -> bytes:
        reply = self._ask("GET", f"/api/v1/register/{pinned.epoch}/bucket/{number:x}")
        layout = f"{pinned.layout.bits}-{pinned.layout.pad}"
        if reply.headers.get(LAYOUT, layout) != layout:
            raise _Stale
        return reply.octets

    def _ask(self, method: str, path: str, body: str | None = None) -> _Reply:
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = self._pool.urlopen(
                method, self._prefix + path, body=body, headers=headers, redirect=False
            )
        except HTTPError:
            raise CannotCheck(Why.UNREACHABLE) from None
        if answer.status != HTTPStatus.OK:
            _refuse(answer.status, answer.headers.get("Retry-After", ""))
        return _Reply(answer.status, answer.headers, answer.data)


def unblinded(
    blindings: Sequence[Scalar],
    blinded: Sequence[Element],
    reply: Mapping[str, Any],
    pinned: Pinned,
) -> list[Element]:
    """Return k * H(x) of each, every evaluator's part held to its key; raises CannotCheck."""
    if reply.get("epoch") != pinned.epoch:
        raise CannotCheck(Why.OTHER_EPOCH)
    parts = [reply, *_read(list, reply.get("others", []))]
    if len(parts) != len(pinned.public_keys):
        raise CannotCheck(Why.WRONG_COUNT)
    shares = [
        _proved(key, blinded, part) for key, part in zip(pinned.public_keys, parts, strict=True)
    ]
    try:
        return evaluator.unblinded(blindings, shares)
    except NotAnElement:
        raise CannotCheck(Why.NOT_AN_ELEMENT) from None


def opened(bucket: bytes, derived: Derived, pinned: Pinned) -> Payload | None:
    """Return what a bucket says, or None if it holds nothing; raises CannotCheck."""
    if len(bucket) != pinned.layout.octets:
        raise CannotCheck(Why.TRUNCATED_BUCKET)
    entry = find(bucket, derived.tag)
    if entry is None:
        return None
    try:
        return unseal(derived, entry)
    except EntryUnreadable:
        raise CannotCheck(Why.DAMAGED_ENTRY) from None


def _proved(key: Element, blinded: Sequence[Element], part: Mapping[str, Any]) -> Evaluation:
    coded = _read(list, part.get("evaluated"))
    if len(coded) != len(blinded):
        raise CannotCheck(Why.WRONG_COUNT)
    evaluated = tuple(_element(each, Why.NOT_AN_ELEMENT) for each in coded)
    try:
        proof = from_base64url(str(part.get("proof")))
        voprf.verify(key, blinded, evaluated, proof)
    except (ProofRejected, NotBase64Url):
        raise CannotCheck(Why.BAD_PROOF) from None
    return Evaluation(evaluated, proof)


def _element(coded: object, why: Why) -> Element:
    try:
        return voprf.element(from_base64url(str(coded)))
    except (NotAnElement, NotBase64Url):
        raise CannotCheck(why) from None


def _watching(said: Mapping[str, Any]) -> Watching:
    return Watching(datetime.fromisoformat(said["until"]), bool(said["reachable"]))


def _read(how: Callable[[Any], Any], said: object) -> Any:  # noqa: ANN401 - what `how` gives
    try:
        return how(said)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CannotCheck(Why.BAD_REPLY) from None


def _refuse(status: int, wait: str) -> NoReturn:
    match status:
        case HTTPStatus.GONE | HTTPStatus.NOT_FOUND | HTTPStatus.CONFLICT:
            raise _Stale
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            raise CannotCheck(Why.NOT_ALLOWED)
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.UNPROCESSABLE_ENTITY:
            seconds = timedelta(seconds=int(wait) if wait.isdecimal() else 0)
            raise CannotCheck(Why.SPENT, datetime.now(UTC) + seconds)
        case _:
            raise CannotCheck(Why.UNAVAILABLE)
