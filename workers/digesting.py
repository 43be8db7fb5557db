"""Members' hours: quiet ones kept, digests and notices made when due and made up when missed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from alerts import actions as alerts
from alerts.model import QUEUE_OF
from members import actions as members
from members.model import DigestDue
from messages import actions as messages
from messages.model import Channel, Queue
from workers.services import Services
from workers.shift import Shift

log = structlog.get_logger()

SETTLING = timedelta(minutes=1)  # what is being published at the hour is still counted
FRESH = timedelta(minutes=15)  # digests that were due since then are looked for each minute
EACH = ("brolly:digests", 60)  # how often (seconds), kept under this key
ALL = ("brolly:digests:all", 60 * 60)  # every hour of the day, in case one was missed


def digest(shift: Shift) -> None:
    """Keep quiet hours, make the digests that are due, tell of numbers that do not work."""
    services, now = shift.services, datetime.now(UTC)
    if _lately(services, EACH):
        return
    hold_back(services, now=now)
    everything = not _lately(services, ALL)
    make_digests(services, now=now, due_since=None if everything else now - FRESH)
    flag_numbers(services, now=now)
    _remember(services, EACH)
    if everything:
        _remember(services, ALL)


def make_digests(services: Services, *, now: datetime, due_since: datetime | None = None) -> None:
    """Make the digests that are not made yet, a transaction for each hour that members chose.

    How often and by how many this is done makes no difference.
    """
    zone = services.settings.time_zone
    with services.reading() as session:
        found = alerts.routine_alerts(session, services.sealers, now=now)
        due = members.digests_due(session, now=now - SETTLING, time_zone=zone) if found else ()
    for each in due:
        if due_since is None or each.at >= due_since:
            _make(services, each, found, now)


def hold_back(services: Services, *, now: datetime) -> None:
    """Let what was to leave before quiet hours began, and has not, wait until they end.

    After a pause, behind a long queue, or when it is tried again.
    """
    with services.reading() as session:
        quiet = members.quiet_at(session, at=now, time_zone=services.settings.time_zone)
        due = {each.queue for each in messages.due(session, now=now) if each.channel is Channel.SMS}
    for severity, queue in QUEUE_OF.items():
        if not quiet or queue not in due:
            continue
        numbers = members.quiet_numbers(severity=severity, quiet=quiet)
        with services.writing.begin() as session:
            held = messages.hold_back(session, queue=queue, numbers=numbers, now=now)
        if held:
            log.info("held_back", queue=queue, deliveries=held)


def flag_numbers(services: Services, *, now: datetime) -> None:
    """Mail members whose number failed for good, each once."""
    with services.writing.begin() as session:
        cause_id = members.flag_bad_numbers(
            session,
            services.sealers,
            link=f"{services.settings.public_url}/account",
            now=now,
        )
    if cause_id:
        services.queue.wake("drain", str(cause_id), Channel.EMAIL, queue=Queue.SERVICE)


def _make(
    services: Services, due: DigestDue, found: tuple[alerts.RoutineAlert, ...], now: datetime
) -> None:
    with services.writing.begin() as session:
        cause_id: UUID | None = alerts.send_digest(
            session,
            services.sealers,
            due=due,
            alerts=found,
            link=f"{services.settings.public_url}/updates",
            time_zone=services.settings.time_zone,
            now=now,
        )
    if cause_id is None:
        return
    log.info("digest_made", cause=str(cause_id), period=str(due.period))
    for channel in Channel:
        services.queue.wake("drain", str(cause_id), channel, queue=Queue.ROUTINE)


def _lately(services: Services, when: tuple[str, int]) -> bool:
    try:
        return bool(services.redis.exists(when[0]))
    except RedisError:
        return False


def _remember(services: Services, when: tuple[str, int]) -> None:
    try:
        services.redis.set(when[0], 1, ex=when[1])
    except RedisError as error:
        log.warning("redis_away", error=type(error).__name__)
