"""The receipt code that this browser holds, in Flask's signed cookie, until Leave or half an hour.

After that a page is shown only to whoever knows the code: the next person at this device must not
read on. What is sent by a form that was open for longer is still taken: nothing typed is lost.
"""

from datetime import datetime, timedelta

from flask import session

from reports.refusals import NoSuchReceipt

KEY = "draft"
REQUEST = "request"  # the code of a request about data, beside that of a report
SHOWN_FOR = timedelta(minutes=30)


def keep(code: str, now: datetime, *, key: str = KEY) -> None:
    """Remember a code, or that it was used just now."""
    session[key] = {"code": code, "at": int(now.timestamp())}


def forget() -> None:
    """Forget the code, on this device only."""
    session.pop(KEY, None)


def kept_code(*, key: str = KEY) -> str:
    """Return the code, however long it was not used; raises NoSuchReceipt."""
    kept = session.get(key)
    if not isinstance(kept, dict):
        raise NoSuchReceipt
    return str(kept["code"])


def fresh_code(now: datetime, *, key: str = KEY) -> str:
    """Return the code if it was used within the last half hour; raises NoSuchReceipt."""
    code = kept_code(key=key)
    if now.timestamp() - int(session[key]["at"]) > SHOWN_FOR.total_seconds():
        raise NoSuchReceipt
    return code
