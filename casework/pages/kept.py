"""The code of a case that this browser holds for a while, beside that of a report."""

from datetime import datetime

from members import kept

KEY = "case"


def keep(code: str, now: datetime) -> None:
    """Remember a code, or that it was used just now."""
    kept.keep(code, now, key=KEY)


def forget() -> None:
    """Forget the code, on this device only."""
    kept.forget(key=KEY)


def kept_code() -> str:
    """Return the code, however long it was not used; "" if there is none."""
    return kept.kept_code(key=KEY)


def fresh_code(now: datetime) -> str:
    """Return the code if it was used within the last half hour; "" if not."""
    return kept.fresh_code(now, key=KEY)
