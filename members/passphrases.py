"""Passphrases: what is accepted, and what one argon2id computation (RFC 9106) gives of them.

Two things follow from its 32 octets (HKDF-SHA256): a verifier, which is stored, and an unlocking
key, which never is. The verifier says nothing of the unlocking key, and a sign-in costs one
computation, not two.
"""

import hmac
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self

from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw

from members import common
from members.model import LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE
from members.refusals import PassphraseRefused
from storage.envelopes import DataKey

# About 50 ms on one shared core; above the OWASP minimum of 19 MiB and two passes.
STANDARD = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)

OCTETS = 32
FORM = re.compile(
    r"\$argon2id-hkdf\$v=19\$m=(?P<memory>\d+),t=(?P<passes>\d+),p=(?P<lanes>\d+)"
    r"\$(?P<salt>[A-Za-z0-9+/]{22})\$[A-Za-z0-9+/]{43}"
)
REPEATED = re.compile(r"(.{1,4})\1+.{0,3}")


def accept(passphrase: str, *, name: str, also: Collection[str] = ()) -> None:
    """Raise PassphraseRefused unless this may be the passphrase of the account of this name.

    `also` are words that are well known here, such as the name of the instance.
    """
    words = _normal(passphrase)
    if len(words) < SHORTEST_PASSPHRASE:
        message = f"Use at least {SHORTEST_PASSPHRASE} characters. A few words are easy to keep."
        raise PassphraseRefused(message)
    if len(words) > LONGEST_PASSPHRASE:
        message = f"Use at most {LONGEST_PASSPHRASE} characters."
        raise PassphraseRefused(message)
    bare = _bare(words)
    if bare and bare == _bare(_normal(name)):
        message = "Your passphrase cannot be your working name."
        raise PassphraseRefused(message)
    if REPEATED.fullmatch(words) or common.is_common(words, also=(*also, _normal(name))):
        message = "Too many people use this one. Try a few words that only you would put together."
        raise PassphraseRefused(message)


@dataclass(frozen=True, slots=True)
class Stretched:
    """What one computation gave: the verifier as it is stored, and the unlocking key."""

    stored: str = field(repr=False)
    unlocking: DataKey


def stretched(passphrase: str, hasher: PasswordHasher = STANDARD) -> Stretched:
    """Return what follows from a passphrase and a fresh salt."""
    return _stretched(passphrase, _Costs.of(hasher), secrets.token_bytes(hasher.salt_len))


def hashed(passphrase: str, hasher: PasswordHasher = STANDARD) -> str:
    """Return what is stored of a passphrase, with the parameters in it."""
    return stretched(passphrase, hasher).stored


def unlocked(
    stored: str | None, passphrase: str, hasher: PasswordHasher = STANDARD
) -> DataKey | None:
    """Return the unlocking key if a passphrase fits.

    None in the place of what is stored stands for a name that does not exist, and takes as long.
    """
    if stored is None:
        stretched(passphrase, hasher)
        return None
    found = FORM.fullmatch(stored)
    if found is None:
        return None
    again = _stretched(passphrase, _Costs.read(found), _octets(found["salt"]))
    return again.unlocking if hmac.compare_digest(again.stored, stored) else None


def is_outdated(stored: str, hasher: PasswordHasher = STANDARD) -> bool:
    """Whether what is stored was made with other parameters than today's."""
    found = FORM.fullmatch(stored)
    return found is None or _Costs.read(found) != _Costs.of(hasher)


@dataclass(frozen=True, slots=True)
class _Costs:
    """The parameters of argon2id: KiB of memory, passes, lanes."""

    memory: int
    passes: int
    lanes: int

    @classmethod
    def of(cls, hasher: PasswordHasher) -> Self:
        return cls(hasher.memory_cost, hasher.time_cost, hasher.parallelism)

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        return cls(int(found["memory"]), int(found["passes"]), int(found["lanes"]))


def _stretched(passphrase: str, costs: _Costs, salt: bytes) -> Stretched:
    octets = hash_secret_raw(
        _normal(passphrase).encode(),
        salt,
        time_cost=costs.passes,
        memory_cost=costs.memory,
        parallelism=costs.lanes,
        hash_len=OCTETS,
        type=Type.ID,
    )
    verifier = DataKey.derived(octets, purpose="passphrase verifier").octets
    parameters = f"m={costs.memory},t={costs.passes},p={costs.lanes}"
    stored = f"$argon2id-hkdf$v=19${parameters}${_in_base64(salt)}${_in_base64(verifier)}"
    return Stretched(stored, DataKey.derived(octets, purpose="passphrase unlocking"))


def _normal(passphrase: str) -> str:
    """Make different keyboards agree (NFKC); a text too long to be accepted is cut, still too long.

    NFKC can make a text up to 18 times longer, hence the cut before and after.
    """
    longest = LONGEST_PASSPHRASE + 1
    return unicodedata.normalize("NFKC", passphrase[:longest])[:longest]


def _bare(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum())


def _in_base64(octets: bytes) -> str:
    return b64encode(octets).decode().rstrip("=")


def _octets(encoded: str) -> bytes:
    return b64decode(encoded + "=" * (-len(encoded) % 4))
