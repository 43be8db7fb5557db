"""The headers of every route, as each of the app's own is asked by somebody whom it lets in."""

import pytest
from werkzeug.routing import Rule

from tests.web.forging import who_may
from tests.web.test_authorisation import access, asked, routes, somebody
from tests.whole import Whole
from web.app import LARGEST_FORM
from web.crowds import LIMITS

KEPT_BY_BROWSERS = {  # what is the same for everybody, and says nothing of who asked
    "/static/<path:name>",
    "/check/patterns/<version>",  # how numbers of each country look
}
NO_ANSWER = {"health.ready"}  # it asks for workers, which are not here
ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "Server": "web",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TAKEN_AWAY = ("camera", "geolocation", "microphone", "payment", "usb")


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Headers are the same on both databases."""
    return str(request.param)


def to_open(house: Whole) -> list[Rule]:
    return [rule for rule in routes(house) if "GET" in (rule.methods or ())]


def test_every_page_has_every_header_and_is_kept_nowhere(house: Whole) -> None:
    for rule in to_open(house):
        if rule.endpoint in NO_ANSWER:
            continue
        client, token = somebody(house, who_may(access(house, rule)))
        answer = asked(client, token, rule, "GET")
        for name, value in ALWAYS.items():
            assert answer.headers.getlist(name) == [value], (rule.rule, name)
        policy = answer.headers["Content-Security-Policy"]
        for said in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert said in policy, rule.rule
        assert "unsafe" not in policy, rule.rule
        features = answer.headers["Permissions-Policy"]
        assert all(f"{feature}=()" in features for feature in TAKEN_AWAY), rule.rule
        if rule.rule not in KEPT_BY_BROWSERS:
            assert answer.headers["Cache-Control"] == "no-store", rule.rule


@pytest.mark.parametrize("endpoint", sorted(LIMITS))
def test_what_is_too_large_is_refused_before_anything_is_done(house: Whole, endpoint: str) -> None:
    (rule,) = (
        rule
        for rule in routes(house)
        if rule.endpoint == endpoint and "POST" in (rule.methods or ())
    )
    client, token = somebody(house, who_may(access(house, rule)))
    data = {"csrf_token": token, "statement": "x" * LARGEST_FORM}
    answer = client.post(rule.rule, data=data)
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.text
