"""Reconciling: what became of deliveries that nobody knows the fate of, and mail for those owed."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import structlog

from members import actions as members
from messages import actions as messages
from messages.looks import Lost
from messages.model import Channel, ListUnavailable, Receipt
from messages.senders import Finder, Sender
from workers.shift import Shift

log = structlog.get_logger()

TURN_SECONDS = 20.0  # the worker of sign-up codes does this too; the next sweep goes on with it

# What the provider has, None if it keeps no list, or why its list could not be read.
Found = Sequence[Receipt] | ListUnavailable | None


def reconcile(shift: Shift) -> None:
    """Look for lost deliveries at their providers, then make the mails that are owed."""
    looks = _look_for_lost(shift)
    if looks:
        log.warning("looked_for_lost", **looks)
    mails = _mail_instead(shift)
    if mails:
        log.warning("mailed_instead", deliveries=mails)


def _look_for_lost(shift: Shift) -> Counter[str]:
    """Look for many at a time, for a turn or until no list can be read."""
    services, counts = shift.services, Counter[str]()
    at_once = services.settings.sending_concurrency
    until = time.monotonic() + TURN_SECONDS
    with ThreadPoolExecutor(at_once, "looking") as pool:
        while not shift.stopping and time.monotonic() < until:
            with services.writing.begin() as session:
                lost = messages.take_lost(
                    session, services.sealers.contacts, limit=at_once, now=datetime.now(UTC)
                )
            answers = list(pool.map(partial(_find, shift.senders), lost))
            counts.update(map(partial(_record, shift), lost, answers))
            if all(isinstance(each, ListUnavailable) for each in answers):
                break
            shift.beat()
    return counts


def _find(senders: Mapping[Channel, Sender], lost: Lost) -> Found:
    sender: object = senders.get(lost.outgoing.channel)
    if not isinstance(sender, Finder):
        return None
    try:
        return sender.find(lost.outgoing, since=lost.since)
    except ListUnavailable as error:
        log.warning("list_unavailable", delivery=str(lost.outgoing.delivery_id), error=str(error))
        return error


def _record(shift: Shift, lost: Lost, found: Found) -> str:
    """Write down one look; return what it came to."""
    if isinstance(found, ListUnavailable):
        return "unavailable"
    with shift.services.writing.begin() as session:
        return messages.record_look(
            session,
            lost,
            found=found,
            now=datetime.now(UTC),
            look_after=shift.services.settings.look_after,
        )


def _mail_instead(shift: Shift) -> int:
    """Make the mails that are owed, for a turn; the sweep of their queue sends them."""
    services, count = shift.services, 0
    until = time.monotonic() + TURN_SECONDS
    with services.reading() as session:
        causes = messages.owing_causes(session)
    for cause_id in causes:
        while not shift.stopping and time.monotonic() < until:
            with services.writing.begin() as session:
                settled = messages.mail_instead(
                    session, cause_id=cause_id, mail_of=members.mail_of, now=datetime.now(UTC)
                )
            count += settled
            if not settled:
                break
    return count
