"""The page of what arrived: only in a demo, and kind when the gateway is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from config.settings import Settings
from demo.gateway import running
from tests.demo.twilio_client import FROM, TO, client_of
from tests.messages.house import served
from tests.reports.browser import Page
from tests.servers import free_port
from tests.whole import Whole, whole


@pytest.fixture
def settings(keys: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)


@contextmanager
def opened(settings: Settings, scratch: Path, **changes: object) -> Iterator[Whole]:
    with whole(settings.model_copy(update=changes), scratch / "compiled") as house:
        yield house


def test_what_arrived_is_shown_newest_first(settings: Settings, scratch: Path) -> None:
    with running(ledger=scratch / "shown.ledger") as gateway:
        for words in ("The first <i>words</i>.", "The second words."):
            client_of(gateway).messages.create(to=TO, from_=FROM, body=words)
        with opened(settings, scratch, demo=True, demo_gateway_url=gateway.url) as house:
            visitor = house.visitor().open("/demo/messages")
            assert visitor.status == 200
            assert visitor.text.index("The second") < visitor.text.index("The first")
            assert TO in visitor.text
            assert "&lt;i&gt;words" in visitor.markup
            assert "Demo messages" in visitor.open("/").text


def test_an_empty_gateway_says_what_to_do(settings: Settings, scratch: Path) -> None:
    with (
        running(ledger=scratch / "empty.ledger") as gateway,
        opened(settings, scratch, demo=True, demo_gateway_url=gateway.url) as house,
    ):
        assert "Nothing has arrived yet." in house.visitor().open("/demo/messages").text


def test_a_phone_texts_back_and_its_answer_is_shown(settings: Settings, scratch: Path) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with running(ledger=scratch / "back.ledger", inbound_url=f"{here}/webhooks/inbound") as gateway:
        sending = {
            "twilio_account_sid": gateway.account_sid,
            "twilio_auth_token": gateway.auth_token,
            "twilio_from": FROM,
            "public_url": here,
        }
        with (
            opened(settings, scratch, demo=True, demo_gateway_url=gateway.url, **sending) as house,
            served(house.app, port),
        ):
            visitor = house.visitor()
            visitor.open("/demo/messages")
            visitor.fill(phone=TO, body="who is this?")
            assert visitor.status == 200
            assert "Nobody reads replies" in visitor.text
            visitor.fill(phone=TO, body="stop")
            with pytest.raises(TwilioRestException) as refused:
                client_of(gateway).messages.create(to=TO, from_=FROM, body="x")
            assert refused.value.code == 21610


@pytest.mark.parametrize(
    ("phone", "body", "words"),
    [("0770", "x", "Write a number"), (TO, " ", "Write what"), (TO, "x" * 161, "Write what")],
)
def test_a_text_back_that_cannot_be_is_said_kindly(
    settings: Settings, scratch: Path, phone: str, body: str, words: str
) -> None:
    with (
        running(ledger=scratch / "kind.ledger") as gateway,
        opened(settings, scratch, demo=True, demo_gateway_url=gateway.url) as house,
    ):
        visitor = house.visitor()
        visitor.open("/demo/messages")
        visitor.fill(phone=phone, body=body)
    assert visitor.status == 422
    assert words in visitor.text


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9"])
def test_a_gateway_that_is_away_is_said_kindly(
    settings: Settings, scratch: Path, address: str
) -> None:
    with opened(settings, scratch, demo=True, demo_gateway_url=address) as house:
        answer = house.visitor().client.get("/demo/messages")
    assert answer.status_code == 503
    assert "We cannot do that just now" in Page(answer.get_data(as_text=True)).text


def test_an_instance_that_is_no_demo_has_no_such_page(settings: Settings, scratch: Path) -> None:
    with opened(settings, scratch) as house:
        assert not any(rule.rule.startswith("/demo") for rule in house.app.url_map.iter_rules())
        assert house.visitor().open("/demo/messages").status == 404
        assert "Demo messages" not in house.visitor().open("/").text
