"""Who may open a page."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Blueprint
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from members import actions as members
from members.guard import current, keep_token, may_check, public, signed_in, staff
from members.model import Role
from storage.keys import Sealers
from tests import given
from tests.web.conftest import BuildApp, carry
from tests.web.rooms import Receiving, a_room
from web.navigation import UndeclaredRoute


@signed_in
def own() -> str:
    account = current()
    return account.name if account else "nobody"


@may_check
def check() -> str:
    return "the check"


@staff(Role.CASEWORKER)
def desk() -> str:
    return "the desk"


def a_sign_in_page() -> Blueprint:
    @public
    def sign_in() -> str:
        return "sign in here"

    room = Blueprint("members", __name__)
    room.add_url_rule("/sign-in", "sign_in", sign_in)
    return room


def test_an_app_with_an_undeclared_page_does_not_start(build: BuildApp) -> None:
    def open_to_whom() -> str:
        return ""

    with pytest.raises(UndeclaredRoute, match=r"open_to_whom \(/room\)"):
        build(a_room(open_to_whom))


def test_somebody_signed_in_is_known(
    build: BuildApp, engine: Engine, somebody: given.Person, token: str
) -> None:
    client = build(a_room(own), engine=engine).test_client()
    carry(client, token)
    assert client.get("/room").text == somebody.name


def test_a_visitor_is_led_to_signing_in_and_back(build: BuildApp) -> None:
    @public
    def after() -> str:
        return keep_token("fresh")

    client = build(a_room(own), a_room(after, "/after"), a_sign_in_page()).test_client()
    asked = client.get("/room?page=2")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in")
    assert client.get("/after").text == "/room?page=2"


def test_a_program_is_told_that_it_has_to_sign_in(build: BuildApp) -> None:
    answer = build(a_room(own)).test_client().get("/room", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_form_sent_after_the_session_ran_out_keeps_what_was_typed(
    build: BuildApp, engine: Engine, session: Session, token: str, sealers: Sealers,
    somebody: given.Person,
) -> None:  # fmt: skip
    receiving = Receiving()
    client = build(receiving.closed_room, a_sign_in_page(), engine=engine).test_client()
    carry(client, token)
    form = client.get("/members-form").text
    sent = {"csrf_token": re.findall(r'csrf_token" value="([^"]+)', form)[0], "what": "a <story>"}
    members.sign_out(session, token=token, now=datetime.now(UTC))
    session.commit()
    page = client.post("/members-form", data=sent)
    assert page.status_code == 403
    assert "You were signed out" in page.text
    assert "/sign-in" in page.text
    assert not receiving.got
    carry(client, given.a_sign_in(session, sealers, somebody, now=datetime.now(UTC)))
    session.commit()
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    again = client.post("/members-form", data={name: unescape(value) for name, value in fields})
    assert again.text == "received"
    assert receiving.got[0]["what"] == ["a <story>"]


def test_a_session_runs_out_after_a_quarter_of_an_hour_without_a_tap(
    build: BuildApp, engine: Engine, token: str
) -> None:
    client = build(a_room(own), a_sign_in_page(), engine=engine).test_client()
    carry(client, token)
    assert client.get("/room").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert client.get("/room").status_code == 303


def test_a_session_lives_while_it_is_used(build: BuildApp, engine: Engine, token: str) -> None:
    client = build(a_room(own), engine=engine).test_client()
    carry(client, token)
    start = datetime.now(UTC)
    for minutes in range(10, 60, 10):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert client.get("/room").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_a_made_up_token_opens_nothing(build: BuildApp, engine: Engine, token: str) -> None:
    client = build(a_room(own), a_sign_in_page(), engine=engine).test_client()
    carry(client, token)
    assert client.get("/room").status_code == 303


def test_a_page_is_not_there_for_accounts_it_is_not_for(
    build: BuildApp, engine: Engine, token: str
) -> None:
    client = build(a_room(check, "/check"), a_room(desk, "/desk"), engine=engine).test_client()
    carry(client, token)
    assert client.get("/check").text == "the check"
    assert client.get("/desk").status_code == 404


def test_an_applicant_cannot_check(
    build: BuildApp, engine: Engine, session: Session, sealers: Sealers
) -> None:
    person = given.an_applicant(session, sealers, now=datetime.now(UTC))
    token = given.a_sign_in(session, sealers, person, now=datetime.now(UTC))
    session.commit()
    client = build(a_room(check), engine=engine).test_client()
    carry(client, token)
    assert client.get("/room").status_code == 404


def test_the_navigation_leads_only_where_one_may_go(
    build: BuildApp, engine: Engine, token: str
) -> None:
    checker, reports = Blueprint("checker", __name__), Blueprint("reports", __name__)
    checker.add_url_rule("/check", "check", check)
    reports.add_url_rule("/desk", "queue", desk)
    client = build(checker, reports, engine=engine).test_client()
    assert 'href="/check"' not in client.get("/help").text
    carry(client, token)
    page = client.get("/help").text
    assert 'href="/check"' in page
    assert 'href="/desk"' not in page
    assert re.search(r'href="/help" aria-current="page"', page)
