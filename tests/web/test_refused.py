"""What is refused is counted in the log, by kind: no name, no address, no line for each."""

import json
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from members.model import Role
from tests.members.visits import Visitor
from tests.whole import Whole
from web.refused import EVERY, SIGN_INS, Kind, Refusals

TYPED = "Marigold Quokka"


@pytest.fixture
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    with capture_logs() as logged:
        yield logged


def kinds(logged: list[structlog.typing.EventDict]) -> list[tuple[str, int]]:
    return [(each["kind"], each["count"]) for each in logged if each["event"] == "refused"]


def test_every_kind_is_counted_and_says_no_more(
    house: Whole, logged: list[structlog.typing.EventDict]
) -> None:
    visitor = house.visitor()
    visitor.open("/sign-in").fill("/sign-in", name=TYPED, passphrase="not known to anybody")
    visitor.client.post("/sign-in", data={"name": TYPED})
    visitor.client.post("/sign-in", data={"name": TYPED}, headers={"Sec-Fetch-Site": "cross-site"})
    visitor.client.get("/api/v1/oprf/key", headers={"Authorization": "Bearer not-a-token"})
    house.sign_in(house.person(Role.MEMBER)).open("/desk/audit")
    assert sorted(kinds(logged)) == sorted((str(kind), 1) for kind in Kind)
    lines = [each for each in logged if each["event"] == "refused"]
    assert {name for each in lines for name in each} == {"event", "kind", "count", "log_level"}
    assert TYPED not in json.dumps(lines)


def test_what_is_no_refusal_is_not_counted(
    house: Whole, logged: list[structlog.typing.EventDict]
) -> None:
    visitor: Visitor = house.visitor()
    visitor.open("/").open("/account").open("/not-there").open("/join").fill("/join", name="x")
    house.sign_in(house.person()).open("/account/name").fill("/name", name="Violet")
    assert kinds(logged) == []


def test_a_flood_is_a_line_a_minute() -> None:
    moment = [0.0]
    refusals = Refusals(clock=lambda: moment[0])
    told = []
    for second in range(180):
        moment[0] = float(second)
        told.append(refusals.count(Kind.FORM))
    assert [count for count in told if count] == [1, 60, 60]
    moment[0] += EVERY
    assert refusals.count(Kind.SIGN_IN) == 1
    assert refusals.count(Kind.FORM) == 60


def test_the_pages_that_sign_in_are_there(house: Whole) -> None:
    assert house.app.view_functions.keys() >= SIGN_INS
