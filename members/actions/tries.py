"""Tries that get slow: of passphrases by name, of second factors by account."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members.model import FREE_TRIES, LONGEST_WAIT
from members.records import SignInTryRow
from members.refusals import TooManyTries

FIRST_WAIT = timedelta(seconds=5)
TRIES_KEPT = timedelta(days=1)


def count(session: Session, fingerprint: bytes, *, now: datetime) -> None:
    """Count a try for what is being guessed at; raises TooManyTries while its wait runs."""
    session.execute(delete(SignInTryRow).where(SignInTryRow.last_at < now - TRIES_KEPT))
    tries = _row(session, fingerprint, now)
    left = tries.last_at + _wait_after(tries.failures) - now
    if left > timedelta():
        raise TooManyTries(left)
    tries.failures += 1
    tries.last_at = now
    session.flush()


def forget(session: Session, fingerprint: bytes) -> None:
    """Forget the tries: one was right."""
    session.execute(delete(SignInTryRow).where(SignInTryRow.name_fingerprint == fingerprint))


def _row(session: Session, fingerprint: bytes, now: datetime) -> SignInTryRow:
    """Return the row of a name, locked; two first tries at once find the same one."""
    found = session.get(SignInTryRow, fingerprint, with_for_update=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            row = SignInTryRow(name_fingerprint=fingerprint, failures=0, last_at=now)
            session.add(row)
    except IntegrityError:
        return session.get_one(SignInTryRow, fingerprint, with_for_update=True)
    return row


def _wait_after(failures: int) -> timedelta:
    """Nothing for the first tries, then 5 s, 10 s, 20 s ... up to 15 minutes."""
    if failures < FREE_TRIES:
        return timedelta()
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
