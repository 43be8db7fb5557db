"""Headers and cookies."""

import re

import pytest

from tests.web.conftest import BuildApp
from tests.web.rooms import Receiving, a_failing_room

PAGES = ["/", "/help", "/tips", "/data", "/accessibility", "/not-there", "/healthz", "/exit"]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_inline_from_elsewhere_or_kept(build: BuildApp, page: str) -> None:
    answer = build().test_client().get(page)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Server"] == "web"


@pytest.mark.parametrize("page", PAGES[:-2])
def test_pages_carry_no_style_no_script_and_no_address_of_others(
    build: BuildApp, page: str
) -> None:
    html = build().test_client().get(page).text
    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)|<style|\sstyle=|\son\w+=", html)
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", html) == []


def test_a_page_that_broke_has_the_headers_too(build: BuildApp) -> None:
    app = build(a_failing_room(RuntimeError()))
    answer = app.test_client().get("/fails")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_on_https_the_cookie_is_bound_to_the_host_and_https_is_pinned(build: BuildApp) -> None:
    app = build(Receiving().open_room, public_url="https://check.example.org")
    answer = app.test_client().get("/form", base_url="https://check.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-brolly=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_on_loopback_neither_is_claimed(build: BuildApp) -> None:
    answer = build(Receiving().open_room).test_client().get("/form")
    assert answer.headers["Set-Cookie"].startswith("brolly=")
    assert "Strict-Transport-Security" not in answer.headers


def test_a_page_without_a_form_sets_no_cookie(build: BuildApp) -> None:
    assert "Set-Cookie" not in build().test_client().get("/").headers
