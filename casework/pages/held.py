"""The code of a form that this browser holds for a while, beside those of a case and a report."""

from datetime import datetime

from casework.professional import NoSuchForm
from members import kept

KEY = "form"


def hold(code: str, now: datetime) -> None:
    """Remember a code, or that it was used just now."""
    kept.keep(code, now, key=KEY)


def let_go() -> None:
    """Forget the code, on this device only."""
    kept.forget(key=KEY)


def held_code() -> str:
    """Return the code, however long it was not used; raises NoSuchForm."""
    return _found(kept.kept_code(key=KEY))


def fresh_code(now: datetime) -> str:
    """Return the code if it was used within the last half hour; raises NoSuchForm."""
    return _found(kept.fresh_code(now, key=KEY))


def holds_code() -> bool:
    """Whether this browser holds a code, however old."""
    return bool(kept.kept_code(key=KEY))


def _found(code: str) -> str:
    if not code:
        raise NoSuchForm
    return code
