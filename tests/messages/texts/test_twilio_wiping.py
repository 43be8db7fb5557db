"""What Twilio keeps of a message is wiped by the real client."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.settings import Settings
from demo.gateway import Handle, running
from messages.failover import Failover
from messages.model import Accepted, CopyOutOfReach, ReceiptState, StillOnItsWay
from messages.texts.http_json_sms import HttpJsonSms
from tests.demo.twilio_client import client_of
from tests.messages.texting import a_sender, a_text, answer, sending_to
from tests.messages.wires import a_server, saying

SECOND: dict[str, Any] = {
    "sms_second": "http",
    "http_sms_token": "t",
    "http_sms_secret": "s" * 32,
    "http_sms_from": "B",
}
NAME = "SM" + "a" * 32


@pytest.fixture
def gateway() -> Iterator[Handle]:
    with running(callbacks="suppressed", step_seconds=0) as handle:
        yield handle


def sent(gateway: Handle) -> str:
    with sending_to(gateway) as sender:
        accepted = sender.send(a_text())
    assert isinstance(accepted, Accepted)
    return accepted.provider_id


@pytest.mark.parametrize(
    ("ending", "state"), [(None, ReceiptState.DELIVERED), (30003, ReceiptState.FAILED)]
)
def test_the_words_are_wiped_and_what_became_of_the_message_is_said(
    gateway: Handle, ending: int | None, state: ReceiptState
) -> None:
    gateway.set_ending(a_text().address[-6:], ending)
    name = sent(gateway)
    with sending_to(gateway) as sender:
        said = sender.wipe(name)
    assert said is not None
    assert (said.provider_id, said.state) == (name, state)
    assert client_of(gateway).messages(name).fetch().body == ""


def test_a_message_on_its_way_is_left_alone(gateway: Handle) -> None:
    gateway.set_mode("ok", step_seconds=60)
    name = sent(gateway)
    with sending_to(gateway) as sender, pytest.raises(StillOnItsWay):
        sender.wipe(name)


@pytest.mark.parametrize("name", [NAME, "another-provider's", "SM../../Calls"])
def test_a_message_that_twilio_does_not_have_is_wiped_already(gateway: Handle, name: str) -> None:
    with sending_to(gateway) as sender:
        assert sender.wipe(name) is None


def test_the_name_of_another_providers_message_is_not_told_to_twilio() -> None:
    nowhere = a_sender("http://127.0.0.1:9", timeout=1)
    assert nowhere.wipe("another-provider's") is None
    nowhere.close()


@pytest.mark.parametrize(
    "reply",
    [answer(429, {"code": 20429}), answer(500, {}), answer(401, {"code": 20003}), b"nonsense"],
)
def test_an_answer_of_no_use_says_nothing(reply: bytes) -> None:
    with a_server(saying(reply)) as address:
        sender = a_sender(f"http://{address}")
        with pytest.raises(CopyOutOfReach) as raised:
            sender.wipe(NAME)
        sender.close()
    assert NAME not in str(raised.value)


def test_of_two_providers_the_one_that_can_wipes_it(gateway: Handle) -> None:
    name = sent(gateway)
    with sending_to(gateway) as first:
        second = HttpJsonSms(Settings(**SECOND, http_sms_url=gateway.json_url))
        said = Failover(first, second, limits=None).wipe(name)
        second.close()
    assert said is not None
    assert client_of(gateway).messages(name).fetch().body == ""
