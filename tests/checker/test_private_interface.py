"""The interface of the private check: what it answers, what it refuses, what it costs."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from werkzeug.test import TestResponse

from checker import voprf
from checker.derivation import derive, input_of
from checker.encoding import from_base64url, to_base64url
from checker.payload import ENTRY_OCTETS, unseal
from checker.records import StateRow
from checker.voprf import Mode
from config.settings import Settings
from members import actions as members
from members.model import Role
from storage.redis_server import redis_client
from tests.checker.asking import check
from tests.checker.samples import LISTED
from tests.given import Person
from tests.whole import Whole

LISTED_INPUT = input_of(LISTED)
KEY, EVALUATE = "/api/v1/oprf/key", "/api/v1/oprf/evaluate"
PROBLEM = "application/problem+json"


class Program:
    """A member's program: it knows a token and no cookie."""

    def __init__(self, house: Whole, person: Person) -> None:
        self.client: FlaskClient = house.app.test_client()
        with house.writing() as session:
            self.token = members.create_token(session, account_id=person.id, now=house.now)

    def get(self, path: str) -> TestResponse:
        """Ask for something."""
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token}"})

    def evaluate(self, *elements: bytes) -> TestResponse:
        """Have elements evaluated."""
        blinded = [to_base64url(each) for each in elements]
        return self.post({"blinded": blinded})

    def post(self, question: object) -> TestResponse:
        """Ask a question."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(EVALUATE, json=question, headers=headers)

    def bucket(self, number: int, epoch: int = 1) -> TestResponse:
        """Fetch a bucket."""
        return self.get(f"/api/v1/register/{epoch}/bucket/{number:x}")


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def program(house: Whole) -> Program:
    return Program(house, house.person())


def an_element(number: int = 1) -> bytes:
    return voprf.hash_to_group(b"%d" % number, Mode.VOPRF)


def is_a_problem(reply: TestResponse, status: HTTPStatus) -> bool:
    body: dict[str, Any] = reply.get_json(force=True)
    well = reply.status_code == body["status"] == status
    return well and reply.content_type == PROBLEM


def test_a_number_is_found_without_ever_being_said(house: Whole, program: Program) -> None:
    house.published()
    key = program.get(KEY).get_json()
    blinding = voprf.random_scalar()
    asked = voprf.blind(LISTED_INPUT, Mode.VOPRF, blinding)
    said = program.evaluate(asked).get_json()
    [evaluated] = [voprf.element(from_base64url(each)) for each in said["evaluated"]]
    public = voprf.element(from_base64url(key["pk"]))
    voprf.verify(public, [asked], [evaluated], from_base64url(said["proof"]))
    derived = derive(voprf.unblind(blinding, evaluated), said["epoch"])
    number = int.from_bytes(derived.tag, "big") >> (128 - key["bucket_bits"])
    bucket = program.bucket(number, said["epoch"]).data
    assert len(bucket) == key["pad"] * key["entry"] == key["pad"] * ENTRY_OCTETS
    entries = [bucket[at : at + ENTRY_OCTETS] for at in range(0, len(bucket), ENTRY_OCTETS)]
    [entry] = [each for each in entries if each.startswith(derived.tag)]
    assert unseal(derived, entry).advice == "Do not meet alone."


def test_the_key_says_what_a_client_pins(house: Whole, program: Program) -> None:
    found = program.get(KEY).get_json()
    evaluator = house.services.evaluator
    assert found.pop("pk") == to_base64url(evaluator.public_key)
    assert found.pop("pad") > 60
    assert found == {
        "suite": "ristretto255-SHA512",
        "mode": 1,
        "epoch": 1,
        "others": [],
        "bucket_bits": 0,
        "entry": 204,
    }


def test_a_browser_that_is_signed_in_may_ask_too(house: Whole) -> None:
    visitor = house.sign_in(house.person()).client
    assert visitor.get(KEY).status_code == HTTPStatus.OK
    question = {"blinded": [to_base64url(an_element())]}
    here = {"Sec-Fetch-Site": "same-origin"}
    assert visitor.post(EVALUATE, json=question, headers=here).status_code == HTTPStatus.OK
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    refused = visitor.post(EVALUATE, json=question, headers=elsewhere)
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_whoever_is_not_vetted_gets_nothing(house: Whole, program: Program) -> None:
    anybody = house.app.test_client()
    paths = (KEY, "/api/v1/register/1/bucket/0")
    for path in paths:
        assert is_a_problem(anybody.get(path), HTTPStatus.UNAUTHORIZED)
    assert is_a_problem(anybody.post(EVALUATE, json={}), HTTPStatus.UNAUTHORIZED)
    program.token += "x"
    for path in paths:
        assert is_a_problem(program.get(path), HTTPStatus.UNAUTHORIZED)


def test_a_token_opens_the_interface_and_no_page(house: Whole, program: Program) -> None:
    del house
    assert program.get("/check").status_code == HTTPStatus.SEE_OTHER


@pytest.mark.parametrize("ending", ["revoked", "suspended", "left"])
def test_a_token_ends_with_what_it_stands_for(house: Whole, ending: str) -> None:
    person = house.person()
    program = Program(house, person)
    with house.writing() as session:
        match ending:
            case "revoked":
                assert members.revoke_tokens(session, account_id=person.id) == 1
            case "suspended":
                members.suspend(session, account_id=person.id, now=house.now)
            case _:
                sealers = house.services.sealers
                members.leave(session, sealers, account_id=person.id, now=house.now)
    assert program.get(KEY).status_code == HTTPStatus.UNAUTHORIZED


def test_the_database_does_not_hold_a_token(house: Whole, program: Program) -> None:
    with house.writing() as session:
        kept = session.execute(text("SELECT token_hash FROM api_token")).scalar_one()
    assert program.token.encode() not in bytes(kept)
    assert len(kept) == 32


MALFORMED: dict[str, Any] = {
    "no object": ["x"],
    "nothing": {},
    "no list": {"blinded": "x"},
    "an empty list": {"blinded": []},
    "numbers": {"blinded": [1]},
    "too many": {"blinded": [to_base64url(an_element())] * 21},
    "too long": {"blinded": ["A" * 44]},
}
NO_ELEMENTS = {
    "the identity": bytes(32),
    "not canonical": b"\xff" * 32,
    "too short": bytes(31),
    "nothing": b"",
}


@pytest.mark.parametrize("question", MALFORMED.values(), ids=MALFORMED)
def test_a_question_in_another_form_is_refused_and_costs_nothing(
    program: Program, question: object
) -> None:
    reply = program.post(question)
    assert is_a_problem(reply, HTTPStatus.BAD_REQUEST)
    assert "1 to 20" in reply.get_json(force=True)["detail"]
    assert program.evaluate(*map(an_element, range(20))).status_code == HTTPStatus.OK


@pytest.mark.parametrize("octets", NO_ELEMENTS.values(), ids=NO_ELEMENTS)
def test_what_is_no_element_is_refused_and_costs_nothing(program: Program, octets: bytes) -> None:
    reply = program.evaluate(an_element(), octets)
    assert is_a_problem(reply, HTTPStatus.BAD_REQUEST)
    assert "canonical" in reply.get_json(force=True)["detail"]
    assert program.evaluate(*map(an_element, range(20))).status_code == HTTPStatus.OK


def test_a_second_spelling_of_an_element_is_refused(program: Program) -> None:
    coded = to_base64url(an_element())
    for other in (coded + "=", coded.replace("_", "/").replace("-", "+") + " ", coded[:-1] + "Z"):
        assert program.post({"blinded": [other]}).status_code == HTTPStatus.BAD_REQUEST


def test_elements_are_counted_in_either_way_of_checking(house: Whole) -> None:
    person = house.person()
    program, visitor = Program(house, person), house.sign_in(person)
    assert program.evaluate(*map(an_element, range(19))).status_code == HTTPStatus.OK
    assert "No warning" in check(visitor, "07700 900222").text
    spent = program.evaluate(an_element())
    assert is_a_problem(spent, HTTPStatus.TOO_MANY_REQUESTS)
    assert int(spent.headers["Retry-After"]) > 0


def test_buckets_are_counted_by_themselves(house: Whole, program: Program) -> None:
    house.refresh()
    replies = [program.bucket(0).status_code for _ in range(61)]
    assert replies == [HTTPStatus.OK] * 60 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert program.evaluate(an_element()).status_code == HTTPStatus.OK


def test_a_bucket_is_as_long_whether_anything_is_in_it(house: Whole, program: Program) -> None:
    house.refresh()
    before = program.bucket(0)
    house.published()
    after = program.bucket(0)
    assert len(before.data) == len(after.data)
    assert before.headers["Cache-Control"] == "no-store"
    assert before.headers["Brolly-Layout"].startswith("0-")


def test_a_warning_that_redis_does_not_have_yet_is_in_the_bucket(
    house: Whole, program: Program
) -> None:
    house.refresh()
    evaluator = house.services.evaluator
    [element] = evaluator.evaluate([LISTED_INPUT])
    tag = derive(element, 1).tag
    assert tag not in program.bucket(0).data
    house.published_ahead()
    assert tag in program.bucket(0).data
    assert len(program.bucket(0).data) == program.get(KEY).get_json()["pad"] * ENTRY_OCTETS


@pytest.mark.parametrize("number", ["1", "00", "A", "-1", "g", "ffffffffff"])
def test_there_is_no_other_bucket_and_no_other_spelling(
    house: Whole, program: Program, number: str
) -> None:
    house.refresh()
    reply = program.get(f"/api/v1/register/1/bucket/{number}")
    assert is_a_problem(reply, HTTPStatus.NOT_FOUND)


def test_an_old_epoch_is_gone(house: Whole, program: Program) -> None:
    house.refresh()
    assert is_a_problem(program.bucket(0, epoch=2), HTTPStatus.GONE)


def test_a_flushed_register_is_never_an_empty_bucket(house: Whole, program: Program) -> None:
    house.published()
    with redis_client(house.services.settings.register) as redis:
        redis.flushall()
    for reply in (program.get(KEY), program.bucket(0)):
        assert is_a_problem(reply, HTTPStatus.SERVICE_UNAVAILABLE)


def test_another_key_than_the_registers_answers_nothing(house: Whole, program: Program) -> None:
    house.published()
    with house.writing() as session:
        session.execute(update(StateRow).values(public_key=an_element()))
    for reply in (program.get(KEY), program.evaluate(an_element()), program.bucket(0)):
        assert is_a_problem(reply, HTTPStatus.SERVICE_UNAVAILABLE)
    with house.writing() as session:
        used = session.execute(text("SELECT day_used FROM check_budget")).scalars().all()
    assert sorted(used) == [0, 1]  # the evaluation was given back, the bucket is not


def test_practitioners_may_ask_as_they_may_check(house: Whole) -> None:
    assert Program(house, house.person(Role.PRACTITIONER)).get(KEY).status_code == HTTPStatus.OK
