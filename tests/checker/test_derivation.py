"""Derivation sv1 is pinned here: another result would lose every entry ever written."""

import hmac
from hashlib import sha512

from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from checker.derivation import CANARY, LABELS, derive, input_of, seal_element
from checker.evaluator import LocalEvaluator
from checker.model import Identifier, IdentifierKind
from checker.voprf import key_pair, scalar
from tests.checker.samples import EMAIL, LISTED, UNLISTED, another_evaluator

SECRET = bytes.fromhex("e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909")
FIXED = LocalEvaluator(key_pair(scalar(SECRET)), bytes(32))
WATCH = "e1817b513a17328127d5892129f664d1dea1b6bf4caab5c59761f03ad5f1bf29"
octets = st.binary(min_size=32, max_size=32)


def hkdf(element: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 written out, for one block of output."""
    secret = hmac.digest(b"sv1", element, sha512)
    return hmac.digest(secret, info + b"\x01", sha512)[:length]


def test_an_input_names_version_kind_and_value() -> None:
    assert input_of(LISTED) == b"sv1|tel|+447700900123"
    assert input_of(EMAIL) == b"sv1|eml|somebody@example.org"


def test_a_value_is_written_in_utf_8() -> None:
    identifier = Identifier(IdentifierKind.EMAIL, "jürgen@example.org")
    assert input_of(identifier) == b"sv1|eml|j\xc3\xbcrgen@example.org"


def test_what_follows_from_a_known_number_never_changes() -> None:
    (element,) = FIXED.evaluate([input_of(LISTED)])
    derived = derive(element, epoch=1)
    assert element.hex() == "d47f0896570dc048791653baa2241bb956da2686963a8fdc70a54d2f54a3941e"
    assert derived.tag.hex() == "f6e3e790c7197f1c008d70fdd72d39b7"
    assert derived.key.hex() == "718af768bf69ef36c72e013a206ab5fb64c82635d83d525a8b1cf2ce79b8b9e3"
    assert derived.watch.hex() == WATCH


@given(octets, st.integers(min_value=1, max_value=10_000))
def test_tag_key_and_watch_token_are_hkdf_of_rfc_5869(element: bytes, epoch: int) -> None:
    derived = derive(element, epoch)
    assert derived.tag == hkdf(element, f"tag|{epoch}".encode(), 16)
    assert derived.key == hkdf(element, f"payload|{epoch}".encode(), 32)
    assert derived.watch == hkdf(element, f"watch|{epoch}".encode(), 32)


@given(octets)
def test_another_epoch_gives_another_of_each(element: bytes) -> None:
    one, two = derive(element, 1), derive(element, 2)
    assert one.tag != two.tag
    assert one.key != two.key
    assert one.watch != two.watch


def test_another_key_gives_another_element() -> None:
    x = input_of(LISTED)
    assert another_evaluator().evaluate([x]) != another_evaluator().evaluate([x])


def test_one_value_under_two_kinds_gives_two_elements() -> None:
    value = "+447700900123"
    inputs = [input_of(Identifier(kind, value)) for kind in IdentifierKind]
    assert len(set(FIXED.evaluate(inputs))) == len(IdentifierKind)


def test_a_batch_keeps_its_order() -> None:
    inputs = [input_of(LISTED), input_of(UNLISTED), input_of(EMAIL)]
    assert FIXED.evaluate(inputs) == [FIXED.evaluate([x])[0] for x in inputs]


def test_every_kind_has_a_label_and_none_is_the_canarys() -> None:
    assert set(LABELS) == set(IdentifierKind)
    assert not any(CANARY.startswith(b"sv1|" + label + b"|") for label in LABELS.values())


def test_an_element_is_sealed_to_the_rotation_key_alone() -> None:
    offline = PrivateKey.generate()
    element = bytes(range(32))
    sealed = seal_element(element, bytes(offline.public_key))
    assert element not in bytes(sealed)
    assert sealed != seal_element(element, bytes(offline.public_key))
    assert SealedBox(offline).decrypt(bytes(sealed)) == element


def test_a_derived_key_and_a_watch_token_are_not_shown() -> None:
    derived = derive(bytes(32), 1)
    assert repr(derived.watch) not in repr(derived)
    assert repr(derived.key) not in repr(derived)
