"""Wiping: providers forget the words of text messages that have arrived or failed."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import structlog

from messages import actions as messages
from messages.model import Channel, CopyOutOfReach, Queue, Receipt, StillOnItsWay
from messages.senders import Wiper
from workers.shift import Shift

log = structlog.get_logger()

TURN_SECONDS = 5.0  # the worker of sign-up codes does this too; the next sweep goes on with it

Said = Receipt | StillOnItsWay | CopyOutOfReach | None


def wipe(shift: Shift) -> None:
    """Wipe what is listed, many at a time, for a turn; not while danger waits to be told of."""
    wiper: object = shift.senders.get(Channel.SMS)
    if not isinstance(wiper, Wiper):
        return
    with shift.services.reading() as session:
        due = messages.due(session, now=datetime.now(UTC))
    if any(each.queue is Queue.DANGER for each in due):
        return
    counts = _wipe(shift, wiper)
    if counts:
        log.info("wiped_at_provider", **counts)


def _wipe(shift: Shift, wiper: Wiper) -> Counter[str]:
    counts, at_once = Counter[str](), shift.services.settings.sending_concurrency
    until = time.monotonic() + TURN_SECONDS
    with ThreadPoolExecutor(at_once, "wiping") as pool:
        while not shift.stopping and time.monotonic() < until:
            with shift.services.writing.begin() as session:
                copies = messages.take_copies(session, limit=at_once, now=datetime.now(UTC))
            said = list(pool.map(partial(_ask, wiper), copies))
            counts += _record(shift, copies, said)
            if not copies or any(isinstance(each, CopyOutOfReach) for each in said):
                break
            shift.beat()
    return counts


def _ask(wiper: Wiper, copy: messages.Copy) -> Said:
    try:
        return wiper.wipe(copy.provider_id)
    except (StillOnItsWay, CopyOutOfReach) as error:
        return error


def _record(shift: Shift, copies: Sequence[messages.Copy], said: Sequence[Said]) -> Counter[str]:
    counts, now = Counter[str](), datetime.now(UTC)
    with shift.services.writing.begin() as session:
        for copy, each in zip(copies, said, strict=True):
            if isinstance(each, Exception):
                given_up = messages.put_off(session, copy, now=now)
                counts["given_up" if given_up else "put_off"] += 1
            else:
                messages.record_wiped(session, copy, said=each, now=now)
                counts["wiped"] += 1
    return counts
