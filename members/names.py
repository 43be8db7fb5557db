"""Working names: how they are written, found and sealed."""

import re
import unicodedata
from uuid import UUID

from members.model import LONGEST_NAME, SHORTEST_NAME
from members.refusals import NameRefused
from storage.sealing import Sealed, Sealer

LOOKS_LIKE_AN_ADDRESS = re.compile(r"@|https?:|www\.", re.IGNORECASE)
LOOKS_LIKE_A_NUMBER = re.compile(r"(?:\D*\d){6}")
NUMBERS_DRAWN = 8  # with a thousand of one name, all of them are taken once in 40 million times


def normalised(name: str) -> str:
    """Return a working name as it is kept; raises NameRefused."""
    words = _tidy(name)
    if len(words) < SHORTEST_NAME:
        message = f"Choose a working name of at least {SHORTEST_NAME} characters."
        raise NameRefused(message)
    if len(words) > LONGEST_NAME:
        message = f"Choose a working name of at most {LONGEST_NAME} characters."
        raise NameRefused(message)
    if not words.isprintable() or not any(character.isalnum() for character in words):
        message = "Choose a working name with letters or digits."
        raise NameRefused(message)
    if LOOKS_LIKE_AN_ADDRESS.search(words) or LOOKS_LIKE_A_NUMBER.search(words):
        message = "A working name cannot be a phone number or an address. Any other name will do."
        raise NameRefused(message)
    return words


def numbered(name: str, number: str) -> str:
    """Return a working name with the number that goes with it, if there is one."""
    return f"{name} {number}" if number else name


def numbers(sealer: Sealer, name: str, draw: str) -> list[str]:
    """Return the numbers that one draw gives a name, best first; nobody outside can foresee them.

    The same draw gives the same numbers, so that a form sent twice is known again.
    """
    drawn = (
        sealer.fingerprint("number of a working name", f"{draw}|{turn}|{_tidy(name).casefold()}")
        for turn in range(NUMBERS_DRAWN)
    )
    return [str(int.from_bytes(octets) % 9000 + 1000) for octets in drawn]


def fingerprint(sealer: Sealer, name: str) -> bytes:
    """Return the keyed bytes by which a name is found, however it was typed."""
    return sealer.fingerprint("working name", _tidy(name).casefold())


def seal(sealer: Sealer, name: str, account_id: UUID) -> Sealed:
    """Return the name, sealed for this account."""
    return sealer.seal(name, table="account", column="name", row=account_id)


def unseal(sealer: Sealer, sealed: Sealed, account_id: UUID) -> str:
    """Return the name of this account; raises CannotOpen."""
    return sealer.text(sealed, table="account", column="name", row=account_id)


def _tidy(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name[: LONGEST_NAME * 4]).split())
