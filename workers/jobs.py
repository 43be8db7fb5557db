"""The jobs: thin, each a look into the database; the names in JOBS are all that may be run."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import structlog

from alerts import actions as alerts
from alerts.model import PACE_SHARE
from checker import actions as checker
from checker.evaluator import EvaluatorUnavailable
from checker.model import RegisterUnavailable
from members import actions as members
from messages import actions as messages
from messages.model import Channel, DeliveryState, Due, Queue
from messages.sending import Drain, Line
from reports import actions as reports
from storage.pace import Pace
from storage.retention_runs import trust_clock
from workers.digesting import digest
from workers.extending import extend_hours
from workers.guarding import guarded
from workers.reconciling import reconcile
from workers.retaining import retain
from workers.services import Services
from workers.shift import Shift
from workers.wiping import wipe

log = structlog.get_logger()

TIDY_SECONDS = 60.0  # sweeps tidy more often; without Redis nobody wakes them
# The share of the pace that a queue leaves to those in a greater hurry.
RESERVES = {Queue.DANGER: 0.0, Queue.SERVICE: 0.25, Queue.ROUTINE: 0.5}


def drain(shift: Shift, cause_id: str, channel: str) -> None:
    """Send what is due for a cause by a channel, for a turn; wake the next one if more is due."""
    if _drain(shift, UUID(cause_id), Channel(channel)):
        shift.services.queue.wake("drain", cause_id, channel, queue=shift.queue)


def sweep(shift: Shift, _queue: str = "") -> None:
    """Take work from workers that died, and wake the queue for all that is due in it.

    The queue's name only keeps the sweeps of different queues from standing for one another.
    """
    for each in _due(shift):
        shift.services.queue.wake("drain", str(each.cause_id), each.channel, queue=each.queue)
    if shift.queue is Queue.SERVICE:
        tidy(shift)


def look(shift: Shift) -> None:
    """Do what a sweep would wake somebody for, without Redis: a wake-up may have been lost."""
    for each in _due(shift):
        if shift.stopping:
            return
        _drain(shift, each.cause_id, each.channel)
    if shift.queue is Queue.SERVICE and time.monotonic() - shift.tidied_at > TIDY_SECONDS:
        tidy(shift)


def tidy(shift: Shift) -> None:
    """Do what the whole service needs now and then; one part that fails keeps no other back.

    What has an end is only ended by a clock that can be trusted.
    """
    shift.tidied_at = time.monotonic()
    for part in (_end_by_the_clock, reconcile, digest, _refresh_register, extend_hours, wipe):
        guarded(part.__name__.strip("_"), part, shift)


def _end_by_the_clock(shift: Shift) -> None:
    with shift.services.writing.begin() as session:
        right = trust_clock(session, now=datetime.now(UTC))
    if not right:
        log.error("clock_jumped")
        return
    for part in (_end_what_is_over, _end_watches, _expire_warnings, retain):
        guarded(part.__name__.strip("_"), part, shift)


def _end_what_is_over(shift: Shift) -> None:
    now = datetime.now(UTC)
    with shift.services.writing.begin() as session:
        messages.list_copies(session, now=now)
        messages.forget_codes(session, now=now)
        messages.forget_parted(session, now=now)
        checker.forget_budgets(session, now=now)
        checker.forget_watches(session, now=now)
        reports.discard_forgotten_drafts(session, now=now)
        members.wipe_run_out(session, now=now)


def _end_watches(shift: Shift) -> None:
    """Tell members whose watches a new key of the register has ended; sweeps send it."""
    now, services = datetime.now(UTC), shift.services
    with services.writing.begin() as session:
        told = alerts.tell_of_ended_watches(
            session,
            services.sealers,
            link=f"{services.settings.public_url}/check",
            time_zone=services.settings.time_zone,
            now=now,
        )
    if told:
        log.info("watches_ended", accounts=told)


def _refresh_register(shift: Shift) -> None:
    """Bring the register in Redis up to the database."""
    now, services = datetime.now(UTC), shift.services
    try:
        with services.writing.begin() as session:
            checker.establish(session, services.evaluator, now=now)
            checker.refresh(session, services.register, now=now)
    except (RegisterUnavailable, EvaluatorUnavailable) as error:
        log.warning("register_not_refreshed", error=type(error).__name__)


def _expire_warnings(shift: Shift) -> None:
    """End the warnings whose time is over; the next refresh takes them off the register."""
    now, services = datetime.now(UTC), shift.services
    try:
        with services.writing.begin() as session:
            reports.expire(session, services.sealers.reports, services.evaluator, now=now)
    except EvaluatorUnavailable as error:
        log.warning("warnings_not_expired", error=type(error).__name__)


JOBS: Mapping[str, Callable[..., None]] = MappingProxyType({"drain": drain, "sweep": sweep})


def _due(shift: Shift) -> list[Due]:
    now = datetime.now(UTC)
    with shift.services.writing.begin() as session:
        expired = messages.expire_leases(
            session, now=now, look_after=shift.services.settings.look_after
        )
        messages.expire_causes(session, now=now)
        messages.end_what_is_stopped(session, now=now)
    if any(expired.values()):
        log.warning(
            "leases_ran_out",
            waiting=expired[DeliveryState.PENDING],
            unknown=expired[DeliveryState.UNKNOWN],
        )
    with shift.services.reading() as session:
        return [each for each in messages.due(session, now=now) if each.queue is shift.queue]


def _drain(shift: Shift, cause_id: UUID, channel: Channel) -> bool:
    sender = shift.senders.get(channel)
    if sender is None:
        log.error("no_sender", channel=channel, cause=str(cause_id))
        return False
    services = shift.services

    def more_than_one_claim() -> None:
        services.queue.wake("drain", str(cause_id), channel, queue=shift.queue)

    line = Line(
        sessions=services.writing,
        sealer=services.sealers.contacts,
        sender=sender,
        concurrency=services.settings.sending_concurrency,
        go_on=shift.turn(),
        on_plenty=more_than_one_claim,
        pace=_pace(services, shift.queue) if channel is Channel.SMS else None,
        look_after=services.settings.look_after,
    )
    started = time.monotonic()
    drain = Drain(line, cause_id, channel)
    more = drain.run()
    if drain.counts:
        log.info(
            "drained",
            cause=str(cause_id),
            channel=channel,
            seconds=round(time.monotonic() - started, 1),
            **drain.counts,
        )
    return more


def _pace(services: Services, queue: Queue) -> Pace:
    settings = services.settings
    return Pace(
        services.redis,
        sender=settings.twilio_messaging_service_sid or settings.twilio_from,
        rate=settings.sms_segments_per_second * PACE_SHARE,
        reserve=RESERVES[queue],
    )
