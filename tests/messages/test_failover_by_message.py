"""Failover in sending: each message is handed to one provider, once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from messages.failover import Failover
from messages.model import (
    Accepted,
    Channel,
    ListUnavailable,
    Outcome,
    Outgoing,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    Unknown,
)
from tests.messages.failing import LIMITS
from tests.messages.posting import NOON, Told


@dataclass
class Time:
    """A clock that is told the time."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


# The sender


class Asked(Told):
    """A sender that is told what to say, and what it has."""

    has: tuple[Receipt, ...] | None = ()
    closed = False

    def find(self, outgoing: Outgoing, *, since: datetime) -> tuple[Receipt, ...]:
        assert (outgoing.channel, since) == (Channel.SMS, NOON)
        if self.has is None:
            raise ListUnavailable
        return self.has

    def close(self) -> None:
        self.closed = True


def a_text(number: int = 1) -> Outgoing:
    return Outgoing(
        delivery_id=UUID(int=number),
        channel=Channel.SMS,
        address="+447700900001",
        subject="",
        body="x",
        segments=1,
        expires_at=NOON,
    )


@pytest.mark.parametrize("outcome", [Unknown(reason="reset"), Postponed(reason="busy")])
def test_whatever_becomes_of_it_a_message_is_handed_to_one_provider_once(outcome: Outcome) -> None:
    first, second = Asked(lambda _: outcome), Asked()
    both = Failover(first, second, limits=LIMITS)
    outcomes = [both.send(a_text(number)) for number in range(20)]
    assert len(first.sent) == LIMITS.least
    assert Counter(first.ids + second.ids) == Counter(UUID(int=number) for number in range(20))
    assert outcomes[: LIMITS.least] == [outcome] * LIMITS.least


def test_a_recipient_who_is_refused_is_no_fault_of_the_provider() -> None:
    first, second = Asked(lambda _: Refused(reason="opted_out", opted_out=True)), Asked()
    both = Failover(first, second, limits=LIMITS)
    for number in range(20):
        both.send(a_text(number))
    assert second.sent == []


def test_a_provider_that_raises_falters() -> None:
    def fail(outgoing: Outgoing) -> Outcome:
        raise ZeroDivisionError(str(outgoing.delivery_id))

    second = Asked()
    both = Failover(Asked(fail), second, limits=LIMITS)
    for number in range(LIMITS.least):
        with pytest.raises(ZeroDivisionError):
            both.send(a_text(number))
    both.send(a_text(99))
    assert second.ids == [UUID(int=99)]


def test_it_returns_after_the_quiet() -> None:
    time, first, second = Time(), Asked(lambda _: Unknown(reason="reset")), Asked()
    both = Failover(first, second, limits=LIMITS, clock=time)
    for number in range(6):
        both.send(a_text(number))
    first.says = lambda _: Accepted(provider_id="SM1")
    time.now += LIMITS.quiet
    for number in range(10, 20):
        both.send(a_text(number))
    assert [each.int for each in second.ids] == [4, 5]
    assert len(first.sent) == LIMITS.least + 10


def test_without_leave_to_switch_the_second_sends_nothing_but_is_looked_at() -> None:
    first, second = Asked(lambda _: Unknown(reason="reset")), Asked()
    second.has = (Receipt(provider_id="http-1", state=ReceiptState.ACCEPTED),)
    both = Failover(first, second, limits=None)
    for number in range(20):
        both.send(a_text(number))
    assert second.sent == []
    assert tuple(both.find(a_text(), since=NOON)) == second.has


@pytest.mark.parametrize("away", [0, 1])
def test_a_look_counts_only_if_both_answered(away: int) -> None:
    pair = (Asked(), Asked())
    pair[away].has = None
    with pytest.raises(ListUnavailable):
        Failover(*pair, limits=LIMITS).find(a_text(), since=NOON)


def test_closing_closes_both() -> None:
    pair = (Asked(), Asked())
    Failover(*pair, limits=LIMITS).close()
    assert pair[0].closed
    assert pair[1].closed
