"""Text messages by the real Twilio client over real HTTP, and what each answer means."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from demo.gateway import Handle, running
from messages.model import (
    Accepted,
    Outcome,
    Postponed,
    Refused,
    Unknown,
)
from messages.texts.twilio_sms import outcome_of
from tests.messages.posting import NOON, phone
from tests.messages.texting import FROM, SID, a_sender, a_text, answer, sending_to
from tests.messages.wires import a_server, nobody, reset, saying, silent


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running(callbacks="suppressed") as handle:
        yield handle


def outcome_from(raw: bytes) -> Outcome:
    with a_server(saying(raw)) as address:
        sender = a_sender(f"http://{address}")
        outcome = sender.send(a_text())
        sender.close()
    return outcome


def test_a_text_arrives_as_it_was_written(gateway: Handle) -> None:
    outgoing = a_text()
    with sending_to(gateway) as sender:
        outcome = sender.send(outgoing)
    (arrived,) = [
        each for each in gateway.messages("sms") if each["delivery"] == str(outgoing.delivery_id)
    ]
    assert outcome == Accepted(provider_id=arrived["id"])
    assert (arrived["to"], arrived["from"]) == (outgoing.address, FROM)
    assert arrived["body"] == outgoing.body


def test_threads_that_share_a_sender_never_mix_up_their_answers(gateway: Handle) -> None:
    texts = [a_text(address=phone(index)) for index in range(200)]
    with sending_to(gateway) as sender, ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(sender.send, texts))
    named = {each["delivery"]: each["id"] for each in gateway.messages("sms")}
    for text, outcome in zip(texts, outcomes, strict=True):
        assert outcome == Accepted(provider_id=named[str(text.delivery_id)])


def test_the_request_carries_callback_validity_and_sender() -> None:
    heard: list[bytes] = []
    outgoing = a_text(expires_at=NOON + timedelta(seconds=90))

    def listen(connection: socket.socket) -> None:
        while b"ValidityPeriod" not in b"".join(heard):
            heard.append(connection.recv(65536))
        connection.sendall(answer(201, {"sid": "SM1"}))

    with a_server(listen) as address:
        sender = a_sender(f"http://{address}/proxy", public_url="https://check.example.org")
        sender.send(outgoing)
        sender.close()
    text = b"".join(heard).decode()
    assert text.startswith(f"POST /proxy/2010-04-01/Accounts/{SID}/Messages.json HTTP/1.1")
    assert "ValidityPeriod=90" in text
    callback = f"https%3A%2F%2Fcheck.example.org%2Fwebhooks%2Fsms%2F{outgoing.delivery_id}"
    assert f"StatusCallback={callback}" in text
    assert "From=%2B447700900999" in text


@pytest.mark.parametrize(
    ("left", "expected"),
    [(timedelta(days=3), 36_000), (timedelta(0), 1), (timedelta(seconds=-5), 1)],
)
def test_the_validity_stays_within_what_the_provider_takes(left: timedelta, expected: int) -> None:
    sender = a_sender("http://127.0.0.1:9")
    assert sender._validity(NOON + left) == expected  # noqa: SLF001 - a figure nobody else sees


def test_a_messaging_service_stands_in_for_a_number(gateway: Handle) -> None:
    service = "MG" + "1" * 32
    with sending_to(gateway, twilio_messaging_service_sid=service) as sender:
        assert isinstance(sender.send(a_text()), Accepted)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, 20429, Postponed(reason="too_many_requests")),
        (400, 20429, Postponed(reason="too_many_requests")),
        (429, 21611, Postponed(reason="too_many_requests")),
        (500, 20500, Unknown(reason="status_500")),
        (503, None, Unknown(reason="status_503")),
        (400, 21610, Refused(reason="opted_out", opted_out=True)),
        (400, 21211, Refused(reason="bad_number_21211", bad_address=True)),
        (400, 21614, Refused(reason="bad_number_21614", bad_address=True)),
        (400, 30006, Refused(reason="bad_number_30006", bad_address=True)),
        (400, 30005, Refused(reason="bad_number_30005", bad_address=True)),
        (400, 30003, Refused(reason="unreachable", unreachable=True)),
        (400, 30007, Refused(reason="filtered", filtered=True)),
        (400, 21408, Refused(reason="refused_21408")),
        (422, None, Refused(reason="refused_422")),
        (401, 20003, Postponed(reason="account_20003")),
        (403, None, Postponed(reason="account_403")),
        (404, 20404, Postponed(reason="account_20404")),
        (400, 21606, Postponed(reason="account_21606")),
        (307, None, Postponed(reason="account_307")),
    ],
)
def test_each_answer_means_what_the_table_says(
    status: int, code: int | None, expected: Outcome
) -> None:
    assert outcome_of(status, code) == expected


@pytest.mark.parametrize("code", [21610, 21211, 21614, 21612])
def test_the_gateways_refusals_are_understood(gateway: Handle, code: int) -> None:
    if code == 21612:
        with sending_to(gateway) as sender:
            outcome = sender.send(a_text(body=""))
        assert outcome == Refused(reason="refused_21602")
        return
    gateway.set_ending("900777", code)
    with sending_to(gateway) as sender:
        outcome = sender.send(a_text(address="+447700900777"))
    gateway.set_ending("900777", None)
    assert outcome == outcome_of(400, code)


def test_a_wrong_token_loses_nothing(gateway: Handle) -> None:
    with sending_to(gateway, twilio_auth_token="wrong") as sender:
        assert sender.send(a_text()) == Postponed(reason="account_20003")


def test_too_many_requests_say_how_long_to_wait(gateway: Handle) -> None:
    gateway.set_mode("429")
    with sending_to(gateway) as sender:
        outcome = sender.send(a_text())
    gateway.set_mode("ok")
    assert outcome == Postponed(reason="too_many_requests", retry_after=timedelta(seconds=1))


@pytest.mark.parametrize("mode", ["drop", "500", "half_close"])
def test_accepted_and_then_broken_off_is_unknown(gateway: Handle, mode: str) -> None:
    gateway.set_mode(mode)
    with sending_to(gateway) as sender:
        outcome = sender.send(a_text())
    gateway.set_mode("ok")
    assert isinstance(outcome, Unknown)


def test_no_answer_in_time_is_unknown() -> None:
    with a_server(silent) as address:
        sender = a_sender(f"http://{address}", timeout=0.1)
        assert sender.send(a_text()) == Unknown(reason="no_answer_ReadTimeoutError")
        sender.close()


def test_nobody_there_is_worth_another_try() -> None:
    with nobody() as address:
        outcome = a_sender(f"http://{address}").send(a_text())
    assert outcome == Postponed(reason="no_connection_NewConnectionError")


def test_a_name_that_nobody_knows_is_worth_another_try() -> None:
    outcome = a_sender("http://localhost.:1").send(a_text())
    assert isinstance(outcome, Postponed)


def test_a_server_without_a_certificate_is_worth_another_try() -> None:
    with a_server(saying(b"not TLS")) as address:
        outcome = a_sender(f"https://{address}").send(a_text())
    assert outcome == Postponed(reason="no_connection_SSLError")


def test_a_reset_is_unknown() -> None:
    with a_server(reset) as address:
        outcome = a_sender(f"http://{address}").send(a_text())
    assert outcome == Unknown(reason="no_answer_ProtocolError")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{", "no_answer_IncompleteRead"),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n{", "no_answer_JSONDecodeError"),
        (answer(201, {}), "no_sid"),
    ],
)
def test_half_an_answer_is_unknown(raw: bytes, reason: str) -> None:
    outcome = outcome_from(raw)
    assert isinstance(outcome, Unknown)
    assert outcome.reason in {reason, "no_answer_ProtocolError"}


def test_an_error_in_the_newer_form_is_understood() -> None:
    problem = {"type": "x", "title": "x", "status": 400, "code": 21610}
    assert outcome_from(answer(400, problem)) == Refused(reason="opted_out", opted_out=True)


def test_an_error_page_that_is_not_twilios_is_understood() -> None:
    raw = b"HTTP/1.1 502 x\r\nContent-Length: 3\r\n\r\n<p>"
    assert outcome_from(raw) == Unknown(reason="status_502")


def test_a_date_to_wait_for_is_left_to_our_own_wait() -> None:
    raw = answer(429, {}, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT")
    assert outcome_from(raw) == Postponed(reason="too_many_requests")


def test_nothing_personal_is_logged(
    gateway: Handle, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("twilio.http_client").setLevel(logging.DEBUG)
    outgoing = a_text(body="Brolly secret words")
    with sending_to(gateway) as sender:
        sender.send(outgoing)
    with sending_to(gateway, twilio_auth_token="wrong") as sender:
        sender.send(outgoing)
    written = caplog.text + "".join(capsys.readouterr())
    assert "secret words" not in written
    assert outgoing.address.removeprefix("+") not in written


def test_the_client_remembers_nothing_of_what_it_sent(gateway: Handle) -> None:
    with sending_to(gateway) as sender:
        sender.send(a_text(body="Brolly secret words"))
        assert "secret words" not in repr(vars(sender._http))  # noqa: SLF001 - what is kept
