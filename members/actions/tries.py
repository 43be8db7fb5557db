"""Tries that get slow: of passphrases by name, of second factors by account."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from members.model import FREE_TRIES, LONGEST_WAIT
from members.records import SignInTryRow
from members.refusals import TooManyTries
from storage.dialects import upsert

FIRST_WAIT = timedelta(seconds=5)
TRIES_KEPT = timedelta(days=1)

# Kept as they are built: each sign-in runs them, and to build them takes longer than to run them.
_IS_ITS = SignInTryRow.name_fingerprint == bindparam("fingerprint")
FORGET_OLD = (
    delete(SignInTryRow)
    .where(SignInTryRow.last_at < bindparam("kept_since"))
    .execution_options(synchronize_session=False)
)
FORGET = delete(SignInTryRow).where(_IS_ITS).execution_options(synchronize_session=False)
COUNTED = select(SignInTryRow.failures, SignInTryRow.last_at).where(_IS_ITS).with_for_update()


def count(session: Session, fingerprint: bytes, *, now: datetime) -> None:
    """Count a try for what is being guessed at; raises TooManyTries while its wait runs.

    Two first tries at once are both counted.
    """
    session.execute(FORGET_OLD, {"kept_since": now - TRIES_KEPT})
    tries = session.execute(COUNTED, {"fingerprint": fingerprint}).first()
    left = tries.last_at + _wait_after(tries.failures) - now if tries else timedelta()
    if left > timedelta():
        raise TooManyTries(left)
    first = upsert(session, SignInTryRow).values(
        name_fingerprint=fingerprint, failures=1, last_at=now
    )
    session.execute(
        first.on_conflict_do_update(
            index_elements=[SignInTryRow.name_fingerprint],
            set_={"failures": SignInTryRow.failures + 1, "last_at": now},
        )
    )


def forget(session: Session, fingerprint: bytes) -> None:
    """Forget the tries: one was right."""
    session.execute(FORGET, {"fingerprint": fingerprint})


def _wait_after(failures: int) -> timedelta:
    """Nothing for the first tries, then 5 s, 10 s, 20 s ... up to 15 minutes."""
    if failures < FREE_TRIES:
        return timedelta()
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
