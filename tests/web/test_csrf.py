"""Forged and expired forms."""

import re
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.web.conftest import BuildApp
from tests.web.rooms import Receiving


@pytest.fixture
def receiving() -> Receiving:
    return Receiving()


@pytest.fixture
def client(build: BuildApp, receiving: Receiving) -> FlaskClient:
    return build(receiving.open_room, receiving.webhook).test_client()


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found
    return found[1]


def fields_in(html: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html):
        fields.setdefault(unescape(name), []).append(unescape(value))
    return fields


def test_a_form_with_its_token_arrives(client: FlaskClient, receiving: Receiving) -> None:
    token = token_in(client.get("/form").text)
    assert client.post("/form", data={"csrf_token": token, "what": "a"}).text == "received"
    assert len(receiving.got) == 1


@pytest.mark.parametrize("token", ["", "x", "Im5vIg.aaaaaa.bbbbbb", None])
def test_a_form_without_a_good_token_changes_nothing(
    client: FlaskClient, receiving: Receiving, token: str | None
) -> None:
    client.get("/form")
    data = {"what": "a"} if token is None else {"what": "a", "csrf_token": token}
    assert client.post("/form", data=data).status_code == 400
    assert not receiving.got


def test_the_token_of_another_browser_is_no_good(client: FlaskClient, receiving: Receiving) -> None:
    other = token_in(client.application.test_client().get("/form").text)
    client.get("/form")
    assert client.post("/form", data={"csrf_token": other}).status_code == 400
    assert not receiving.got


def test_a_form_that_expired_keeps_what_was_typed_and_sends_it_again(
    client: FlaskClient, receiving: Receiving
) -> None:
    typed = {"what": ['He said "no" & <left>', "twice"], "empty": [""], "when-day": ["3"]}
    with time_machine.travel("2026-03-04 08:00Z"):
        token = token_in(client.get("/form").text)
    with time_machine.travel("2026-03-04 20:01Z"):
        page = client.post("/form?step=2", data={**typed, "csrf_token": token})
        assert page.status_code == 400
        assert "nothing you typed is lost" in page.text
        assert 'action="/form?step=2"' in page.text
        assert "He said &#34;no&#34; &amp; &lt;left&gt;" in page.text
        assert not receiving.got
        again = client.post("/form?step=2", data=fields_in(page.text))
    assert again.text == "received"
    [got] = receiving.got
    assert {name: got[name] for name in typed} == typed


def test_a_form_is_good_for_half_a_day(client: FlaskClient) -> None:
    with time_machine.travel("2026-03-04 08:00Z"):
        token = token_in(client.get("/form").text)
    with time_machine.travel("2026-03-04 19:59Z"):
        assert client.post("/form", data={"csrf_token": token}).text == "received"


@pytest.mark.parametrize("name", ["passphrase", "new_passphrase", "Password", "code"])
def test_passphrases_and_codes_are_asked_for_again_and_never_written_out(
    client: FlaskClient, name: str
) -> None:
    page = client.post("/form", data={name: "correct horse", "what": "a"}).text
    assert "correct horse" not in page
    assert f'name="{name}"' in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://other.example.org"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "nonsense"},
    ],
)
def test_another_site_cannot_send_a_form_even_with_a_token(
    client: FlaskClient, receiving: Receiving, headers: dict[str, str]
) -> None:
    token = token_in(client.get("/form").text)
    answer = client.post("/form", data={"csrf_token": token, "what": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "nothing was changed" in answer.text
    assert not receiving.got


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
    ],
)
def test_our_own_pages_can(client: FlaskClient, headers: dict[str, str]) -> None:
    token = token_in(client.get("/form").text)
    answer = client.post("/form", data={"csrf_token": token}, headers=headers)
    assert answer.text == "received"


def test_another_site_may_link_to_a_page(client: FlaskClient) -> None:
    assert client.get("/form", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_signed_webhook_needs_no_token_but_no_browser_may_forge_it(
    client: FlaskClient, receiving: Receiving
) -> None:
    assert client.post("/hook", data={"MessageStatus": "sent"}).text == "received"
    forged = client.post("/hook", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert len(receiving.got) == 1


def test_on_https_a_form_needs_no_referer(build: BuildApp, receiving: Receiving) -> None:
    at = "https://check.example.org"
    client = build(receiving.open_room, public_url=at).test_client()
    token = token_in(client.get("/form", base_url=at).text)
    answer = client.post("/form", base_url=at, data={"csrf_token": token})
    assert answer.text == "received"
