"""The Python client asks to be told, over real HTTP; so does the command."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from checker.client import CannotCheck, PrivateChecker, Why
from checker.commands.check import check as command
from checker.model import Identifier, IdentifierKind
from config.settings import Settings
from tests.checker.epochs import move_on
from tests.checker.samples import LISTED, UNLISTED
from tests.whole import Whole


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        data_dir=keys,
        database_url=database_url,
        redis_url=redis_url,
        check_burst=99,
        check_daily=99,
    )


def phones(first: int, count: int) -> list[Identifier]:
    return [
        Identifier(IdentifierKind.PHONE, f"+447700900{number}")
        for number in range(first, first + count)
    ]


def kept(house: Whole) -> list[bytes]:
    with house.services.reading() as session:
        found = session.execute(text("SELECT token_hash FROM watch ORDER BY token_hash"))
        return [bytes(each) for each in found.scalars()]


def test_what_was_checked_is_watched_for(house: Whole, checker: PrivateChecker) -> None:
    watching = checker.watch(checker.check([LISTED, UNLISTED]))
    assert timedelta(days=29) < watching.until - house.now < timedelta(days=31)
    assert not watching.reachable
    assert len(kept(house)) == 2


def test_the_trusted_way_and_the_private_one_watch_for_the_same(
    house: Whole, checker: PrivateChecker
) -> None:
    checker.watch(checker.check([LISTED]))
    person = house.person()
    visitor = house.sign_in(person).open("/check").send(form="/check", entry=LISTED.value)
    visitor.send(form="/check/watch")
    one, two = kept(house)
    assert one == two


def test_a_full_house_is_said_with_its_date(house: Whole, checker: PrivateChecker) -> None:
    checker.watch(checker.check(phones(200, 20)))
    with pytest.raises(CannotCheck) as refused:
        checker.watch(checker.check([UNLISTED]))
    assert refused.value.why is Why.TOO_MANY_WATCHES
    assert refused.value.again_at
    assert timedelta(days=29) < refused.value.again_at - house.now < timedelta(days=31)


def test_after_a_new_key_it_is_checked_again_and_then_watched_for(
    house: Whole, checker: PrivateChecker
) -> None:
    answers = checker.check([UNLISTED])
    move_on(house)
    assert checker.watch(answers).until > house.now
    with house.services.reading() as session:
        assert session.execute(text("SELECT epoch FROM watch")).scalar_one() == 2


def run(served: str, token: str, value: str, *more: str) -> Result:
    words = [value, "--private", served, "--token-file", "-", *more]
    return CliRunner().invoke(command, words, input=token)


def test_the_command_says_until_when(house: Whole, served: str, token: str) -> None:
    result = run(served, token, UNLISTED.value, "--watch")
    assert result.exit_code == 0, result.stderr
    assert "You are told if it is reported, until " in result.stdout
    assert "but no message can reach you yet" in result.stdout
    answer, watched = map(
        json.loads, run(served, token, LISTED.value, "--watch", "--json").stdout.splitlines()
    )
    assert answer["warning"]["severity"] == "danger"
    assert watched["watched_until"] > house.now.isoformat()
    assert len(kept(house)) == 2


def test_the_command_says_why_it_does_not_watch_beside_the_answer(
    house: Whole, checker: PrivateChecker, served: str, token: str
) -> None:
    checker.watch(checker.check(phones(200, 20)))
    result = run(served, token, UNLISTED.value, "--watch")
    assert result.exit_code == 2
    assert "No warning found" in result.stdout
    assert (
        "Not watched for: there are as many watches as a member may have, until " in result.stdout
    )
    assert run(served, token, LISTED.value, "--watch").exit_code == 1
    assert len(kept(house)) == 20


def test_without_a_member_there_is_nobody_to_tell() -> None:
    result = CliRunner().invoke(command, [UNLISTED.value, "--watch"])
    assert result.exit_code == 2
    assert "--watch needs --private" in result.stderr
