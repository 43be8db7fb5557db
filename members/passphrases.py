"""Passphrases: argon2id (RFC 9106), what is accepted, and a hash for names that do not exist."""

import re
import secrets
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from members.model import LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE
from members.refusals import PassphraseRefused

# About 50 ms on one shared core; above the OWASP minimum of 19 MiB and two passes.
STANDARD = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)

COMMON = frozenset(
    """
    123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 0123456789012
    012345678910 987654321098 0987654321098 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc
    1qaz2wsx3edc4rfv qazwsxedcrfv qazwsxedc123 q1w2e3r4t5y6 qwertyuiop12 qwertyuiop123
    qwertyuiop1234 qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty qwertyuiopasdf
    asdfghjkl123 asdfghjkl1234 zxcvbnm12345 abc123abc123 abcd12345678 abcdef123456 abcdefghijkl
    abcdefghijklm abcdefghijklmnopqrstuvwxyz passwordpassword password1234 password12345
    password123456 password123password passw0rd1234 mypassword123 mypassword1234 changemechangeme
    changeme1234 letmeinletmein letmein12345 letmein123456 welcome12345 welcome123456
    welcomewelcome iloveyou1234 iloveyou12345 iloveyouiloveyou administrator admin1234567
    superman1234 football1234 liverpool123 liverpool1234 manchester123 manunited123
    princess1234 sunshine1234 monkey123456 dragon123456 correcthorsebatterystaple
    correcthorsebattery trustno1trustno1 brollybrolly umbrella1234 redumbrella12 redumbrella123
    """.split()
)
REPEATED = re.compile(r"(.{1,4})\1+.{0,3}")


def accept(passphrase: str, *, name: str) -> None:
    """Raise PassphraseRefused unless this may be the passphrase of the account of this name."""
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
    if bare in COMMON or REPEATED.fullmatch(words):
        message = "Too many people use this one. Try a few words that only you would put together."
        raise PassphraseRefused(message)


def hashed(passphrase: str, hasher: PasswordHasher = STANDARD) -> str:
    """Return the argon2id hash, with its parameters in it."""
    return hasher.hash(_normal(passphrase))


def matches(stored: str | None, passphrase: str, hasher: PasswordHasher = STANDARD) -> bool:
    """Whether a passphrase fits; None stands for a name that does not exist and takes as long."""
    try:
        hasher.verify(stored or _of_nobody(hasher), _normal(passphrase))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str, hasher: PasswordHasher = STANDARD) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


def _normal(passphrase: str) -> str:
    """Make different keyboards agree (NFKC); a text too long to be accepted is cut, still too long.

    NFKC can make a text up to 18 times longer, hence the cut before and after.
    """
    longest = LONGEST_PASSPHRASE + 1
    return unicodedata.normalize("NFKC", passphrase[:longest])[:longest]


def _bare(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum())


def _of_nobody(hasher: PasswordHasher) -> str:
    """Return a hash that nothing fits, to be verified at the usual cost without hashing first."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
