"""`brolly register`, as an operator calls it."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from checker.commands.register import register as command
from checker.derivation import input_of
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, UNLISTED, WARNING


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


def test_a_walk_through_the_register_finds_it_whole(run: Run, checks: Checks) -> None:
    checks.publish(UNLISTED, WARNING)
    checks.publish(UNLISTED)  # and taken off again
    walked = run("verify")
    assert walked.exit_code == 0
    assert walked.stdout == (
        "Buckets read: 1. Entries as they should be: 1, "
        "missing or changed: 0, taken off and still there: 0.\n"
    )


def test_an_entry_that_was_exchanged_for_filler_is_found(run: Run, checks: Checks) -> None:
    listed = input_of(LISTED)
    tag, bucket = checks.tag(listed), checks.bucket(listed)
    checks.put_bucket(listed, bucket.replace(tag, os.urandom(len(tag))))
    assert checks.check(LISTED) == [None]  # which a check alone cannot see
    walked = run("verify")
    assert walked.exit_code == 1
    assert "as they should be: 0, missing or changed: 1," in walked.stdout
    assert "brolly register rebuild" in walked.stderr
    run("rebuild")
    assert run("verify").exit_code == 0


def test_an_entry_that_was_put_back_is_found(run: Run, checks: Checks) -> None:
    before = checks.bucket(input_of(LISTED))
    checks.publish(LISTED)
    checks.put_bucket(input_of(LISTED), before)
    walked = run("verify")
    assert walked.exit_code == 1
    assert "taken off and still there: 1." in walked.stdout


def test_a_flushed_register_cannot_be_walked_through(run: Run, checks: Checks) -> None:
    checks.redis.flushall()
    walked = run("verify")
    assert walked.exit_code == 1
    assert "not in Redis" in walked.stderr
