"""RFC 9497's own vectors, and everything the protocol refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import voprf
from checker.voprf import (
    Element,
    Mode,
    NotAnElement,
    NotAnInput,
    NotAScalar,
    ProofRejected,
)

Suite = dict[str, Any]

SUITES: list[Suite] = json.loads(
    (Path(__file__).parent / "vectors" / "rfc9497-ristretto255-sha512.json").read_text()
)


def vectors(*modes: int) -> list[Any]:
    return [
        pytest.param(suite, vector, id=f"mode {suite['mode']}, {vector['Input'][:4]}")
        for suite in SUITES
        for vector in suite["vectors"]
        if suite["mode"] in modes
    ]


ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group: RFC 9496 section 4


def octets(field: str) -> list[bytes]:
    return [bytes.fromhex(part) for part in field.split(",")]


def keys_of(suite: Suite) -> voprf.KeyPair:
    seed, info = bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"])
    return voprf.derive_key_pair(seed, info, Mode(suite["mode"]))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"mode {suite['mode']}")
def test_keys_are_derived_as_in_the_rfc(suite: Suite) -> None:
    keys = keys_of(suite)
    assert keys.secret.hex() == suite["skSm"]
    assert suite.get("pkSm", keys.public.hex()) == keys.public.hex()
    group_dst = b"HashToGroup-" + Mode(suite["mode"]).context
    assert group_dst.hex() == suite["groupDST"]


@pytest.mark.parametrize(("suite", "vector"), vectors(0, 1))
def test_a_client_and_a_server_compute_what_the_rfc_says(suite: Suite, vector: Suite) -> None:
    mode, keys = Mode(suite["mode"]), keys_of(suite)
    inputs, blinds = octets(vector["Input"]), list(map(voprf.scalar, octets(vector["Blind"])))

    blinded = [voprf.blind(x, mode, blind) for x, blind in zip(inputs, blinds, strict=True)]
    assert blinded == octets(vector["BlindedElement"])

    evaluated = [voprf.multiply(keys.secret, voprf.element(point)) for point in blinded]
    assert evaluated == octets(vector["EvaluationElement"])

    unblinded = list(map(voprf.unblind, blinds, map(voprf.element, evaluated)))
    assert list(map(voprf.finalize, inputs, unblinded)) == octets(vector["Output"])


@pytest.mark.parametrize(("suite", "vector"), vectors(1))
def test_a_proof_is_the_rfcs_and_verifies(suite: Suite, vector: Suite) -> None:
    keys, randomness = keys_of(suite), voprf.scalar(bytes.fromhex(vector["Proof"]["r"]))
    blinded = list(map(voprf.element, octets(vector["BlindedElement"])))
    evaluated = list(map(voprf.element, octets(vector["EvaluationElement"])))

    proof = voprf.prove(keys, blinded, evaluated, randomness)

    assert proof.hex() == vector["Proof"]["proof"]
    voprf.verify(keys.public, blinded, evaluated, proof)


@pytest.mark.parametrize(
    ("message", "length", "start"),
    [
        (b"", 0x20, "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba"),
        (b"abc", 0x20, "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"),
        (b"", 0x80, "41b037d1734a5f8df225dd8c7de38f851efdb45c372887be655212d07251b921"),
    ],
)
def test_messages_are_expanded_as_in_rfc_9380_appendix_k_3(
    message: bytes, length: int, start: str
) -> None:
    dst = b"QUUX-V01-CS02-with-expander-SHA512-256"
    uniform = voprf.expand_message_xmd(message, dst, length)
    assert len(uniform) == length
    assert uniform.hex().startswith(start)


@given(st.binary(max_size=200), st.sampled_from(Mode))
def test_blinding_leaves_no_trace_in_the_result(message: bytes, mode: Mode) -> None:
    secret, blind = voprf.random_scalar(), voprf.random_scalar()
    sent = voprf.blind(message, mode, blind)
    direct = voprf.multiply(secret, voprf.hash_to_group(message, mode))
    assert sent != voprf.hash_to_group(message, mode)
    assert voprf.unblind(blind, voprf.multiply(secret, sent)) == direct


def test_the_two_modes_hash_one_input_to_different_elements() -> None:
    assert voprf.hash_to_group(b"x", Mode.OPRF) != voprf.hash_to_group(b"x", Mode.VOPRF)


@given(st.binary(min_size=32, max_size=32))
def test_exactly_the_reduced_scalars_other_than_zero_are_accepted(candidate: bytes) -> None:
    if 0 < int.from_bytes(candidate, "little") < ORDER:
        assert voprf.scalar(candidate) == candidate
    else:
        with pytest.raises(NotAScalar):
            voprf.scalar(candidate)


@pytest.mark.parametrize(
    "candidate",
    [b"", bytes(31), bytes(33), bytes(32), ORDER.to_bytes(32, "little"), b"\xff" * 32],
    ids=["empty", "short", "long", "zero", "the order", "all ones"],
)
def test_a_scalar_of_another_form_is_refused(candidate: bytes) -> None:
    with pytest.raises(NotAScalar):
        voprf.scalar(candidate)


@pytest.mark.parametrize(
    "candidate",
    [
        b"",
        bytes(31),
        voprf.hash_to_group(b"x", Mode.VOPRF) + b"\0",
        bytes(32),
        (2**255 - 19).to_bytes(32, "little"),
        b"\x01" + bytes(31),
        b"\xff" * 32,
    ],
    ids=["empty", "short", "long", "identity", "non-canonical", "negative", "all ones"],
)
def test_an_element_of_another_form_is_refused(candidate: bytes) -> None:
    with pytest.raises(NotAnElement):
        voprf.element(candidate)


def test_an_input_that_is_too_long_is_refused() -> None:
    voprf.hash_to_group(bytes(voprf.LONGEST), Mode.VOPRF)
    with pytest.raises(NotAnInput):
        voprf.hash_to_group(bytes(voprf.LONGEST + 1), Mode.VOPRF)


def test_a_key_pair_does_not_show_its_secret() -> None:
    keys = voprf.key_pair(voprf.random_scalar())
    assert keys.secret.hex() not in repr(keys)
    assert repr(bytes(keys.secret)) not in repr(keys)


class Exchange:
    """A batch that was evaluated and proved, to be tampered with."""

    def __init__(self, size: int) -> None:
        self.keys = voprf.key_pair(voprf.random_scalar())
        self.blinded = [
            voprf.blind(bytes([n]), Mode.VOPRF, voprf.random_scalar()) for n in range(size)
        ]
        self.evaluated = [voprf.multiply(self.keys.secret, point) for point in self.blinded]
        self.proof = voprf.prove(self.keys, self.blinded, self.evaluated)

    def verify(self) -> None:
        voprf.verify(self.keys.public, self.blinded, self.evaluated, self.proof)


@pytest.mark.parametrize("size", [1, 2, 20])
def test_an_honest_batch_is_accepted_and_its_proof_differs_each_time(size: int) -> None:
    exchange = Exchange(size)
    exchange.verify()
    assert voprf.prove(exchange.keys, exchange.blinded, exchange.evaluated) != exchange.proof


def swap_the_key(exchange: Exchange) -> None:
    exchange.keys = voprf.key_pair(voprf.random_scalar())


def evaluate_one_under_another_key(exchange: Exchange) -> None:
    exchange.evaluated[1] = voprf.multiply(voprf.random_scalar(), exchange.blinded[1])


def swap_two_results(exchange: Exchange) -> None:
    exchange.evaluated[:2] = reversed(exchange.evaluated[:2])


def drop_a_result(exchange: Exchange) -> None:
    exchange.evaluated.pop()


def drop_everything(exchange: Exchange) -> None:
    exchange.blinded.clear()
    exchange.evaluated.clear()


def flip_a_bit_of_the_proof(exchange: Exchange) -> None:
    exchange.proof = bytes([exchange.proof[0] ^ 1]) + exchange.proof[1:]


def truncate_the_proof(exchange: Exchange) -> None:
    exchange.proof = exchange.proof[:-1]


def empty_the_proof(exchange: Exchange) -> None:
    exchange.proof = bytes(64)


def leave_the_proof_unreduced(exchange: Exchange) -> None:
    response = int.from_bytes(exchange.proof[32:], "little") + ORDER
    exchange.proof = exchange.proof[:32] + response.to_bytes(32, "little")


def answer_with_the_identity(exchange: Exchange) -> None:
    exchange.evaluated = [Element(bytes(32)) for _ in exchange.evaluated]


@pytest.mark.parametrize(
    "tamper",
    [
        swap_the_key,
        evaluate_one_under_another_key,
        swap_two_results,
        drop_a_result,
        drop_everything,
        flip_a_bit_of_the_proof,
        truncate_the_proof,
        empty_the_proof,
        leave_the_proof_unreduced,
        answer_with_the_identity,
    ],
)
def test_a_dishonest_batch_is_rejected(tamper: Callable[[Exchange], None]) -> None:
    exchange = Exchange(3)
    tamper(exchange)
    with pytest.raises(ProofRejected):
        exchange.verify()
