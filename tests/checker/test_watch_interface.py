"""Asking to be told over HTTP: what is kept, what is refused, and how it is said."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from checker.encoding import to_base64url
from checker.watches import MOST_WATCHES
from config.settings import Settings
from members.model import Role
from tests import given
from tests.checker.test_private_interface import Program, is_a_problem
from tests.whole import Whole

WATCH = "/api/v1/watch"


def a_token(number: int = 1) -> str:
    return to_base64url(number.to_bytes(32, "big"))


def wish(program: Program, *numbers: int, epoch: int = 1) -> TestResponse:
    """Ask to be told of what tokens of these numbers stand for."""
    return hand_in(program, {"tokens": [a_token(each) for each in numbers or (1,)], "epoch": epoch})


def hand_in(program: Program, question: object) -> TestResponse:
    headers = {"Authorization": f"Bearer {program.token}"}
    return program.client.post(WATCH, json=question, headers=headers)


def watches(house: Whole) -> int:
    with house.services.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM watch")).scalar_one())


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def program(house: Whole) -> Program:
    return Program(house, house.person())


def test_a_wish_is_kept_and_said_until_when(house: Whole, program: Program) -> None:
    with capture_logs() as logged:
        reply = wish(program, 1, 2)
    assert reply.status_code == HTTPStatus.OK
    assert reply.headers["Cache-Control"] == "no-store"
    said = reply.get_json()
    assert said["reachable"] is False
    assert said["until"] > house.now.isoformat()
    assert wish(program, 2, 3, 3).status_code == HTTPStatus.OK
    assert watches(house) == 3
    assert logged == []


def test_it_says_whether_a_message_can_reach_them(house: Whole) -> None:
    with house.writing() as session:
        person = given.a_member(
            session, house.services.sealers, now=house.now, email="rosa@example.org"
        )
    assert wish(Program(house, person)).get_json()["reachable"] is True


def test_a_browser_that_is_signed_in_may_ask_and_another_site_may_not(house: Whole) -> None:
    visitor = house.sign_in(house.person()).client
    question = {"tokens": [a_token()], "epoch": 1}
    here = {"Sec-Fetch-Site": "same-origin"}
    assert visitor.post(WATCH, json=question, headers=here).status_code == HTTPStatus.OK
    for elsewhere in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        refused = visitor.post(WATCH, json=question, headers=elsewhere)
        assert refused.status_code == HTTPStatus.FORBIDDEN


def test_whoever_may_not_check_may_not_watch(house: Whole, program: Program) -> None:
    question = {"tokens": [a_token()], "epoch": 1}
    anybody = house.app.test_client().post(WATCH, json=question)
    assert is_a_problem(anybody, HTTPStatus.UNAUTHORIZED)
    operator = house.sign_in(house.person(Role.OPERATOR)).client
    refused = operator.post(WATCH, json=question, headers={"Sec-Fetch-Site": "same-origin"})
    assert is_a_problem(refused, HTTPStatus.NOT_FOUND)
    program.token += "x"
    assert is_a_problem(wish(program), HTTPStatus.UNAUTHORIZED)
    assert watches(house) == 0


MALFORMED: dict[str, Any] = {
    "no object": ["x"],
    "nothing": {},
    "no epoch": {"tokens": [a_token()]},
    "an epoch in words": {"tokens": [a_token()], "epoch": "1"},
    "an epoch that is a truth": {"tokens": [a_token()], "epoch": True},
    "no list": {"tokens": a_token(), "epoch": 1},
    "an empty list": {"tokens": [], "epoch": 1},
    "numbers": {"tokens": [1], "epoch": 1},
    "too many": {"tokens": [a_token()] * 21, "epoch": 1},
    "too short": {"tokens": [to_base64url(bytes(31))], "epoch": 1},
    "too long": {"tokens": [to_base64url(bytes(33))], "epoch": 1},
    "padded": {"tokens": [a_token() + "="], "epoch": 1},
    "another alphabet": {"tokens": ["+" * 43], "epoch": 1},
}


@pytest.mark.parametrize("question", MALFORMED.values(), ids=MALFORMED)
def test_a_wish_in_another_form_is_refused(
    house: Whole, program: Program, question: object
) -> None:
    reply = hand_in(program, question)
    assert is_a_problem(reply, HTTPStatus.BAD_REQUEST)
    assert "1 to 20 tokens" in reply.get_json(force=True)["detail"]
    assert watches(house) == 0


def test_the_twenty_first_is_refused_and_says_when_one_is_free(
    house: Whole, program: Program
) -> None:
    assert wish(program, *range(MOST_WATCHES)).status_code == HTTPStatus.OK
    refused = wish(program, MOST_WATCHES)
    assert is_a_problem(refused, HTTPStatus.TOO_MANY_REQUESTS)
    assert refused.get_json(force=True)["type"] == "urn:brolly:problem:too-many-watches"
    assert 0 < int(refused.headers["Retry-After"]) <= 30 * 24 * 60 * 60
    assert watches(house) == MOST_WATCHES


def test_a_token_of_another_epoch_is_refused_by_a_type_of_its_own(
    house: Whole, program: Program
) -> None:
    refused = wish(program, epoch=2)
    assert is_a_problem(refused, HTTPStatus.CONFLICT)
    assert refused.get_json(force=True)["type"] == "urn:brolly:problem:watch-outdated"
    assert watches(house) == 0
