"""Fail-over between two providers: when it switches, and that nothing is sent twice by it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.failover import Failover, Limits, Switch, Way
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
from tests.messages.posting import NOON, Told

LIMITS = Limits(sends=6, least=4, share=0.5, age=60, quiet=10, longest_quiet=40, probes=2)
GOOD, BAD = True, False


@dataclass
class Time:
    """A clock that is told the time."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def fare(switch: Switch, *outcomes: bool, now: float) -> None:
    """Send one after the other, with these outcomes."""
    for good in outcomes:
        switch.note(switch.choose(now=now), good=good, now=now)


# The switch


@pytest.mark.parametrize(
    ("outcomes", "switches"),
    [
        ([BAD] * 3, False),  # too few to tell
        ([BAD] * 4, True),
        ([GOOD, GOOD, BAD, BAD], True),
        ([GOOD, GOOD, GOOD, BAD], False),
        ([BAD] * 3 + [GOOD] * 3, False),  # it has just recovered
        ([GOOD] * 100 + [BAD] * 2, False),
        ([GOOD] * 100 + [BAD] * 3, True),  # only the last few count, however many went well
    ],
)
def test_half_of_the_last_few_must_have_failed(outcomes: list[bool], switches: bool) -> None:  # noqa: FBT001 - a parameter of a test
    switch = Switch(LIMITS)
    fare(switch, *outcomes, now=0)
    assert switch.on_second is switches


def test_old_failures_are_forgotten() -> None:
    switch = Switch(LIMITS)
    fare(switch, BAD, BAD, BAD, now=0)
    fare(switch, BAD, now=61)
    assert not switch.on_second


def test_what_was_under_way_at_the_switch_says_nothing_of_the_second() -> None:
    switch = Switch(LIMITS)
    under_way = [switch.choose(now=0) for _ in range(20)]
    for way in under_way:
        switch.note(way, good=BAD, now=0)
    assert switch.on_second  # and not switched back by the other sixteen


def test_after_the_quiet_one_message_at_a_time_tries_the_first() -> None:
    switch = Switch(LIMITS)
    fare(switch, *[BAD] * 4, now=0)
    assert all(switch.choose(now=9.9).second for _ in range(5))
    ways = [switch.choose(now=10) for _ in range(5)]
    assert [way.second for way in ways] == [False, True, True, True, True]
    switch.note(ways[0], good=GOOD, now=10)
    assert switch.on_second  # one is no proof
    fare(switch, GOOD, now=10)
    assert not switch.on_second


def test_each_disappointment_doubles_the_quiet() -> None:
    switch, now = Switch(LIMITS), 0.0
    fare(switch, *[BAD] * 4, now=now)
    for quiet in (10, 20, 40, 40):
        assert switch.choose(now=now + quiet - 0.1).second
        now += quiet
        fare(switch, BAD, now=now)


def test_a_first_that_fails_again_at_once_is_left_alone_for_longer() -> None:
    switch = Switch(LIMITS)
    fare(switch, *[BAD] * 4, now=0)
    fare(switch, GOOD, GOOD, now=10)
    assert not switch.on_second
    fare(switch, *[BAD] * 4, now=11)
    assert switch.choose(now=30).second
    assert not switch.choose(now=31).second


def test_a_second_that_fares_no_better_gives_the_first_its_turn() -> None:
    switch = Switch(LIMITS)
    fare(switch, *[BAD] * 8, now=0)
    assert not switch.on_second


SOME = st.lists(
    st.tuples(
        st.floats(0, 30),  # seconds since the one before
        st.booleans(),  # how it fares by the first
        st.booleans(),  # and by the second
        st.integers(0, 7),  # how many others are decided before it is known
    ),
    max_size=120,
)


@dataclass
class Story:
    """Messages as they were sent: the way, and whether that fared well, in the order known."""

    switch: Switch
    ways: list[Way]
    switched: list[tuple[bool, bool]]  # before and after each that became known
    known: list[tuple[Way, bool]]


def told(sends: list[tuple[float, bool, bool, int]]) -> Story:
    """Run messages through a switch, several under way at a time."""
    switch, now = Switch(LIMITS), 0.0
    story = Story(switch, [], [], [])
    flying: list[tuple[int, Way, bool]] = []

    def land(left: int) -> None:
        while len(flying) > left:
            flying.sort(key=lambda each: each[0])
            _, way, good = flying.pop(0)
            before = switch.on_second
            switch.note(way, good=good, now=now)
            story.switched.append((before, switch.on_second))
            story.known.append((way, good))

    for number, (seconds, by_first, by_second, others) in enumerate(sends):
        now += seconds
        way = switch.choose(now=now)
        probes = [each for _, each, _ in flying if each.probe and each.turn == way.turn]
        assert not (way.probe and probes), "two probes at a time"
        story.ways.append(way)
        flying.append((number + others, way, by_second if way.second else by_first))
        land(4)
    land(0)
    return story


@given(SOME)
def test_it_changes_over_only_for_a_reason(sends: list[tuple[float, bool, bool, int]]) -> None:
    story = told(sends)
    for index, (before, after) in enumerate(story.switched):
        way, good = story.known[index]
        if before == after:
            continue
        of_this_turn = [each for each in story.known[: index + 1] if each[0].turn == way.turn]
        plain = [was_good for each, was_good in of_this_turn if not each.probe][-LIMITS.sends :]
        probes = [was_good for each, was_good in of_this_turn if each.probe]
        faltered = not good and not way.probe and plain.count(BAD) >= LIMITS.least * LIMITS.share
        proved = before and way.probe and probes[-LIMITS.probes :] == [GOOD] * LIMITS.probes
        assert faltered or proved


@given(SOME)
def test_only_probes_reach_the_first_while_the_second_sends(
    sends: list[tuple[float, bool, bool, int]],
) -> None:
    on_second = {0: False}
    story = told(sends)
    for way in story.ways:  # each turn is the other one's
        on_second.setdefault(way.turn, not on_second.get(way.turn - 1, way.turn % 2 == 0))
        assert way.second or way.probe or not on_second[way.turn]
        assert not (way.second and not on_second[way.turn])


@given(st.lists(st.floats(0, 5), max_size=300))
def test_a_dead_first_costs_few_messages(gaps: list[float]) -> None:
    switch, now, lost = Switch(LIMITS), 0.0, 0
    for gap in gaps:
        now += gap
        way = switch.choose(now=now)
        lost += not way.second
        switch.note(way, good=way.second, now=now)
    assert lost <= LIMITS.least + 3 + now / LIMITS.longest_quiet


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=50))
def test_it_always_comes_back_to_a_first_that_is_well(before: list[tuple[float, bool]]) -> None:
    switch, now = Switch(LIMITS), 0.0
    for seconds, good in before:
        now += seconds
        fare(switch, good, now=now)
    now += LIMITS.longest_quiet
    fare(switch, *[GOOD] * (LIMITS.sends + LIMITS.probes), now=now)
    assert not switch.on_second


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
