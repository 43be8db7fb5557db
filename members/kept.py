"""A code that this browser holds, in Flask's signed cookie, until Leave or half an hour.

After that a page is shown only to whoever knows the code: the next person at this device must not
read on. What is sent by a form that was open for longer is still taken: nothing typed is lost.
"""

from datetime import datetime, timedelta

from flask import session

SHOWN_FOR = timedelta(minutes=30)


def keep(code: str, now: datetime, *, key: str) -> None:
    """Remember a code, or that it was used just now."""
    session[key] = {"code": code, "at": int(now.timestamp())}


def forget(*, key: str) -> None:
    """Forget a code, on this device only."""
    session.pop(key, None)


def kept_code(*, key: str) -> str:
    """Return the code, however long it was not used; "" if there is none."""
    kept = session.get(key)
    return str(kept["code"]) if isinstance(kept, dict) else ""


def fresh_code(now: datetime, *, key: str) -> str:
    """Return the code if it was used within the last half hour; "" if not."""
    code = kept_code(key=key)
    if not code or now.timestamp() - int(session[key]["at"]) > SHOWN_FOR.total_seconds():
        return ""
    return code
