"""Text messages by a gateway that speaks JSON, over real HTTP, and what each answer means."""

import json
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from config.settings import Settings
from demo.gateway import Handle
from messages.model import (
    Accepted,
    Outcome,
    Postponed,
    Refused,
    Unknown,
)
from messages.texts.http_json_sms import outcome_of
from messages.texts.twilio_sms import TwilioSms
from tests.messages.posting import NOON
from tests.messages.texts.http_json import (
    a_sender,
    a_text,
    answer,
    in_mode,
    outcome_from,
    sending_to,
)
from tests.messages.wires import a_server

PUBLIC = "https://check.example.org"

ID = UUID(int=7)


# Sending


def test_a_text_arrives_as_it_was_written_and_stands_on_the_ledger(gateway: Handle) -> None:
    outgoing = a_text()
    with sending_to(gateway) as sender:
        outcome = sender.send(outgoing)
    (arrived,) = [
        each for each in gateway.messages("sms") if each["delivery"] == str(outgoing.delivery_id)
    ]
    assert outcome == Accepted(provider_id=f"http-{arrived['id']}")
    assert (arrived["to"], arrived["from"]) == (outgoing.address, "Brolly")
    assert arrived["body"] == outgoing.body
    (entry,) = [
        each for each in gateway.ledger_rows() if each.delivery == str(outgoing.delivery_id)
    ]
    assert entry.to == gateway.fingerprint(outgoing.address)


def test_the_request_carries_what_the_operations_page_says() -> None:
    heard: list[bytes] = []
    outgoing = a_text()

    def listen(connection: socket.socket) -> None:
        while not b"".join(heard).endswith(b"}"):
            heard.append(connection.recv(65536))
        connection.sendall(answer(202, {"message_id": 17}))

    with a_server(listen) as address:
        sender = a_sender(f"http://{address}/v1/send/", public_url=PUBLIC)
        outcome = sender.send(outgoing)
        sender.close()
    assert outcome == Accepted(provider_id="http-17")
    head, _, body = b"".join(heard).decode().partition("\r\n\r\n")
    assert head.startswith("POST /v1/send HTTP/1.1")
    assert "Authorization: Bearer loopback-token" in head
    assert json.loads(body) == {
        "id": str(outgoing.delivery_id),
        "to": outgoing.address,
        "from": "Brolly",
        "text": outgoing.body,
        "expires_at": "2026-03-04T13:00:00+00:00",
        "callback": f"{PUBLIC}/webhooks/http-sms/{outgoing.delivery_id}",
    }


def test_what_is_sent_a_second_time_arrives_once(gateway: Handle) -> None:
    outgoing = a_text()
    with sending_to(gateway) as sender:
        first, again = sender.send(outgoing), sender.send(outgoing)
    assert isinstance(first, Accepted)
    assert again == first
    rows = [each for each in gateway.ledger_rows() if each.delivery == str(outgoing.delivery_id)]
    assert len(rows) == 1


def test_what_failed_may_be_sent_once_more(gateway: Handle) -> None:
    outgoing = a_text(address="+447700900998")  # cannot be reached there
    gateway.set_mode(step_seconds=0)
    with sending_to(gateway) as sender:
        first, again = sender.send(outgoing), sender.send(outgoing)
    gateway.set_mode(step_seconds=0.1)
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert again != first


def test_twilio_does_not_list_what_the_second_took(gateway: Handle) -> None:
    outgoing = a_text(body="only by the second")
    settings = Settings(
        twilio_account_sid=gateway.account_sid,
        twilio_auth_token=gateway.auth_token,
        twilio_from="Brolly",
        twilio_api_base=gateway.url,
    )
    twilio = TwilioSms.of(settings)
    with sending_to(gateway) as sender:
        sender.send(outgoing)
    assert list(twilio.find(outgoing, since=NOON)) == []
    twilio.close()


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (200, {"message_id": "a"}, Accepted(provider_id="http-a")),
        (201, {"message_id": "a" * 99}, Accepted(provider_id="http-" + "a" * 59)),
        (201, {}, Unknown(reason="no_message_id")),
        (201, {"message_id": ["a"]}, Unknown(reason="no_message_id")),
        (409, {"message_id": "a"}, Accepted(provider_id="http-a")),
        (409, {}, Accepted(provider_id=f"http-{ID}")),
        (500, {}, Unknown(reason="status_500")),
        (502, {"code": "bad_number"}, Unknown(reason="status_502")),
        (408, {}, Unknown(reason="status_408")),
        (403, {"code": "opted_out"}, Refused(reason="opted_out", opted_out=True)),
        (422, {"code": "bad_number"}, Refused(reason="bad_number", bad_address=True)),
        (422, {"code": "unreachable"}, Refused(reason="unreachable", unreachable=True)),
        (422, {"code": "filtered"}, Refused(reason="filtered", filtered=True)),
        (422, {"code": "no_credit"}, Refused(reason="refused_no_credit")),
        (422, {"code": "<script>"}, Refused(reason="refused_422")),
        (422, {"code": 7}, Refused(reason="refused_422")),
        (400, {}, Refused(reason="refused_400")),
        (401, {}, Postponed(reason="account_401")),
        (403, {}, Postponed(reason="account_403")),
        (404, {}, Postponed(reason="account_404")),
        (302, {}, Postponed(reason="account_302")),
    ],
)
def test_each_answer_means_what_the_operations_page_says(
    status: int, said: Mapping[str, Any], expected: Outcome
) -> None:
    assert outcome_of(status, said, ID) == expected


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", timedelta(seconds=7)), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_not_now_says_how_long_to_wait(status: int, header: str, wait: timedelta | None) -> None:
    raw = answer(status, {}, f"Retry-After: {header}")
    assert outcome_from(raw) == Postponed(reason=f"later_{status}", retry_after=wait)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (21610, Refused(reason="opted_out", opted_out=True)),
        (21211, Refused(reason="bad_number", bad_address=True)),
    ],
)
def test_the_gateways_refusals_are_understood(
    gateway: Handle, code: int, expected: Outcome
) -> None:
    gateway.set_ending("900777", code)
    with sending_to(gateway) as sender:
        outcome = sender.send(a_text(address="+447700900777"))
    gateway.set_ending("900777", None)
    assert outcome == expected


def test_a_wrong_token_loses_nothing(gateway: Handle) -> None:
    with sending_to(gateway, http_sms_token="wrong") as sender:
        assert sender.send(a_text()) == Postponed(reason="account_401")


def test_a_busy_gateway_says_how_long_to_wait(gateway: Handle) -> None:
    with in_mode(gateway, "429"), sending_to(gateway) as sender:
        outcome = sender.send(a_text())
    assert outcome == Postponed(reason="later_429", retry_after=timedelta(seconds=1))
