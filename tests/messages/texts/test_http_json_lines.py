"""The JSON sender on a line that breaks, stays silent or leads elsewhere; what it looks up."""

import logging

import pytest

from demo.gateway import Handle
from messages.model import (
    ListUnavailable,
    Postponed,
    Unknown,
)
from tests.messages.posting import NOON
from tests.messages.texts.http_json import (
    a_sender,
    a_text,
    answer,
    in_mode,
    outcome_from,
    sending_to,
)
from tests.messages.wires import a_server, nobody, reset, saying, silent


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
