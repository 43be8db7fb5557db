"""Text messages by a gateway that speaks JSON, over real HTTP, and what each answer means."""

import json
import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from config.settings import Settings
from demo.gateway import Handle, running
from messages.model import (
    Accepted,
    Channel,
    ListUnavailable,
    Outcome,
    Outgoing,
    Postponed,
    Refused,
    Unknown,
)
from messages.texts.http_json_sms import HttpJsonSms, outcome_of
from messages.texts.twilio_sms import TwilioSms
from storage.base import new_id
from tests.messages.posting import NOON, phone
from tests.messages.wires import a_server, nobody, reset, saying, silent

PUBLIC = "https://check.example.org"
SECRET = "a secret of callbacks"
ID = UUID(int=7)


def a_text(**others: Any) -> Outgoing:
    given: dict[str, Any] = {
        "delivery_id": new_id(),
        "channel": Channel.SMS,
        "address": phone(1),
        "subject": "",
        "body": "An update for your area: £5, Zażółć",
        "segments": 1,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Outgoing(**(given | others))


def a_sender(url: str, *, timeout: float = 5, **others: Any) -> HttpJsonSms:
    given: dict[str, Any] = {
        "sms_second": "http",
        "http_sms_url": url,
        "http_sms_token": "loopback-token",
        "http_sms_secret": SECRET,
        "http_sms_from": "Brolly",
    }
    return HttpJsonSms(Settings(**(given | others)), timeout=timeout)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running(callbacks="suppressed") as handle:
        yield handle


@contextmanager
def sending_to(gateway: Handle, **others: Any) -> Iterator[HttpJsonSms]:
    sender = a_sender(gateway.json_url, **others)
    yield sender
    sender.close()


@contextmanager
def in_mode(gateway: Handle, mode: str) -> Iterator[None]:
    gateway.set_mode(json_mode=mode)
    yield
    gateway.set_mode(json_mode="ok")


def answer(status: int, body: object, *headers: str) -> bytes:
    text = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(text)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + text


def outcome_from(raw: bytes, outgoing: Outgoing | None = None) -> Outcome:
    with a_server(saying(raw)) as address:
        sender = a_sender(f"http://{address}/send")
        outcome = sender.send(outgoing or a_text())
        sender.close()
    return outcome


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


@pytest.mark.parametrize("mode", ["drop", "500", "half_close"])
def test_accepted_and_then_broken_off_is_unknown_and_found_later(
    gateway: Handle, mode: str
) -> None:
    outgoing = a_text()
    with in_mode(gateway, mode), sending_to(gateway) as sender:
        outcome = sender.send(outgoing)
        (found,) = sender.find(outgoing, since=NOON)
    assert isinstance(outcome, Unknown)
    assert found.provider_id.startswith("http-JS")


def test_no_answer_in_time_is_unknown() -> None:
    with a_server(silent) as address:
        sender = a_sender(f"http://{address}/", timeout=0.1)
        assert sender.send(a_text()) == Unknown(reason="no_answer_ReadTimeoutError")
        sender.close()


def test_a_reset_is_unknown() -> None:
    with a_server(reset) as address:
        outcome = a_sender(f"http://{address}").send(a_text())
    assert outcome == Unknown(reason="no_answer_ProtocolError")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe\xfd"])
def test_half_an_answer_is_unknown(body: bytes) -> None:
    head = f"HTTP/1.1 200 x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert outcome_from(head + body) == Unknown(reason="no_message_id")


def test_nobody_there_is_worth_another_try() -> None:
    with nobody() as address:
        outcome = a_sender(f"http://{address}").send(a_text())
    assert outcome == Postponed(reason="no_connection_NewConnectionError")


def test_a_server_without_a_certificate_is_worth_another_try() -> None:
    with a_server(saying(b"not TLS")) as address:
        outcome = a_sender(f"https://{address}").send(a_text())
    assert outcome == Postponed(reason="no_connection_SSLError")


def test_a_redirect_is_not_followed_with_our_token() -> None:
    with a_server(saying(answer(307, {}, "Location: http://127.0.0.1:1/elsewhere"))) as address:
        outcome = a_sender(f"http://{address}").send(a_text())
    assert outcome == Postponed(reason="account_307")


def test_nothing_personal_is_logged(
    gateway: Handle, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    outgoing = a_text(body="Brolly secret words")
    with sending_to(gateway) as sender:
        sender.send(outgoing)
    with sending_to(gateway, http_sms_token="wrong") as sender:
        sender.send(outgoing)
        assert "secret words" not in repr(vars(sender))
    written = caplog.text + "".join(capsys.readouterr())
    assert "secret words" not in written
    assert outgoing.address.removeprefix("+") not in written


# Looking for what is lost


def test_what_the_gateway_never_saw_is_not_found(gateway: Handle) -> None:
    with sending_to(gateway) as sender:
        assert list(sender.find(a_text(), since=NOON)) == []


@pytest.mark.parametrize(
    "raw",
    [
        answer(404, {}),  # a wrong address, or a gateway that cannot look
        answer(404, {"code": "not_found"}),
        answer(200, {}),
        answer(200, {"state": "teleported", "message_id": "a"}),
        answer(200, {"state": "delivered"}),  # but which of two attempts?
        answer(429, {"code": "unknown_id"}),
        answer(500, {"state": "delivered"}),
    ],
)
def test_only_a_plain_answer_counts_as_a_look(raw: bytes) -> None:
    with a_server(saying(raw)) as address:
        sender = a_sender(f"http://{address}")
        with pytest.raises(ListUnavailable):
            sender.find(a_text(), since=NOON)
        sender.close()


def test_a_gateway_that_is_away_was_not_looked_at() -> None:
    with nobody() as address, pytest.raises(ListUnavailable):
        a_sender(f"http://{address}").find(a_text(), since=NOON)
