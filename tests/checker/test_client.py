"""The Python client over real HTTP: the same answers, and every refusal by its name."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, Response, request
from sqlalchemy import update

from checker import voprf
from checker.client import CannotCheck, PrivateChecker, Why
from checker.commands.check import check as command
from checker.encoding import from_base64url, to_base64url
from checker.model import Answer, Identifier, IdentifierKind
from checker.payload import ENTRY_OCTETS
from checker.records import StateRow
from checker.voprf import Mode
from config.settings import Settings
from storage.redis_server import redis_client
from tests.checker.samples import LISTED, UNLISTED
from tests.web.served import serving
from tests.whole import Whole

OTHER_KEYS = voprf.derive_key_pair(b"\xa4" * 32, b"test key", Mode.VOPRF)
Said = Any  # JSON
Change = Callable[[Any], Any]


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


def found(answers: list[Answer]) -> list[bool]:
    return [answer.found is not None for answer in answers]


def test_listed_and_unlisted_are_told_apart(checker: PrivateChecker) -> None:
    listed, unlisted = checker.check([LISTED, UNLISTED])
    assert (listed.identifier, unlisted.identifier) == (LISTED, UNLISTED)
    assert listed.found is not None
    assert listed.found.advice == "Do not meet alone."
    assert unlisted.found is None


def test_twenty_are_answered_in_one_round(checker: PrivateChecker) -> None:
    phones = [Identifier(IdentifierKind.PHONE, f"+4477009001{n:02}") for n in range(10, 30)]
    assert found(checker.check(phones)) == [each == LISTED for each in phones]
    for wrong in ([], [*phones, UNLISTED]):
        with pytest.raises(CannotCheck) as refused:
            checker.check(wrong)
        assert refused.value.why is Why.WRONG_COUNT


@contextmanager
def between(served: str, path: str, change: Change) -> Iterator[str]:
    """Give the address of somebody on the line who changes the JSON of an answer."""
    line = Flask("line")

    @line.route("/<path:asked>", methods=["GET", "POST"])
    def pass_on(asked: str) -> Response:
        import requests  # noqa: PLC0415 - only the line needs it

        answer = requests.request(
            request.method,
            f"{served}/{asked}",
            data=request.get_data(),
            headers={name: value for name, value in request.headers if name != "Host"},
            timeout=5,
        )
        octets = answer.content
        if path in asked and answer.ok:
            octets = change(octets)
        kept = {n: v for n, v in answer.headers.items() if n in {"Brolly-Layout", "Content-Type"}}
        return Response(octets, answer.status_code, kept)

    with serving(line) as url:
        yield url


def of_json(change: Change) -> Change:
    return lambda octets: json.dumps(change(json.loads(octets))).encode()


def with_another_proof(said: Said) -> Said:
    proof = bytearray(from_base64url(said["proof"]))
    proof[3] ^= 1
    return said | {"proof": to_base64url(bytes(proof))}


def with_the_element(coded: str) -> Change:
    return of_json(lambda said: said | {"evaluated": [coded]})


FIRST_ELEMENT = {
    "the identity": to_base64url(bytes(32)),
    "not canonical": to_base64url(b"\xff" * 32),
    "short": to_base64url(bytes(31)),
    "no base64url": "+/=",
}
CHANGES: dict[str, tuple[str, Change, Why]] = {
    "another proof": ("evaluate", of_json(with_another_proof), Why.BAD_PROOF),
    "no proof": ("evaluate", of_json(lambda said: said | {"proof": ""}), Why.BAD_PROOF),
    "another epoch": ("evaluate", of_json(lambda said: said | {"epoch": 2}), Why.OTHER_EPOCH),
    "one missing": ("evaluate", of_json(lambda said: said | {"evaluated": []}), Why.WRONG_COUNT),
    "one more evaluator": ("evaluate", of_json(lambda s: s | {"others": [s]}), Why.WRONG_COUNT),
    "no list": ("evaluate", of_json(lambda said: said | {"evaluated": 7}), Why.BAD_REPLY),
    "no object": ("evaluate", of_json(lambda _: []), Why.BAD_REPLY),
    "no JSON": ("evaluate", lambda _: b"<html>", Why.BAD_REPLY),
    "another key": (
        "key",
        of_json(lambda said: said | {"pk": to_base64url(OTHER_KEYS.public)}),
        Why.BAD_PROOF,
    ),
    "no key": ("key", of_json(lambda said: said | {"pk": FIRST_ELEMENT["short"]}), Why.WRONG_KEY),
    "another suite": ("key", of_json(lambda said: said | {"suite": "P256"}), Why.WRONG_KEY),
    "another mode": ("key", of_json(lambda said: said | {"mode": 0}), Why.WRONG_KEY),
    "no layout": ("key", of_json(lambda said: said | {"pad": "x"}), Why.BAD_REPLY),
    "a bucket cut short": ("bucket", lambda octets: octets[:-ENTRY_OCTETS], Why.TRUNCATED_BUCKET),
    "an empty bucket": ("bucket", lambda _: b"", Why.TRUNCATED_BUCKET),
    "a damaged bucket": (
        "bucket",
        lambda octets: bytes(
            octet ^ (1 if at % ENTRY_OCTETS == 100 else 0) for at, octet in enumerate(octets)
        ),
        Why.DAMAGED_ENTRY,
    ),
} | {
    f"an element: {name}": (
        "evaluate",
        with_the_element(coded),
        Why.NOT_AN_ELEMENT,
    )
    for name, coded in FIRST_ELEMENT.items()
}


@pytest.mark.parametrize(("path", "change", "why"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_on_the_line_is_refused(
    served: str, token: str, path: str, change: Change, why: Why
) -> None:
    with between(served, path, change) as url:
        checker = PrivateChecker(url, token)
        with pytest.raises(CannotCheck) as refused:
            checker.check([LISTED])
        checker.close()
    assert refused.value.why is why


def test_a_replayed_answer_is_refused(served: str, token: str) -> None:
    kept: list[bytes] = []

    def replay(octets: bytes) -> bytes:
        kept.append(octets)
        return kept[0]

    with between(served, "evaluate", replay) as url:
        checker = PrivateChecker(url, token)
        assert found(checker.check([LISTED])) == [True]
        with pytest.raises(CannotCheck, match="bad_proof"):
            checker.check([UNLISTED])
        checker.close()


def test_only_the_pinned_key_is_trusted(house: Whole, served: str, token: str) -> None:
    pinned = PrivateChecker(served, token, public_keys=[house.services.evaluator.public_key])
    assert found(pinned.check([LISTED])) == [True]
    pinned.close()
    other = PrivateChecker(served, token, public_keys=[OTHER_KEYS.public])
    with pytest.raises(CannotCheck, match="wrong_key"):
        other.check([LISTED])
    other.close()


def test_a_layout_that_changes_meanwhile_is_asked_for_again(served: str, token: str) -> None:
    stale = iter([True])

    def first_one_stale(said: Said) -> Said:
        return said | {"pad": said["pad"] - 1} if next(stale, False) else said

    with between(served, "key", of_json(first_one_stale)) as url:
        checker = PrivateChecker(url, token)
        assert found(checker.check([LISTED])) == [True]
        checker.close()
    with between(served, "key", of_json(lambda said: said | {"pad": said["pad"] - 1})) as url:
        checker = PrivateChecker(url, token)
        with pytest.raises(CannotCheck, match="moved_on"):
            checker.check([LISTED])
        checker.close()


def why_not(checker: PrivateChecker) -> Why:
    with pytest.raises(CannotCheck) as refused:
        checker.check([LISTED])
    return refused.value.why


def test_no_failure_reads_as_no_warning(
    house: Whole, served: str, checker: PrivateChecker, token: str
) -> None:
    for url, shown, why in (
        (served, token + "x", Why.NOT_ALLOWED),
        ("http://127.0.0.1:1", token, Why.UNREACHABLE),
    ):
        with closing(PrivateChecker(url, shown)) as other:
            assert why_not(other) is why
    with redis_client(house.services.settings.register) as redis:
        redis.flushall()
    assert why_not(checker) is Why.UNAVAILABLE
    house.refresh()
    with house.writing() as session:
        session.execute(update(StateRow).values(epoch=2))
    assert why_not(checker) is Why.UNAVAILABLE


def test_a_spent_budget_is_no_answer(checker: PrivateChecker) -> None:
    phones = [Identifier(IdentifierKind.PHONE, f"+4477009003{n:02}") for n in range(20)]
    checker.check(phones)
    assert why_not(checker) is Why.SPENT


@pytest.mark.parametrize(
    ("entry", "exit_code", "words"),
    [
        ("07700 900123", 1, "DANGER"),
        ("07700 900124", 0, "No warning found. That does not mean safe."),
    ],
)
def test_the_command_checks_privately(
    served: str, token: str, tmp_path: Path, entry: str, exit_code: int, words: str
) -> None:
    file = tmp_path / "token"
    file.write_text(token + "\n")
    ran = CliRunner().invoke(command, [entry, "--private", served, "--token-file", str(file)])
    assert (ran.exit_code, words in ran.output) == (exit_code, True)


def test_the_command_says_why_it_has_no_answer(served: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("another")
    given = ["07700 900123", "--private", served, "--token-file", str(file)]
    ran = CliRunner().invoke(command, given)
    assert ran.exit_code == 2
    assert "does not know this token" in ran.output
    as_json = CliRunner().invoke(command, [*given, "--json"])
    assert json.loads(as_json.stdout)["error"] == "not_allowed"
    without = CliRunner().invoke(command, ["07700 900123", "--private", served])
    assert "brolly token create" in without.output
