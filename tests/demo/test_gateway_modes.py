"""What the gateway does to senders, mode by mode, and how modes are written."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException
from twilio.rest.api.v2010.account.message import MessageInstance

from demo.gateway import Handle, running
from demo.gateway.handle import GatewayAnswer
from demo.gateway.modes import Behaviour, MailMode, Mode, NotAMode, parse_mix
from demo.gateway.segments import count_segments
from tests.demo.twilio_client import FROM, TO, client_of, the_arrival


def send(gateway: Handle, to: str = TO, *, timeout: float = 5) -> MessageInstance:
    client = client_of(gateway, timeout=timeout)
    return client.messages.create(to=to, from_=FROM, body="hello")


def assert_accepted_once(gateway: Handle) -> None:
    message = the_arrival(gateway)
    (row,) = gateway.ledger_rows()
    assert row.id == message["id"]
    assert (row.to, row.body) == (gateway.fingerprint(TO), gateway.fingerprint("hello"))


def test_hang_accepts_and_never_answers() -> None:
    with running(mode="hang") as gateway:
        with pytest.raises(requests.ReadTimeout):
            send(gateway, timeout=0.3)
        assert_accepted_once(gateway)


def test_drop_accepts_and_resets_the_connection() -> None:
    with running(mode="drop") as gateway:
        with pytest.raises(requests.ConnectionError):
            send(gateway)
        assert_accepted_once(gateway)


def test_half_close_accepts_and_answers_by_half() -> None:
    with running(mode="half_close") as gateway:
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            send(gateway)
        assert_accepted_once(gateway)


def test_500_accepts_and_says_it_failed() -> None:
    with running(mode="500") as gateway:
        with pytest.raises(TwilioRestException) as refused:
            send(gateway)
        assert (refused.value.status, refused.value.code) == (500, 20500)
        assert_accepted_once(gateway)


def test_429_accepts_nothing_and_says_when_to_come_back() -> None:
    with running(mode="429") as gateway:
        url = f"{gateway.url}/2010-04-01/Accounts/{gateway.account_sid}/Messages.json"
        credentials = (gateway.account_sid, gateway.auth_token)
        fields = {"To": TO, "From": FROM, "Body": "hello"}
        answer = requests.post(url, data=fields, auth=credentials, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (429, 20429)
        assert answer.headers["Retry-After"] == "1"
        assert gateway.messages() == []
        assert gateway.ledger_rows() == []


def test_slow_accepts_at_once_and_answers_late() -> None:
    with running(mode="slow", slow_seconds=0.4) as gateway:
        with pytest.raises(requests.ReadTimeout):
            send(gateway, timeout=0.1)
        assert_accepted_once(gateway)
        assert send(gateway).status == "queued"


def test_a_send_is_open_until_its_sender_is_answered_or_gone() -> None:
    with running(mode="slow", slow_seconds=2) as gateway:
        with ThreadPoolExecutor(1) as pool:
            answered = pool.submit(send, gateway)
            assert eventually(lambda: gateway.counts()["open"] == 1)
            assert answered.result().status == "queued"
        assert eventually(lambda: gateway.counts()["open"] == 0)
        with pytest.raises(requests.ReadTimeout):
            send(gateway, timeout=0.1)
        assert eventually(lambda: gateway.counts()["open"] == 0, seconds=1)


def eventually(found: Callable[[], bool], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not found() and time.monotonic() < deadline:
        time.sleep(0.02)
    return found()


def test_a_gateway_stops_while_requests_hang() -> None:
    with running(mode="hang") as gateway, pytest.raises(requests.ReadTimeout):
        send(gateway, timeout=0.1)
    with pytest.raises(requests.ConnectionError):
        send(gateway)


def test_the_mode_is_switched_while_it_runs() -> None:
    with running() as gateway:
        assert send(gateway).status == "queued"
        assert gateway.set_mode("429:1", callbacks="out-of-order", rate=5)["rate"] == 5
        with pytest.raises(TwilioRestException):
            send(gateway)
        assert gateway.set_mode("ok")["callbacks"] == "out_of_order"
        assert send(gateway).status == "queued"
        assert gateway.counts()["outcomes"] == {"ok": 2, "20429": 1}


@pytest.mark.parametrize("changes", [{"mode": "sideways"}, {"rate": -1}, {"speed": 3}])
def test_a_switch_that_is_not_there_is_explained(changes: dict[str, object]) -> None:
    with running() as gateway, pytest.raises(GatewayAnswer, match=r"none of|not negative|no speed"):
        gateway.set_mode(**changes)


def test_a_storm_mixes_modes() -> None:
    with running(mode="429:0.5,500:0.2,slow:0.1", slow_seconds=0) as gateway:
        for _ in range(150):
            with suppress(TwilioRestException):
                send(gateway)
        outcomes = gateway.counts()["outcomes"]
        assert outcomes.keys() == {"ok", "slow", "500", "20429"}
        assert sum(outcomes.values()) == 150
        assert len(gateway.ledger_rows()) == 150 - outcomes["20429"]


def test_a_sender_is_held_to_its_rate_in_segments() -> None:
    with running(rate=3) as gateway:
        client = client_of(gateway)
        client.messages.create(to=TO, from_=FROM, body="x" * 460)
        with pytest.raises(TwilioRestException) as refused:
            client.messages.create(to=TO, from_=FROM, body="x")
        assert (refused.value.status, refused.value.code) == (429, 20429)
        client.messages.create(to=TO, from_="Brolly", body="x")
        assert len(gateway.ledger_rows()) == 2


def test_numbers_with_an_ending_meet_an_error() -> None:
    with running(step_seconds=0) as gateway:
        gateway.set_ending("0123", 21614)
        with pytest.raises(TwilioRestException) as refused:
            send(gateway)
        assert refused.value.code == 21614
        gateway.set_ending("0123", None)
        assert send(gateway).fetch().status == "delivered"
        message = send(gateway, "+447700900998").fetch()
        assert (message.status, message.error_code) == ("undelivered", 30003)
        assert [each["error"] for each in gateway.messages()] == [30003, None]
        with pytest.raises(GatewayAnswer, match="must be one of"):
            gateway.set_ending("0123", 7)


@settings(deadline=None)
@given(st.floats(0, 1, exclude_max=True))
def test_a_mix_draws_by_its_shares(chance: float) -> None:
    mix = parse_mix(" 429:0.5, hang:0.25 ", Mode)
    expected = Mode.BUSY if chance < 0.5 else Mode.HANG if chance < 0.75 else Mode.OK
    assert mix.draw(chance) is expected
    assert str(mix) == "429:0.5,hang:0.25"


@pytest.mark.parametrize("text", ["", "429:0.6,500:0.6", "429:2", "429:x", "ok:nan", "451"])
def test_a_mix_that_cannot_be_is_explained(text: str) -> None:
    with pytest.raises(NotAMode):
        parse_mix(text, Mode)


def test_a_behaviour_reads_back_what_it_writes() -> None:
    behaviour = Behaviour(
        mode=parse_mix("drop", Mode),
        json_mode=parse_mix("slow:0.5", Mode),
        mail_mode=parse_mix("421:0.5", MailMode),
        statuses=("sent", "delivered"),
        rate=2.5,
    )
    assert Behaviour().changed(behaviour.in_words()) == behaviour
    with pytest.raises(NotAMode, match="queued, sent, delivered"):
        behaviour.changed({"statuses": "read"})


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, but the escape may not be split
        ("Ł" * 70, 1),
        ("Ł" * 71, 2),
        ("☂️" * 35, 1),
        ("😀" * 35, 1),
        ("😀" * 67, 3),  # 134 units, but 67 is odd and a pair may not be split
    ],
)
def test_segments_are_counted_as_the_network_does(body: str, segments: int) -> None:
    assert count_segments(body) == segments
