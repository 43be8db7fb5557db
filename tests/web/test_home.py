"""Pages of the house itself."""

import re

import pytest
from flask import Blueprint
from sqlalchemy import Engine

from config.settings import Settings
from members.guard import may_check, public
from tests.web.conftest import BuildApp, carry
from web.rooms import rooms_of

PAGES = ["/", "/help", "/tips", "/data", "/accessibility"]
NOT_NEUTRAL = re.compile(r"sex|work|harm|warn|check|report|police|danger", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_house_opens_without_the_database(build: BuildApp, page: str) -> None:
    answer = build().test_client().get(page)
    assert answer.status_code == 200
    assert len(re.findall("<h1", answer.text)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_title_says_nothing(build: BuildApp, page: str) -> None:
    found = re.search("<title>(.*)</title>", build().test_client().get(page).text)
    assert found
    assert not NOT_NEUTRAL.search(found[1])


def test_an_instance_has_its_own_name(build: BuildApp) -> None:
    page = build(instance_name="Garden <& Co>").test_client().get("/").text
    assert "<title>Garden &lt;&amp; Co&gt;</title>" in page
    assert "Brolly" not in page


def test_a_visitor_finds_three_doors(build: BuildApp) -> None:
    @public
    def door() -> str:
        return ""

    reports, members = Blueprint("reports", __name__), Blueprint("members", __name__)
    reports.add_url_rule("/report", "begin", door)
    members.add_url_rule("/sign-in", "sign_in", door)
    page = build(reports, members).test_client().get("/").text
    doors = re.findall(r'<li><a href="([^"]+)"><strong>', page)
    assert doors == ["/report", "/sign-in", "/help"]


def test_a_member_goes_straight_to_the_check(build: BuildApp, engine: Engine, token: str) -> None:
    @may_check
    def check() -> str:
        return ""

    checker = Blueprint("checker", __name__)
    checker.add_url_rule("/check", "check", check)
    client = build(checker, engine=engine).test_client()
    carry(client, token)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/check")


def test_a_caseworker_can_be_called_from_the_help_page(build: BuildApp) -> None:
    page = build(caseworker_phone="01632 960 123").test_client().get("/help").text
    assert 'href="tel:01632960123"' in page
    assert "tel:" not in build().test_client().get("/help").text


def test_the_demo_is_served_only_where_it_is_one(settings: Settings) -> None:
    names = {room.name for room in rooms_of(settings)}
    assert {"members", "checker", "reports", "alerts"} <= names
    assert "demo" not in names
    demo = settings.model_copy(update={"demo": True})
    assert {room.name for room in rooms_of(demo)} == names | {"demo"}
