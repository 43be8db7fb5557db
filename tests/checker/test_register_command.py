"""`brolly register`, as an operator calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from checker.commands.register import register as command
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, WARNING


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, keys: Path) -> "Run":
    monkeypatch.setenv("BROLLY_DATABASE_URL", database_url)
    monkeypatch.setenv("BROLLY_REGISTER_URL", redis_url)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(keys))
    return Run()


class Run:
    """Runs the command with the settings of a test instance."""

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments)


def test_a_new_instance_gets_its_register(run: Run) -> None:
    result = run("rebuild")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Wrote 0 entries in 1 bucket.\n"
    assert run("stats").exit_code == 0


def test_a_flushed_register_is_written_again(run: Run, checks: Checks) -> None:
    Redis.from_url(checks.redis_url).flushall()
    broken = run("stats")
    assert broken.exit_code == 1
    assert "brolly register rebuild" in broken.stdout
    assert run("rebuild").stdout == "Wrote 1 entry in 1 bucket.\n"
    assert checks.check(LISTED) == [WARNING]


def test_figures_come_in_words_and_as_json(run: Run, checks: Checks) -> None:
    words = run("stats").stdout
    assert "Entries:  1 (0 waiting to be written)" in words
    assert "State:    whole" in words
    figures = json.loads(run("stats", "--json").stdout)
    assert (figures["entries"], figures["trouble"]) == (1, "")
    assert figures["rebuilt_at"] == checks.now.isoformat()
