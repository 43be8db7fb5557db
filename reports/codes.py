"""Receipt codes and references, in Crockford's base 32: no I, L, O or U to mistake.

A receipt code opens a report to whoever holds it, so it is 120 random bits and only its keyed
fingerprint is stored. That many bits need no limit on tries: a million guesses a second against a
million reports would take longer than the age of the universe, while a limit that knows nothing
of who asks would let anybody lock every reporter out.
"""

import secrets
import unicodedata

from reports.refusals import NoSuchReceipt
from storage.sealing import Sealer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 24
GROUP = 4
REFERENCE_LENGTH = 7
MISREAD = str.maketrans("OIL", "011")
LONGEST_TYPED = 200
KEPT_AS = "draft"  # in the signed cookie: the code of a draft or report that a browser holds


def new_receipt_code() -> str:
    """Return a fresh receipt code of 120 bits, without its dashes."""
    return _random(CODE_LENGTH)


def new_reference(prefix: str) -> str:
    """Return a fresh reference, such as R7K3M9QX; 35 bits, kept apart by the database."""
    return prefix + _random(REFERENCE_LENGTH)


def in_groups(code: str) -> str:
    """Return a code as people write it down, in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_receipt_code(typed: str) -> str:
    """Return the code somebody typed, whatever its spacing and case; raises NoSuchReceipt."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    code = "".join(character for character in plain if character.isalnum()).translate(MISREAD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise NoSuchReceipt
    return code


def fingerprint(sealer: Sealer, code: str) -> bytes:
    """Return the keyed fingerprint under which a code's draft or report is found."""
    return sealer.fingerprint("receipt", code)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
