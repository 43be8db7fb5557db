"""Nothing that somebody asks of a caseworker stands in plain: database, log, Redis or address."""

import pytest
import structlog
from redis import Redis

from tests.casework.asking import call_me, code_on, opened, write
from tests.members.visits import Visitor
from tests.privacy.traces import cells, redis_contents, search
from tests.whole import Whole

CANARIES = {
    "number": "+447700900741",
    "times": "when the nuthatch is out",
    "name": "Turnstone",
    "word": "guillemot",
    "language": "Kittiwakish",
    "words": "the Kingfisher followed me home",
    "told": "thrush741@example.org",
    "message": "may a Yellowhammer ask",
    "line": "the Wheatear came back",
}


def ask_and_follow(house: Whole, visitor: Visitor) -> str:
    """Say everything there is to say, read it again, and write more; return the code."""
    call_me(
        visitor,
        phone="07700 900741",
        **{"safe-times": CANARIES["times"], "safe-word": CANARIES["word"], "no-message": "yes"},
        called=CANARIES["name"],
        speaks=CANARIES["language"],
        words=CANARIES["words"],
        tell=CANARIES["told"],
    )
    code = code_on(visitor)
    assert visitor.path == "/help/code"  # and no query
    visitor.open("/case").fill("/case/write", line=CANARIES["line"])
    assert visitor.path == "/case"
    visitor.fill("/case/write", line="")
    visitor.open("/help/call").fill("/help/call", phone=CANARIES["name"], tell="guillemot")
    opened(house, CANARIES["word"])
    return code


def canaries(code: str) -> dict[str, str]:
    return {**CANARIES, "code": code, "code without dashes": code.replace("-", "")}


@pytest.mark.parametrize("signed_in", [True, False])
def test_nothing_said_is_stored_in_plain(house: Whole, *, signed_in: bool) -> None:
    visitor = house.sign_in(house.person()) if signed_in else house.visitor()
    said = canaries("")
    if signed_in:
        own = write(visitor, CANARIES["message"], called=CANARIES["name"]).path
        visitor.fill(own, line=CANARIES["line"])
    else:
        said = canaries(ask_and_follow(house, visitor))
    with house.services.reading() as session:
        stored = cells(session.connection())
    redis = Redis.from_url(house.services.settings.redis)
    traces = {"database": stored, "Redis": redis_contents(redis)}
    redis.close()
    assert search(traces, {name: each for name, each in said.items() if each}) == []
    assert search({"a list": b"-- Turnstone --"}, CANARIES) != []


def test_nothing_said_is_logged_or_in_an_address_or_a_title(
    house: Whole, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    visitor = house.visitor()
    with structlog.testing.capture_logs() as logged:
        code = ask_and_follow(house, visitor)
    said = "\n".join([*capfd.readouterr(), caplog.text, repr(logged), *visitor.seen, visitor.title])
    assert search({"what is seen": said.encode()}, canaries(code)) == []
    assert set(visitor.seen) == {"/help/call", "/help/code", "/case", "/case/write"}


def test_the_cookie_holds_the_code_and_nothing_that_was_said(house: Whole) -> None:
    visitor = house.visitor()
    code = ask_and_follow(house, visitor)
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    assert set(kept) == {"case", "csrf_token"}
    assert kept["case"]["code"] == code.replace("-", "")
    assert search({"cookie": repr(kept).encode()}, CANARIES) == []
