"""The described interface under questions that nobody thought of: it answers as it says it does.

`make fuzz` asks for longer, and something else each time.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from members import actions as members
from members.model import Role
from tests.house.tree import ROOT
from tests.web.test_authorisation import APPLICANT, NOBODY, somebody
from tests.whole import Whole

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))  # of each operation, by each asker
LONG = "FUZZ_EXAMPLES" in os.environ
DESCRIPTION: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)  # what it makes of it is kept
PROBLEM = "application/problem+json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MEMBERS = {Role.MEMBER, Role.PRACTITIONER}
MAY_CHECK = {"cookie": MEMBERS | {Role.CASEWORKER, Role.LEAD}, "token": MEMBERS}
ASKERS = [
    (who, way)
    for who in (NOBODY, APPLICANT, *Role)
    for way in ("cookie", "token")
    if way == "cookie" or who in {NOBODY, *Role}
]


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks the interface."""

    client: FlaskClient
    headers: dict[str, str]
    answered: set[int] = field(default_factory=set)

    def ask(self, case: Case[Any]) -> None:
        """Ask, and hold the answer to the description."""
        case.headers.pop("Authorization", None)
        case.cookies.clear()
        answer = case.call(
            session=self.client,  # type: ignore[arg-type] # its WSGI transport takes one
            headers=self.headers,
        )
        self.answered.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            is_a_problem(answer)


def is_a_problem(answer: Response) -> None:
    said = answer.json()
    assert answer.headers["content-type"] == [PROBLEM]
    assert said["status"] == answer.status_code
    assert said["title"]
    assert set(said) <= {"type", "title", "status", "detail", "instance"}


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What is understood is the same on both databases."""
    return str(request.param)


def operations(house: Whole) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    SCHEMA.app = house.app
    for result in SCHEMA.get_all_operations():
        assert isinstance(result, Ok)
        yield result.ok()


def asker(house: Whole, who: str, way: str) -> Asker:
    if way == "cookie":
        client, _ = somebody(house, who)
        return Asker(client, {})
    token = "not-a-token"
    if who != NOBODY:
        person = house.person(Role(who))
        token = f"brolly_{person.id}"  # one of staff opens nothing
        with house.writing() as session:
            members.keep_tokens(session, {person.id: token}, now=house.now)
    return Asker(house.app.test_client(), {"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("who", "way"), ASKERS)
def test_whatever_is_asked_the_answer_is_as_described(house: Whole, who: str, way: str) -> None:
    asking = asker(house, who, way)
    for operation in operations(house):
        for mode in GenerationMode:

            @settings(
                max_examples=EXAMPLES,
                derandomize=not LONG,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def asks(case: Case[Any]) -> None:
                asking.ask(case)

            asks()
    assert (HTTPStatus.OK in asking.answered) == (who in MAY_CHECK[way])
