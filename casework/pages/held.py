"""The code of a form that this browser holds, in Flask's signed cookie, until Leave.

After half an hour a page is shown only to whoever knows the code: the next person at this device
must not read on. What is sent by a page that was open for longer is still taken.
"""

from datetime import datetime, timedelta

from flask import session

from casework.professional import NoSuchForm

KEY = "form"
SHOWN_FOR = timedelta(minutes=30)


def hold(code: str, now: datetime) -> None:
    """Remember a code, or that it was used just now."""
    session[KEY] = {"code": code, "at": int(now.timestamp())}


def let_go() -> None:
    """Forget the code, on this device only."""
    session.pop(KEY, None)


def held_code() -> str:
    """Return the code, however long it was not used; raises NoSuchForm."""
    held = session.get(KEY)
    if not isinstance(held, dict):
        raise NoSuchForm
    return str(held["code"])


def fresh_code(now: datetime) -> str:
    """Return the code if it was used within the last half hour; raises NoSuchForm."""
    code = held_code()
    if now.timestamp() - int(session[KEY]["at"]) > SHOWN_FOR.total_seconds():
        raise NoSuchForm
    return code


def holds_code() -> bool:
    """Whether this browser holds a code, however old."""
    return isinstance(session.get(KEY), dict)
