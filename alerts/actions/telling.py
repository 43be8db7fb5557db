"""Telling those who watch: that something they watch for was reported, or that watching ended.

What they hear names nothing, and who publishes hears nothing of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.composing import compose_watch, compose_watch_ended
from alerts.model import QUEUE_OF
from checker import actions as checker
from members import actions as members
from members.model import Severity
from messages import actions as messages
from messages.model import CauseKind, Queue, Text
from reports.model import Published
from storage.base import new_id
from storage.keys import Sealers

TELLING_LIFE = timedelta(days=7)
AT_ONCE = 1000  # accounts in one statement
WHY = "asked to be told"


def tell_watchers(
    session: Session,
    sealers: Sealers,
    published: Published,
    *,
    link: str,
    leaves_from: datetime,
    time_zone: str,
    now: datetime,
) -> None:
    """End the watches for what a warning lists, and make the messages that say so.

    In the transaction that publishes it. Nobody is woken, for sweeps find it: what publishing
    answers is the same whether somebody watches or not.
    """
    accounts = checker.take_watchers(session, sealers.watches, tokens=published.listed, now=now)
    warning = published.warning
    _tell(
        session,
        sealers,
        sorted(accounts),
        cause_id=cause_of(sealers, warning.id),
        severity=warning.draft.severity,
        texts=compose_watch(link),
        leaves_from=leaves_from,
        time_zone=time_zone,
        now=now,
    )


def recall_from_watchers(session: Session, sealers: Sealers, *, warning_id: UUID) -> None:
    """Recall what those who watch have not been sent of a warning; the caller commits."""
    messages.recall(session, cause_of(sealers, warning_id))


def cause_of(sealers: Sealers, warning_id: UUID) -> UUID:
    """Return the id of what those who watch are told of a warning.

    It is in logs and in the database: without the key of the watches it ties them to no warning.
    """
    return UUID(bytes=sealers.watches.fingerprint("told of", str(warning_id))[:16])


def tell_of_ended_watches(
    session: Session, sealers: Sealers, *, link: str, time_zone: str, now: datetime
) -> int:
    """End what was watched for under a former key of the register, and tell some of those members.

    Return how many; none, once all are told. The caller commits.
    """
    accounts = checker.end_watches(session, limit=AT_ONCE)
    _tell(
        session,
        sealers,
        sorted(accounts),
        cause_id=new_id(),
        severity=Severity.RISK,
        texts=compose_watch_ended(link),
        leaves_from=now,
        time_zone=time_zone,
        now=now,
    )
    return len(accounts)


def _tell(
    session: Session,
    sealers: Sealers,
    accounts: Sequence[UUID],
    *,
    cause_id: UUID,
    severity: Severity,
    texts: Sequence[Text],
    leaves_from: datetime,
    time_zone: str,
    now: datetime,
) -> None:
    if not accounts:
        return
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=CauseKind.WATCH,
        queue=QUEUE_OF.get(severity, Queue.ROUTINE),
        texts=texts,
        expires_at=leaves_from + TELLING_LIFE,
        now=now,
    )
    quiet = members.quiet_at(session, at=leaves_from, time_zone=time_zone)
    for first in range(0, len(accounts), AT_ONCE):
        found = members.audience_of(accounts[first : first + AT_ONCE], why=WHY)
        audience = members.in_peace(found, severity=severity, quiet=quiet)
        messages.expand(
            session, cause_id=cause_id, audience=audience, now=now, not_before=leaves_from
        )
