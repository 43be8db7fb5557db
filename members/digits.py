"""Codes of six digits, as they are sent, and as people type them."""

import secrets
import unicodedata

DIGITS = 6


def new_digits() -> str:
    """Return a fresh code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digits_in(typed: str) -> str:
    """Return the digits that somebody typed, whatever stands between them and in which script."""
    return "".join(str(unicodedata.decimal(each)) for each in typed if each.isdecimal())
