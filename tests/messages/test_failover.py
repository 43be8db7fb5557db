"""Fail-over between two providers: when it switches, and that nothing is sent twice by it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.failover import Switch, Way
from tests.messages.failing import LIMITS

GOOD, BAD = True, False


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
