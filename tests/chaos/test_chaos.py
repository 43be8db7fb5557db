"""Chaos: thirty kills while alerts go out, and everybody is warned once."""

import pytest
from rich.console import Console

from chaos.__main__ import run, say
from chaos.rounds import Round

KILLS = 30


@pytest.mark.takes_minutes
@pytest.mark.parametrize("seed", [1])
def test_everybody_is_warned_once_whatever_is_killed(seed: int) -> None:
    console = Console(width=160)
    each = Round(kills=KILLS, seed=seed, database="sqlite")
    outcome = run(each, members=500, console=console)
    say(console, [(each, outcome)])
    assert outcome.passed
    assert outcome.kills == KILLS
