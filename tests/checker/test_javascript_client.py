"""The JavaScript client computes what the server does, and refuses what is not as it should be."""

import gzip
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import pytest

from checker import voprf
from checker.derivation import Derived, derive, input_of
from checker.encoding import from_base64url, to_base64url
from checker.model import Band, HarmKind, Identifier, IdentifierKind, Payload, Severity
from checker.packing import Layout
from checker.payload import ENTRY_OCTETS, seal
from checker.voprf import KeyPair, Mode, Scalar
from tests.checker.javascript import (
    BUNDLE,
    TESTS,
    Came,
    Client,
    ClientRefused,
    environment,
    node,
    running,
)
from tests.checker.test_derivation import FIXED, WATCH
from tests.house.tree import ROOT

EPOCH = 3
LAYOUT = Layout(bits=7, pad=100)
KEYS = voprf.derive_key_pair(b"\xa3" * 32, b"test key", Mode.VOPRF)
OTHER_KEYS = voprf.derive_key_pair(b"\xa4" * 32, b"test key", Mode.VOPRF)
GZIPPED_AT_MOST = 16_500
PHONE = "sv1|tel|+447700900123"
NOT_CANONICAL = b"\xff" * 32
Reply = dict[str, Any]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running() as client:
        yield client


def pinned(**others: Any) -> dict[str, Any]:
    return {
        "pk": to_base64url(KEYS.public),
        "epoch": EPOCH,
        "bucket_bits": LAYOUT.bits,
        "entry": ENTRY_OCTETS,
        "pad": LAYOUT.pad,
    } | others


def evaluated(blinded: list[str], keys: KeyPair = KEYS, epoch: int = EPOCH) -> Reply:
    """Answer as an evaluator does."""
    points = [voprf.element(from_base64url(each)) for each in blinded]
    results = [voprf.multiply(keys.secret, each) for each in points]
    return {
        "epoch": epoch,
        "evaluated": [to_base64url(each) for each in results],
        "proof": to_base64url(voprf.prove(keys, points, results)),
    }


def derived_here(text: str, secret: Scalar = KEYS.secret) -> Derived:
    element = voprf.multiply(secret, voprf.hash_to_group(text.encode(), Mode.VOPRF))
    return derive(element, EPOCH)


def answered(client: Client, inputs: list[str], change: Callable[[Reply], Reply]) -> Came:
    blinded = client("ask", id="1", inputs=inputs)
    reply = change(evaluated(blinded))
    return client("answered", id="1", reply=reply, pinned=pinned())


def test_the_rfcs_vectors_are_computed_byte_for_byte() -> None:
    ran = subprocess.run(  # noqa: S603 - our own script
        [node(), "--test", "--test-reporter=tap", str(TESTS / "vectors.test.js")],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"^# pass 3$", ran.stdout, re.MULTILINE), ran.stdout


def test_the_bundle_is_the_one_that_the_notice_names_and_small() -> None:
    octets = BUNDLE.read_bytes()
    assert sha256(octets).hexdigest() in (ROOT / "NOTICE").read_text()
    assert len(gzip.compress(octets, 9)) <= GZIPPED_AT_MOST


def test_a_thousand_identifiers_lie_where_the_server_puts_them(client: Client) -> None:
    source = random.Random(9497)  # noqa: S311 - only to vary
    inputs = [f"sv1|tel|+4477{source.randrange(10**8):08}" for _ in range(700)]
    inputs += [f"sv1|eml|{source.randrange(36**6):x}@exämple-{n}.org" for n in range(300)]
    for start in range(0, len(inputs), 20):
        batch = inputs[start : start + 20]
        found = answered(client, batch, lambda reply: reply)
        for text, (tag, key, bucket, watch) in zip(batch, found, strict=True):
            here = derived_here(text)
            assert (from_base64url(tag), from_base64url(key)) == (here.tag, here.key)
            assert bucket == f"{LAYOUT.number(here.tag):x}"
            assert from_base64url(watch) == here.watch


def test_the_watch_token_of_a_known_number_never_changes(client: Client) -> None:
    blinded = client("ask", id="1", inputs=[PHONE])
    elements = [voprf.element(from_base64url(each)) for each in blinded]
    [said] = FIXED.blind_evaluate(elements)
    reply = {
        "epoch": 1,
        "evaluated": [to_base64url(each) for each in said.evaluated],
        "proof": to_base64url(said.proof),
    }
    held = pinned(pk=to_base64url(FIXED.public_key), epoch=1)
    [(_, _, _, watch)] = client("answered", id="1", reply=reply, pinned=held)
    assert from_base64url(watch).hex() == WATCH


@pytest.mark.parametrize("bits", [0, 1, 8, 31, 32])
def test_every_layouts_bucket_is_found(client: Client, bits: int) -> None:
    blinded = client("ask", id="1", inputs=[PHONE])
    words = {"reply": evaluated(blinded), "pinned": pinned(bucket_bits=bits)}
    [(tag, _, bucket, _)] = client("answered", id="1", **words)
    assert bucket == f"{Layout(bits, 1).number(from_base64url(tag)):x}"


def test_the_same_input_is_never_asked_for_in_the_same_way(client: Client) -> None:
    asked = client("ask", id="1", inputs=[PHONE] * 20)
    assert len(set(asked)) == 20


def test_several_evaluators_are_added_up_each_held_to_its_own_key(client: Client) -> None:
    blinded = client("ask", id="1", inputs=[PHONE])
    both = {"reply": evaluated(blinded) | {"others": [evaluated(blinded, OTHER_KEYS)]}}
    keys = pinned(others=[to_base64url(OTHER_KEYS.public)])
    [(tag, *_)] = client("answered", id="1", pinned=keys, **both)
    point = voprf.hash_to_group(PHONE.encode(), Mode.VOPRF)
    parts = [voprf.multiply(keys.secret, point) for keys in (KEYS, OTHER_KEYS)]
    assert from_base64url(tag) == derive(voprf.add(*parts), EPOCH).tag
    for reply, why in (
        (evaluated(blinded), "wrong_count"),
        (evaluated(blinded) | {"others": [evaluated(blinded)]}, "bad_proof"),
    ):
        with pytest.raises(ClientRefused, match=why):
            client("answered", id="1", reply=reply, pinned=keys)


def changed(**fields: Any) -> Callable[[Reply], Reply]:
    return lambda reply: reply | fields


def with_another_proof(reply: Reply) -> Reply:
    proof = bytearray(from_base64url(reply["proof"]))
    proof[40] ^= 1
    return reply | {"proof": to_base64url(bytes(proof))}


def with_elements_exchanged(reply: Reply) -> Reply:
    return reply | {"evaluated": reply["evaluated"][::-1]}


def with_one_element(octets: bytes) -> Callable[[Reply], Reply]:
    return lambda reply: reply | {"evaluated": [to_base64url(octets), reply["evaluated"][1]]}


REFUSALS: dict[str, tuple[Callable[[Reply], Reply], str]] = {
    "another proof": (with_another_proof, "bad_proof"),
    "no proof": (changed(proof=""), "bad_proof"),
    "half a proof": (changed(proof=to_base64url(bytes(32))), "bad_proof"),
    "a proof of zeros": (changed(proof=to_base64url(bytes(64))), "bad_proof"),
    "an unreduced proof": (changed(proof=to_base64url(b"\xff" * 64)), "bad_proof"),
    "elements exchanged": (with_elements_exchanged, "bad_proof"),
    "another element": (with_one_element(KEYS.public), "bad_proof"),
    "the identity": (with_one_element(bytes(32)), "not_an_element"),
    "not canonical": (with_one_element(NOT_CANONICAL), "not_an_element"),
    "too short": (with_one_element(bytes(31)), "not_an_element"),
    "too long": (with_one_element(KEYS.public + b"\0"), "not_an_element"),
    "no base64url": (changed(evaluated=["+/==", "?"]), "not_an_element"),
    "one missing": (lambda reply: reply | {"evaluated": reply["evaluated"][:1]}, "wrong_count"),
    "one too many": (lambda reply: reply | {"evaluated": reply["evaluated"] * 2}, "wrong_count"),
    "an old epoch": (changed(epoch=EPOCH - 1), "other_epoch"),
    "the next epoch": (changed(epoch=EPOCH + 1), "other_epoch"),
    "no elements": (changed(evaluated=None), "bad_reply"),
}


@pytest.mark.parametrize(("change", "why"), REFUSALS.values(), ids=REFUSALS)
def test_a_reply_that_is_not_as_it_should_be_is_refused(
    client: Client, change: Callable[[Reply], Reply], why: str
) -> None:
    with pytest.raises(ClientRefused, match=f"^{why}$"):
        answered(client, [PHONE, "sv1|eml|dave@example.org"], change)


def test_a_reply_to_an_earlier_question_is_refused(client: Client) -> None:
    earlier = evaluated(client("ask", id="1", inputs=[PHONE]))
    client("ask", id="2", inputs=[PHONE])
    with pytest.raises(ClientRefused, match="bad_proof"):
        client("answered", id="2", reply=earlier, pinned=pinned())


def test_another_key_than_the_pinned_one_is_refused(client: Client) -> None:
    blinded = client("ask", id="1", inputs=[PHONE])
    reply = evaluated(blinded, OTHER_KEYS)
    with pytest.raises(ClientRefused, match="bad_proof"):
        client("answered", id="1", reply=reply, pinned=pinned())
    for key in (bytes(32), NOT_CANONICAL, b"short"):
        with pytest.raises(ClientRefused, match="wrong_key"):
            client("answered", id="1", reply=reply, pinned=pinned(pk=to_base64url(key)))


@pytest.mark.parametrize("count", [0, 21])
def test_nothing_and_too_much_are_not_asked_for(client: Client, count: int) -> None:
    with pytest.raises(ClientRefused, match="wrong_count"):
        client("ask", id="1", inputs=[PHONE] * count)


FULL = Payload(
    severity=Severity.DANGER,
    kinds=frozenset({HarmKind.PHYSICAL_ASSAULT, HarmKind.HATE_INCIDENT}),
    month="2026-11",
    regions=("GB-GMP",),
    band=Band.SEVERAL,
    advice="Zażółć, £5 …",
    references=("W-000001",),
    more_regions=True,
)
BARE = Payload(severity=Severity.NUISANCE, kinds=frozenset())


def opened(client: Client, bucket: bytes, derived: Derived) -> Came:
    return client(
        "open",
        bucket=to_base64url(bucket),
        tag=to_base64url(derived.tag),
        key=to_base64url(derived.key),
        pinned=pinned(),
    )


def a_bucket(*entries: bytes) -> bytes:
    return LAYOUT.pack(0, entries)


@pytest.mark.parametrize("payload", [FULL, BARE])
def test_an_entry_says_what_was_sealed(client: Client, payload: Payload) -> None:
    derived = derived_here(PHONE)
    found = opened(client, a_bucket(seal(derived, payload)), derived)
    found["kinds"] = frozenset(found["kinds"])
    expected = json.loads(json.dumps(asdict(payload) | {"kinds": []})) | {"kinds": payload.kinds}
    assert found == expected


def test_what_is_not_in_the_bucket_is_not_found(client: Client) -> None:
    other = seal(derived_here("sv1|tel|+447700900124"), FULL)
    assert opened(client, a_bucket(other), derived_here(PHONE)) is None


@pytest.mark.parametrize("cut", [1, ENTRY_OCTETS, LAYOUT.octets])
def test_a_bucket_of_another_size_is_refused(client: Client, cut: int) -> None:
    with pytest.raises(ClientRefused, match="truncated_bucket"):
        opened(client, a_bucket()[:-cut], derived_here(PHONE))


def test_an_entry_that_was_changed_is_refused(client: Client) -> None:
    derived = derived_here(PHONE)
    entry = bytearray(seal(derived, FULL))
    entry[100] ^= 1
    with pytest.raises(ClientRefused, match="damaged_entry"):
        opened(client, a_bucket(bytes(entry)), derived)


def test_an_input_is_spelt_as_the_server_spells_it() -> None:
    assert input_of(Identifier(IdentifierKind.PHONE, "+447700900123")) == PHONE.encode()
