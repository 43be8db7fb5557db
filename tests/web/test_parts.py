"""Parts of pages that are rendered once: right for everybody, and nobody's words in another's."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from jinja2 import DictLoader
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from members.guard import public
from storage.keys import Sealers
from tests import given
from tests.web.conftest import BuildApp, carry
from tests.web.rooms import a_room
from web.parts import part

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PARTS = {
    "said.html": "<b>{{ said }}</b>{% if current() %}{{ current().role }}{% endif %}",
    "twice.html": "{{ first }}-{{ second }}-{{ first }}",
    "here.html": "{% if request.path == '/room' %}here{% else %}elsewhere{% endif %}",
}


@public
def show() -> str:
    return part(request.args.get("part", "said.html"), said=request.args.get("said", ""))


@public
def show_elsewhere() -> str:
    return part("here.html")


@pytest.fixture
def app(build: BuildApp, engine: Engine) -> Flask:
    app = build(a_room(show), a_room(show_elsewhere, "/elsewhere"), engine=engine)
    app.jinja_env.loader = DictLoader(PARTS)
    return app


def test_what_is_put_in_a_hole_is_escaped_and_gone_the_next_time(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/room?said=<i>one").text == "<b>&lt;i&gt;one</b>"
    assert client.get("/room").text == "<b></b>"
    with app.test_request_context("/room"):
        assert part("said.html", said="two\0said\0") == "<b>two\0said\0</b>"


def test_holes_may_be_filled_more_than_once(app: Flask) -> None:
    with app.test_request_context("/room"):
        assert part("twice.html", first="a", second="b") == "a-b-a"
        assert part("twice.html", first="c", second="d") == "c-d-c"


def test_each_kind_of_account_gets_its_own(app: Flask, session: Session, sealers: Sealers) -> None:
    now = datetime.now(UTC)
    seen = [app.test_client().get("/room").text]
    for person in (given.a_member, given.a_lead, given.a_member):
        token = given.a_sign_in(session, sealers, person(session, sealers, now=now), now=now)
        session.commit()
        client = app.test_client()
        carry(client, token)
        seen.append(client.get("/room").text)
    assert seen == ["<b></b>", "<b></b>member", "<b></b>lead", "<b></b>member"]


def test_each_page_that_a_link_leads_to_gets_its_own(app: Flask) -> None:
    client = app.test_client()
    pages = ("/room?part=here.html", "/elsewhere", "/room?part=here.html")
    assert [client.get(page).text for page in pages] == ["here", "elsewhere", "here"]


def test_the_form_token_at_the_top_is_each_members_own(
    build: BuildApp, engine: Engine, session: Session, sealers: Sealers
) -> None:
    app, now, tokens = build(engine=engine), datetime.now(UTC), []
    for _ in range(2):
        person = given.a_member(session, sealers, now=now)
        token = given.a_sign_in(session, sealers, person, now=now)
        session.commit()
        client = app.test_client()
        carry(client, token)
        tokens.append(TOKEN.findall(client.get("/help").text))
    assert [len(set(found)) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
