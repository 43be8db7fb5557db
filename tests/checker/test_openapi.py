"""The description of the interface is one, and what the interface answers is as it says."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from checker.encoding import to_base64url
from config.settings import Settings
from tests.checker.test_private_interface import EVALUATE, KEY, Program, an_element
from tests.checker.test_watch_interface import WATCH, a_token, hand_in, wish
from tests.house.tree import ROOT
from tests.whole import Whole

DESCRIPTION: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
BUCKET = "/api/v1/register/1/bucket/0"
PATHS = {
    KEY: "/oprf/key",
    EVALUATE: "/oprf/evaluate",
    WATCH: "/watch",
    BUCKET: "/register/{epoch}/bucket/{hexadecimal}",
}


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def program(house: Whole) -> Program:
    return Program(house, house.person())


def described(path: str, method: str, reply: TestResponse) -> Mapping[str, Any]:
    responses: Mapping[str, Any] = DESCRIPTION["paths"][PATHS[path]][method]["responses"]
    return responses[str(reply.status_code)]  # type: ignore[no-any-return] # JSON


def check(schema: Mapping[str, Any], given: object) -> None:
    """Raise an error if something is not as a schema of the description says."""
    from openapi_schema_validator import OAS31Validator  # noqa: PLC0415 - takes a second: once

    OAS31Validator({**schema, "components": DESCRIPTION["components"]}).validate(given)


def is_as_described(path: str, method: str, reply: TestResponse) -> bool:
    content = described(path, method, reply)["content"][reply.content_type]
    if "schema" in content:
        check(content["schema"], reply.get_json(force=True))
    return True


def test_it_is_openapi() -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - as above

    validate(DESCRIPTION)


def test_every_address_of_the_interface_is_described_and_no_other(house: Whole) -> None:
    rules = {
        (rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"), method.lower())
        for rule in house.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and rule.methods
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {
        (f"/api/v1{path}", method)
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
    }
    assert rules == told


def test_what_it_answers_is_as_described(house: Whole, program: Program) -> None:
    house.refresh()
    for path in (KEY, BUCKET):
        assert is_as_described(path, "get", program.get(path))
    assert is_as_described(EVALUATE, "post", program.evaluate(an_element(), an_element(2)))


def test_what_it_refuses_is_as_described(house: Whole, program: Program) -> None:
    house.refresh()
    assert is_as_described(EVALUATE, "post", program.post({"blinded": []}))
    assert is_as_described(BUCKET, "get", program.bucket(0, epoch=9))
    assert is_as_described(BUCKET, "get", program.bucket(77))
    anybody = house.app.test_client()
    assert is_as_described(KEY, "get", anybody.get(KEY))
    program.evaluate(*map(an_element, range(20)))
    spent = program.evaluate(an_element())
    assert spent.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert is_as_described(EVALUATE, "post", spent)
    assert set(described(EVALUATE, "post", spent)["headers"]) <= set(spent.headers.keys())


def test_what_it_says_of_a_wish_is_as_described(house: Whole, program: Program) -> None:
    for reply in (
        wish(program, *range(20)),
        wish(program, 20),
        wish(program, epoch=2),
        hand_in(program, {}),
        house.app.test_client().post(WATCH, json={}),
    ):
        assert is_as_described(WATCH, "post", reply)
        kind = reply.get_json(force=True).get("type", "")
        assert kind in {"", "about:blank"} or kind in described(WATCH, "post", reply)["description"]


def test_a_wish_as_described_is_understood(program: Program) -> None:
    question = {"tokens": [a_token()], "epoch": 1}
    check({"$ref": "#/components/schemas/Wish"}, question)
    assert hand_in(program, question).status_code == HTTPStatus.OK


def test_a_question_as_described_is_understood(program: Program) -> None:
    question = {"blinded": [to_base64url(an_element())]}
    check({"$ref": "#/components/schemas/Question"}, question)
    assert program.post(question).status_code == HTTPStatus.OK
