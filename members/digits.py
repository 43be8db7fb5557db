"""Codes of six digits, as they are sent, and as people type them."""

import secrets
import unicodedata

DIGITS = 6
LONGEST_TYPED = 200


def new_digits() -> str:
    """Return a fresh code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digits_in(typed: str) -> str:
    """Return the digits that somebody typed, whatever stands between them and in which script."""
    found = (unicodedata.decimal(each) for each in typed[:LONGEST_TYPED] if each.isdecimal())
    return "".join(map(str, found))
