"""The receipt code of a report, or the code of a request, that this browser holds for a while."""

from datetime import datetime

from members import kept
from reports.codes import KEPT_AS as KEY
from reports.refusals import NoSuchReceipt

REQUEST = "request"  # the code of a request about data, beside that of a report


def keep(code: str, now: datetime, *, key: str = KEY) -> None:
    """Remember a code, or that it was used just now."""
    kept.keep(code, now, key=key)


def forget() -> None:
    """Forget the code, on this device only."""
    kept.forget(key=KEY)


def kept_code(*, key: str = KEY) -> str:
    """Return the code, however long it was not used; raises NoSuchReceipt."""
    return _held(kept.kept_code(key=key))


def fresh_code(now: datetime, *, key: str = KEY) -> str:
    """Return the code if it was used within the last half hour; raises NoSuchReceipt."""
    return _held(kept.fresh_code(now, key=key))


def _held(code: str) -> str:
    if not code:
        raise NoSuchReceipt
    return code
