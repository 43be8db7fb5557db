"""A storm at the provider: everybody is warned once, and the web goes on."""

import pytest
from rich.console import Console

from chaos.storm import run, say

SECONDS = 20.0


@pytest.mark.takes_minutes
def test_everybody_is_warned_once_in_a_storm_at_the_provider() -> None:
    weather, outcome = run(seconds=SECONDS, seed=1, database="sqlite", members=300)
    say(Console(width=160), weather, outcome)
    assert outcome.passed
    assert weather.answered == {200}
