"""Limits on what anybody may send: by addresses that nobody keeps, and never a dead end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from config.proxies import read_proxies
from config.settings import Settings, SettingsError, load_settings
from members.guard import PUBLIC
from tests.reports.browser import Page
from tests.web.test_authorisation import access, routes
from tests.whole import Whole, whole
from web.crowds import LIMITS, DailySalt, sender
from web.csrf import CHANGING

ADDRESS, OTHER = "198.51.100.7", "203.0.113.9"
DRAFTS = LIMITS["reports.start"]
OURS = read_proxies("127.0.0.1 10.1.0.0/16")
NOT_COUNTED = {  # what anybody may change, and why nobody has to wait
    "casework.discard_form": "only what a code opens",
    "casework.stop_form": "changes nothing but this browser",
    "leave.leave": "who has to leave is never asked to wait",
    "casework.make_medical_sheet": "a sheet is shown and not kept: its form hides what is chosen",
    "casework.change_consents": "only for who holds the code of a case",
    "directory.find": "a search changes nothing: its form keeps it out of addresses",
    "casework.forget_code": "it only forgets, on one device",
    "messages.unsubscribe": "only for an address in a mail that we sent",
    "messages.provider_status": "signed by the provider",
    "messages.sms_status": "signed by the provider",
    "messages.inbound": "signed by the provider",
    "members.end_session": "signed by the OpenID provider",
}
OF_A_CODE = "reports."  # changes to one draft or report that its code opens


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Counts are in Redis, whatever the database."""
    return str(request.param)


def begin(client: FlaskClient, address: str = ADDRESS, times: int = 1) -> TestResponse:
    """Begin drafts from an address; return the last answer."""
    token = Page(client.get("/report").text).forms[-1].fields["csrf_token"]
    data = {"csrf_token": token, "typed": "What I wrote <here>"}
    headers = {"X-Forwarded-For": address}
    return [client.post("/report", data=data, headers=headers) for _ in range(times)][-1]


def test_one_address_waits_and_another_does_not(house: Whole) -> None:
    client = house.app.test_client()
    assert begin(client, times=DRAFTS.each).status_code == 303
    assert begin(client).status_code == 429
    assert begin(client, OTHER).status_code == 303


def test_all_together_are_bounded_so_that_nobody_fills_the_disk(house: Whole) -> None:
    client = house.app.test_client()
    house.services.redis.set("brolly:tally:reports.start:all", DRAFTS.together - 1, ex=3600)
    assert begin(client).status_code == 303
    assert begin(client, OTHER).status_code == 429


def test_whoever_waits_keeps_what_was_typed_and_is_told_how_long(house: Whole) -> None:
    client = house.app.test_client()
    answer = begin(client, times=DRAFTS.each + 1)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "60 minutes" in answer.text
    assert "talk to a caseworker" in answer.text
    form = Page(answer.text).forms[-1]
    assert form.fields["typed"] == "What I wrote <here>"
    house.services.redis.flushall()
    again = client.post(form.action, data=form.fields, headers={"X-Forwarded-For": ADDRESS})
    assert again.status_code == 303


def test_where_only_our_proxy_is_known_no_one_waits_for_others(house: Whole) -> None:
    assert begin(house.app.test_client(), "", times=DRAFTS.each + 5).status_code == 303


def test_no_address_reaches_redis_and_all_of_it_ends(house: Whole) -> None:
    begin(house.app.test_client())
    redis = Redis.from_url(house.services.settings.redis)
    names = list(redis.scan_iter("brolly:tally:*"))
    assert len(names) == 2
    assert all(ADDRESS.encode() not in name for name in names)
    assert all(0 < redis.ttl(name) <= 3600 for name in names)
    redis.close()


def test_without_redis_nobody_is_refused(keys: Path, database_url: str, scratch: Path) -> None:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url="redis://127.0.0.1:1")
    with whole(settings, scratch / "compiled") as house:
        assert begin(house.app.test_client(), times=2).status_code == 303


def test_everything_that_anybody_may_change_is_counted_or_says_why_not(house: Whole) -> None:
    public = {
        rule.endpoint
        for rule in routes(house)
        if CHANGING & (rule.methods or set()) and access(house, rule) in {None, PUBLIC}
    }
    assert {*LIMITS, *NOT_COUNTED} <= public
    left = public - set(LIMITS) - set(NOT_COUNTED)
    assert all(endpoint.startswith(OF_A_CODE) for endpoint in left), left


# Whose address


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (ADDRESS, "", ADDRESS),
        (ADDRESS, OTHER, ADDRESS),  # not our proxy: its word counts for nothing
        ("127.0.0.1", OTHER, OTHER),
        ("127.0.0.1", f"{OTHER}, 10.1.2.3", OTHER),
        ("127.0.0.1", f"1.2.3.4, {OTHER}", OTHER),  # what was there before, anybody can write
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", "10.1.9.9", ""),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_the_word_of_our_proxies_counts(peer: str, forwarded: str, found: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    where = {"REMOTE_ADDR": peer}
    with Flask("here").test_request_context(headers=headers, environ_overrides=where):
        assert sender(OURS) == found


def test_an_address_has_another_name_each_day_and_in_each_process() -> None:
    now, salt = datetime(2026, 3, 4, 12, tzinfo=UTC), DailySalt()
    today = salt.name(ADDRESS, now=now)
    assert salt.name(ADDRESS, now=now + timedelta(hours=11)) == today
    assert salt.name(OTHER, now=now) != today
    assert salt.name(ADDRESS, now=now + timedelta(hours=12)) != today
    assert salt.name(ADDRESS, now=now) != today  # the day before is forgotten
    assert DailySalt().name(ADDRESS, now=now) != today
    assert ADDRESS not in repr(salt)
    assert "salt=" not in repr(salt)


def test_what_is_no_address_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="BROLLY_TRUSTED_PROXIES"):
        load_settings({"BROLLY_TRUSTED_PROXIES": "the proxy"})
    assert Settings(trusted_proxies="10.0.0.1").proxies == read_proxies("10.0.0.1")
