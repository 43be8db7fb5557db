"""Rounds of a long campaign: how it is cut, and what is added up."""

from collections import Counter

from chaos.campaign import Outcome
from chaos.judging import Tally
from chaos.rounds import BOTH, Round, as_rows, blows_in_all, rounds, tallies_in_all
from chaos.schedule import POSTGRESQL, SQLITE
from messages.model import Channel


def an_outcome(*, expected: int, lost: int = 0, **blows: int) -> Outcome:
    tally = Tally(what="danger", channel=Channel.SMS, expected=expected, lost=lost)
    return Outcome(blows=Counter(blows), kills=125, tallies=[tally], drained=True)


def test_a_long_campaign_is_cut_into_rounds_with_seeds_of_their_own() -> None:
    cut = rounds(kills=1250, seed=7, database=SQLITE)
    assert [each.kills for each in cut] == [125] * 10
    assert [each.seed for each in cut] == list(range(7, 17))
    assert {each.database for each in cut} == {SQLITE}


def test_the_last_round_has_what_is_left() -> None:
    assert [each.kills for each in rounds(kills=260, seed=1, database=SQLITE)] == [125, 125, 10]
    assert rounds(kills=30, seed=1, database=SQLITE) == [Round(kills=30, seed=1, database=SQLITE)]


def test_both_databases_take_turns() -> None:
    cut = rounds(kills=500, seed=1, database=BOTH)
    assert [each.database for each in cut] == [SQLITE, POSTGRESQL, SQLITE, POSTGRESQL]


def test_what_the_rounds_of_a_database_came_to_is_added_up() -> None:
    one, two, three = rounds(kills=375, seed=1, database=BOTH)
    done = [
        (one, an_outcome(expected=10, web=2)),
        (two, an_outcome(expected=20, worker=1)),
        (three, an_outcome(expected=30, lost=1, web=3)),
    ]
    tallies = {each["database"]: each for each in tallies_in_all(done)}
    assert (tallies[SQLITE]["expected"], tallies[SQLITE]["lost"]) == (40, 1)
    assert (tallies[POSTGRESQL]["expected"], tallies[POSTGRESQL]["lost"]) == (20, 0)
    assert blows_in_all(done) == [
        {"blow": "web", SQLITE: 5, POSTGRESQL: 0},
        {"blow": "worker", SQLITE: 0, POSTGRESQL: 1},
    ]
    assert [each["result"] for each in as_rows(done)] == ["passed", "passed", "FAILED"]
