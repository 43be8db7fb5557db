"""Passphrases: what is accepted, and that every comparison costs one hash."""

from base64 import b64decode

import pytest
from hypothesis import given as over
from hypothesis import strategies as some

from members import passphrases
from members.model import LONGEST_PASSPHRASE
from members.refusals import PassphraseRefused
from tests.given import PASSPHRASE, QUICK
from tests.members.hashes import counted


@pytest.mark.parametrize(
    "passphrase",
    [
        "four plain small words",
        "x" * 5 + "y" * 5 + "zq",
        "ünïcödé is welcome",
        "窓辺のやかんと赤い雨傘です",
        "ab 12 !? cd 34",
        "".join(map(chr, range(0x4E00, 0x4EFF))),
    ],
)
def test_any_composition_is_accepted(passphrase: str) -> None:
    passphrases.accept(passphrase, name="Rosa")


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("", "at least"),
        ("eleven char", "at least"),
        ("long enough" * 24, "at most"),
        ("password1234", "Too many"),
        ("Password 1234", "Too many"),
        ("QWERTY-123456", "Too many"),
        ("aaaaaaaaaaaaaaa", "Too many"),
        ("abcabcabcabcabca", "Too many"),
        ("Rosa of Salford", "working name"),
        ("rosa-OF-salford!", "working name"),
    ],
)
def test_a_weak_passphrase_is_refused_with_its_reason(passphrase: str, reason: str) -> None:
    with pytest.raises(PassphraseRefused, match=reason):
        passphrases.accept(passphrase, name="Rosa of Salford")


def test_keyboards_that_write_the_same_letter_differently_agree() -> None:
    stored = passphrases.hashed("caf\u00e9 by the window \uff11", QUICK)
    assert passphrases.unlocked(stored, "cafe\u0301 by the window 1", QUICK)


@over(some.text(min_size=1, max_size=300))
def test_a_passphrase_fits_its_own_hash_and_not_a_longer_one(passphrase: str) -> None:
    stored = passphrases.hashed(passphrase, QUICK)
    assert passphrases.unlocked(stored, passphrase, QUICK)
    if len(passphrase) < LONGEST_PASSPHRASE:
        assert not passphrases.unlocked(stored, passphrase + "x", QUICK)


def test_nothing_fits_a_name_that_does_not_exist() -> None:
    assert not passphrases.unlocked(None, PASSPHRASE, QUICK)
    assert not passphrases.unlocked("", PASSPHRASE, QUICK)
    assert not passphrases.unlocked("not a hash", PASSPHRASE, QUICK)


def test_a_name_that_does_not_exist_is_compared_at_todays_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs = counted(monkeypatch)
    passphrases.unlocked(None, PASSPHRASE, QUICK)
    passphrases.unlocked(passphrases.hashed(PASSPHRASE, QUICK), "something else", QUICK)
    assert costs[0] == costs[1] == costs[2]


def test_what_is_stored_says_nothing_of_the_key_that_unlocks() -> None:
    made = passphrases.stretched(PASSPHRASE, QUICK)
    again = passphrases.unlocked(made.stored, PASSPHRASE, QUICK)
    assert again == made.unlocking
    verifier = b64decode(made.stored.rpartition("$")[2] + "=")
    assert verifier != made.unlocking.octets
    assert "unlocking=DataKey()" in repr(made)


def test_a_hash_with_other_parameters_is_outdated() -> None:
    stored = passphrases.hashed(PASSPHRASE, QUICK)
    assert passphrases.is_outdated(stored)
    assert not passphrases.is_outdated(stored, QUICK)


def test_the_standard_cost_is_above_the_owasp_minimum() -> None:
    assert passphrases.STANDARD.memory_cost >= 19 * 1024
    assert passphrases.STANDARD.time_cost >= 2
    assert passphrases.hashed(PASSPHRASE).startswith("$argon2id-hkdf$v=19$m=19456,t=3,p=1$")
