"""The engine of a drain, with a sender that is told what to say."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from messages import actions
from messages.model import (
    LEASE,
    Channel,
    DeliveryState,
    Outcome,
    Outgoing,
    Postponed,
    Progress,
    Refused,
    Unknown,
)
from messages.sending import Drain, Line
from storage.engine import reading, writing
from storage.keys import Sealers
from storage.pace import Pace
from storage.redis_server import redis_client
from tests.messages.posting import NOON, Told, an_alert, committed, in_turn

S = DeliveryState


def always() -> bool:
    return True


def a_line(engine: Engine, sealers: Sealers, sender: Told, **others: Any) -> Line:
    given: dict[str, Any] = {"concurrency": 4, "go_on": always, "clock": lambda: NOON} | others
    return Line(sessions=writing(engine), sealer=sealers.contacts, sender=sender, **given)


def drain(line: Line, cause_id: UUID, channel: Channel = Channel.SMS) -> bool:
    return Drain(line, cause_id, channel).run()


def an_alert_to(engine: Engine, sealers: Sealers, recipients: int, **others: Any) -> UUID:
    return committed(engine, lambda session: an_alert(session, sealers, recipients, **others))


def progress_of(engine: Engine, cause_id: UUID) -> Progress:
    with reading(engine)() as session:
        return actions.progress(session, cause_id)


def counts(engine: Engine, cause_id: UUID) -> dict[DeliveryState, int]:
    return progress_of(engine, cause_id).by_state.get(Channel.SMS, {})


def test_everybody_is_sent_one_message(engine: Engine, sealers: Sealers) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 130), Told()
    assert drain(a_line(engine, sealers, sender), cause_id) is False
    assert len(set(sender.ids)) == len(sender.ids) == 130
    assert counts(engine, cause_id) == {S.ACCEPTED: 130}


def test_draining_again_sends_nothing(engine: Engine, sealers: Sealers) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 10), Told()
    for _ in range(3):
        drain(a_line(engine, sealers, sender), cause_id)
    assert len(sender.sent) == 10


def test_what_is_sent_stands_in_the_database_as_being_sent(
    engine: Engine, sealers: Sealers
) -> None:
    cause_id, seen = an_alert_to(engine, sealers, 20), []

    def look(outgoing: Outgoing) -> Outcome:
        seen.append(counts(engine, cause_id).get(S.SENDING, 0))
        return Refused(reason=f"{outgoing.channel}")

    drain(a_line(engine, sealers, Told(look)), cause_id)
    assert min(seen) >= 1  # committed, then sent
    assert max(seen) <= 4  # and never more than may be in flight


def test_no_more_are_in_flight_than_allowed(engine: Engine, sealers: Sealers) -> None:
    together, met = Barrier(4, timeout=10), Event()

    def meet(outgoing: Outgoing) -> Outcome:
        if not met.is_set():  # the first four only
            together.wait()
            met.set()
        return Refused(reason=str(outgoing.segments))

    sender = Told(meet)
    drain(a_line(engine, sealers, sender), an_alert_to(engine, sealers, 30))
    assert sender.most_at_once == 4


def test_a_program_that_slept_between_mark_and_send_does_not_send(
    engine: Engine, sealers: Sealers
) -> None:
    cause_id, sender, calls = an_alert_to(engine, sealers, 1), Told(), count(1)

    def sleepy() -> datetime:  # asked at the claim, at the mark, and just before the send
        return NOON if next(calls) <= 2 else NOON + LEASE

    drain(a_line(engine, sealers, sender, clock=sleepy), cause_id)
    assert sender.sent == []
    assert counts(engine, cause_id) == {S.PENDING: 1}
    drain(a_line(engine, sealers, sender, clock=lambda: NOON + 2 * LEASE), cause_id)
    assert len(sender.sent) == 1


def test_each_outcome_is_written_down(engine: Engine, sealers: Sealers) -> None:
    cause_id = an_alert_to(engine, sealers, 4)
    sender = Told(
        in_turn(Refused(reason="refused_1"), Unknown(reason="reset"), Postponed(reason="busy"))
    )
    drain(a_line(engine, sealers, sender), cause_id)
    assert counts(engine, cause_id) == {S.ACCEPTED: 1, S.FAILED: 1, S.UNKNOWN: 1, S.PENDING: 1}
    assert progress_of(engine, cause_id).reasons == {"refused_1": 1, "reset": 1, "busy": 1}


def test_a_sender_that_raises_leaves_its_message_unknown(engine: Engine, sealers: Sealers) -> None:
    def fail(outgoing: Outgoing) -> Outcome:
        raise ZeroDivisionError(outgoing.address)

    cause_id = an_alert_to(engine, sealers, 2)
    drain(a_line(engine, sealers, Told(fail)), cause_id)
    assert counts(engine, cause_id) == {S.UNKNOWN: 2}


def test_told_to_stop_it_gives_back_what_it_has_not_sent(engine: Engine, sealers: Sealers) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 50), Told()
    more = drain(a_line(engine, sealers, sender, go_on=lambda: len(sender.sent) < 8), cause_id)
    assert more is True
    found = counts(engine, cause_id)
    assert found[S.ACCEPTED] == len(sender.sent)
    assert found[S.ACCEPTED] + found[S.PENDING] == 50


def test_a_pause_takes_effect_within_what_is_in_flight(engine: Engine, sealers: Sealers) -> None:
    cause_id = an_alert_to(engine, sealers, 60)
    paused_at: list[int] = []

    def pause_once(outgoing: Outgoing) -> Outcome:
        if not paused_at:
            with writing(engine).begin() as session:
                actions.pause(session, cause_id)
            paused_at.append(len(sender.sent))
        return Refused(reason=str(outgoing.channel))

    sender = Told(pause_once)
    drain(a_line(engine, sealers, sender), cause_id)
    assert len(sender.sent) <= paused_at[0] + 4 + 4  # those beside it, and one round on its way
    found = counts(engine, cause_id)
    assert found == {S.FAILED: len(sender.sent), S.PENDING: 60 - len(sender.sent)}


def test_a_recall_takes_effect_within_what_is_in_flight(engine: Engine, sealers: Sealers) -> None:
    cause_id = an_alert_to(engine, sealers, 60)

    def recall(outgoing: Outgoing) -> Outcome:
        with writing(engine).begin() as session:
            actions.recall(session, cause_id)
        return Refused(reason=str(outgoing.channel))

    sender = Told(recall)
    drain(a_line(engine, sealers, sender), cause_id)
    assert len(sender.sent) <= 12
    assert counts(engine, cause_id)[S.RECALLED] == 60 - len(sender.sent)


def test_a_provider_that_falters_gets_fewer_at_once(engine: Engine, sealers: Sealers) -> None:
    sender = Told(lambda _: Postponed(reason="too_many_requests"))
    line = a_line(engine, sealers, sender, concurrency=8, go_on=lambda: len(sender.sent) < 9)
    started = Drain(line, an_alert_to(engine, sealers, 30), Channel.SMS)
    started.run()
    assert started.counts["postponed"] == len(sender.sent) < 20
    assert sender.most_at_once <= 8


def test_others_are_called_when_there_is_plenty(engine: Engine, sealers: Sealers) -> None:
    calls: list[int] = []
    line = a_line(engine, sealers, Told(), on_plenty=lambda: calls.append(1))
    drain(line, an_alert_to(engine, sealers, 99))
    assert calls == []
    drain(line, an_alert_to(engine, sealers, 150))  # to those 99 contacts, too
    assert calls == [1]


def test_two_drains_share_a_cause_without_a_duplicate(engine: Engine, sealers: Sealers) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 250), Told()
    drains = [Drain(a_line(engine, sealers, sender), cause_id, Channel.SMS) for _ in range(2)]
    run_together([each.run for each in drains])
    assert len(set(sender.ids)) == len(sender.ids) == 250
    assert counts(engine, cause_id) == {S.ACCEPTED: 250}


def test_the_pace_is_kept(engine: Engine, sealers: Sealers, redis_url: str) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 12), Told()
    pace = Pace(redis_client(redis_url), sender="Brolly", rate=40)
    started = time.monotonic()
    drain(a_line(engine, sealers, sender, pace=pace), cause_id)
    took = time.monotonic() - started
    assert len(sender.sent) == 12
    burst = 20 + 1  # half a second's worth, and the one that overdraws it
    assert len(sender.sent) <= burst + 40 * took


def test_outcomes_survive_a_database_that_goes_away_for_a_while(
    engine: Engine, sealers: Sealers
) -> None:
    cause_id, sender = an_alert_to(engine, sealers, 20), Told()
    with failing_commits(engine, first=3, last=8) as failed:
        drain(a_line(engine, sealers, sender), cause_id)
    assert failed
    found = counts(engine, cause_id)
    assert found[S.ACCEPTED] == len(sender.sent) == len(set(sender.ids))
    assert found[S.ACCEPTED] == 20


def test_a_database_that_stays_away_ends_the_drain_and_the_rest_is_unknown_after_the_lease(
    engine: Engine, sealers: Sealers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messages.sending.PATIENCE_SECONDS", 0.05)
    cause_id, sender = an_alert_to(engine, sealers, 20), Told()
    with (
        failing_commits(engine, first=3, last=10_000),
        pytest.raises(OperationalError),
    ):
        drain(a_line(engine, sealers, sender), cause_id)
    with writing(engine).begin() as session:
        actions.expire_leases(session, now=NOON + timedelta(minutes=3))
    found = counts(engine, cause_id)
    assert found[S.UNKNOWN] == len(sender.sent) >= 1
    assert found[S.UNKNOWN] + found[S.PENDING] == 20


@contextmanager
def failing_commits(engine: Engine, *, first: int, last: int) -> Iterator[list[int]]:
    """Let commits fail, from the first-th to the last-th; give their numbers."""
    numbers, failed = count(1), list[int]()

    def fail(_: Connection) -> None:
        number = next(numbers)
        if first <= number <= last:
            failed.append(number)
            raise OperationalError(statement="COMMIT", params={}, orig=ConnectionError())

    event.listen(engine, "commit", fail)
    try:
        yield failed
    finally:
        event.remove(engine, "commit", fail)


def run_together(runs: list[Callable[[], object]]) -> None:
    start = Event()

    def run(one: Callable[[], object]) -> object:
        start.wait(10)
        return one()

    with ThreadPoolExecutor(len(runs)) as pool:
        futures = [pool.submit(run, one) for one in runs]
        start.set()
        for future in futures:
            future.result()
