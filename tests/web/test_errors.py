"""Error pages and what is logged of a failure."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from checker.model import BudgetSpent
from members.guard import NotForThisAccount, public
from members.refusals import TooManyCodes, TooManyTries
from tests.web.conftest import BuildApp
from tests.web.rooms import Receiving, a_failing_room, a_room

TYPED = "+447700900123"


def failing() -> Exception:
    return ValueError(f"no entry for {TYPED}")


def test_a_failure_is_told_in_our_words_with_a_reference(build: BuildApp) -> None:
    answer = build(a_failing_room(failing())).test_client().get("/fails")
    assert answer.status_code == 500
    assert "It is not your fault" in answer.text
    assert TYPED not in answer.text
    assert "ValueError" not in answer.text


def test_what_is_logged_finds_the_place_and_says_nothing_personal(build: BuildApp) -> None:
    client = build(a_failing_room(failing())).test_client()
    with capture_logs() as logged:
        page = client.get(f"/fails?number={TYPED}").text
    [line] = logged
    assert line["errors"] == ["ValueError"]
    assert line["endpoint"].endswith("fails")
    assert re.fullmatch(r"tests/web/rooms\.py:\d+", line["places"][-1])
    assert line["reference"] in page
    assert TYPED not in json.dumps(line)


def test_no_other_logger_speaks_of_a_failure(
    build: BuildApp, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client = build(a_failing_room(failing())).test_client()
    with capture_logs():
        client.get("/fails")
    written = capfd.readouterr()
    assert TYPED not in written.out + written.err + caplog.text


def test_every_failure_has_a_reference_of_its_own(build: BuildApp) -> None:
    client = build(a_failing_room(failing())).test_client()
    with capture_logs() as logged:
        client.get("/fails")
        client.get("/fails")
    assert len({line["reference"] for line in logged}) == 2


def test_the_cause_of_a_failure_is_logged_by_its_class(build: BuildApp) -> None:
    error = RuntimeError(TYPED)
    error.__cause__ = KeyError(TYPED)
    client = build(a_failing_room(error)).test_client()
    with capture_logs() as logged:
        client.get("/fails")
    assert logged[0]["errors"] == ["RuntimeError", "KeyError"]


def test_a_database_that_is_away_is_a_clear_not_now(build: BuildApp) -> None:
    error = OperationalError("SELECT", {"value": TYPED}, Exception("disk full"))
    client = build(a_failing_room(error)).test_client()
    with capture_logs() as logged:
        answer = client.get("/fails")
    assert answer.status_code == 503
    assert "most likely not been saved" in answer.text
    assert logged[0]["errors"][0] == "OperationalError"
    assert TYPED not in answer.text + json.dumps(logged)


def test_a_page_for_others_looks_like_one_that_is_not_there(build: BuildApp) -> None:
    client = build(a_failing_room(NotForThisAccount())).test_client()
    hidden, missing = client.get("/fails"), client.get("/not-there")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.data == missing.data


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (TooManyTries(timedelta(seconds=1.5)), {"2"}),
        (BudgetSpent(datetime.now(UTC) + timedelta(days=1)), {str(n) for n in range(86_401)}),
        (BudgetSpent(datetime(2020, 1, 1, tzinfo=UTC)), {"0"}),
        (TooManyCodes(timedelta(minutes=5)), {"300"}),
    ],
    ids=["tries", "budget", "a moment that is past", "codes"],
)
def test_who_did_too_much_is_told_when_to_come_back(
    build: BuildApp, error: Exception, seconds: set[str | None], accept: str
) -> None:
    answer = build(a_failing_room(error)).test_client().get("/fails", headers={"Accept": accept})
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") in seconds


def test_the_wrong_method_names_the_right_ones(build: BuildApp) -> None:
    answer = build(Receiving().webhook).test_client().get("/hook")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "use the buttons" in answer.text


@pytest.mark.parametrize("path", ["/form", "/hook"])
def test_a_form_that_is_too_long_is_refused_in_words(build: BuildApp, path: str) -> None:
    receiving = Receiving()
    client = build(receiving.open_room, receiving.webhook).test_client()
    answer = client.post(path, data={"what": "a" * 300_000})
    assert answer.status_code == 413
    assert "shorter parts" in answer.text
    assert not receiving.got


def test_a_form_of_too_many_parts_is_refused(build: BuildApp) -> None:
    receiving = Receiving()
    parts = {f"part-{number}": (None, "x") for number in range(600)}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n' for name in parts
    )
    answer = (
        build(receiving.webhook)
        .test_client()
        .post("/hook", data=body + "--b--\r\n", content_type="multipart/form-data; boundary=b")
    )
    assert answer.status_code == 413
    assert not receiving.got


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/api/v1/nothing", {}), ("/nothing", {"Accept": "application/json"})],
)
def test_a_program_gets_problem_details(
    build: BuildApp, path: str, headers: dict[str, str]
) -> None:
    answer = build().test_client().get(path, headers=headers)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.data)["status"] == 404


def test_problem_details_of_a_failure_name_its_reference(build: BuildApp) -> None:
    client = build(a_failing_room(failing())).test_client()
    with capture_logs() as logged:
        answer = client.get("/fails", headers={"Accept": "application/json"})
    assert json.loads(answer.data)["instance"].endswith(logged[0]["reference"])
    assert TYPED not in answer.text


def test_a_browser_gets_a_page(build: BuildApp) -> None:
    wish = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert "<h1>" in build().test_client().get("/nothing", headers={"Accept": wish}).text


def test_an_unusual_status_gets_the_words_of_its_class(build: BuildApp) -> None:
    @public
    def teapot() -> tuple[str, int]:
        from flask import abort  # noqa: PLC0415 - only here

        abort(418)

    answer = build(a_room(teapot)).test_client().get("/room")
    assert answer.status_code == 418
    assert "could not read that" in answer.text
