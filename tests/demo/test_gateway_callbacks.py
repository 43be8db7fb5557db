"""Status callbacks and inbound texts: signed as Twilio signs, in every disorder."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from time import sleep

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest.api.v2010.account.message import MessageInstance

from demo.gateway import Handle, running
from demo.gateway.arrivals import Arrival
from demo.gateway.callbacks import Webhooks
from demo.gateway.handle import GatewayAnswer
from demo.gateway.modes import Behaviour, Callbacks
from tests.demo.twilio_client import FROM, TO, Ear, client_of, listening

DELIVERY = "018f8a2e-7c1b-4c9a-9d53-2f6a1f3b4c5d"


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as ear:
        yield ear


def send(gateway: Handle, ear: Ear, to: str = TO) -> MessageInstance:
    callback = f"{ear.url}/receipts/twilio?delivery={DELIVERY}&note=caf%C3%A9"
    return client_of(gateway).messages.create(
        to=to, from_=FROM, body="hello", status_callback=callback
    )


def test_callbacks_follow_the_message_to_its_delivery_and_are_signed(ear: Ear) -> None:
    with running(step_seconds=0) as gateway:
        message = send(gateway, ear)
        heard = ear.wait_for(3)
        assert ear.statuses() == ["queued", "sent", "delivered"]
        for each in heard:
            assert each.is_signed_with(gateway.auth_token)
            assert not each.is_signed_with("another token")
            assert each.fields["MessageSid"] == message.sid
            assert each.fields["AccountSid"] == gateway.account_sid
            assert (each.fields["To"], each.fields["From"]) == (TO, FROM)
            assert each.url.endswith(f"?delivery={DELIVERY}&note=caf%C3%A9")


def test_an_unreachable_number_is_reported_after_acceptance(ear: Ear) -> None:
    with running(step_seconds=0) as gateway:
        send(gateway, ear, "+447700900998")
        last = ear.wait_for(3)[-1].fields
        assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")


@pytest.mark.parametrize(
    ("callbacks", "statuses"),
    [
        ("duplicate", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("out_of_order", ["delivered", "sent", "queued"]),
        ("late", ["queued", "sent", "delivered"]),
    ],
)
def test_callbacks_come_in_the_chosen_disorder(
    ear: Ear, callbacks: str, statuses: list[str]
) -> None:
    with running(step_seconds=0, late_seconds=0.2, callbacks=callbacks) as gateway:
        send(gateway, ear)
        ear.wait_for(len(statuses))
        assert ear.statuses() == statuses


def test_late_callbacks_wait(ear: Ear) -> None:
    with running(step_seconds=0, late_seconds=60, callbacks="late") as gateway:
        assert send(gateway, ear).fetch().status == "delivered"
        assert gateway.counts()["callbacks"] == {"waiting": 1}
    assert ear.heard == []


def test_suppressed_callbacks_never_come_but_the_message_arrives(ear: Ear) -> None:
    with running(step_seconds=0, callbacks="suppressed") as gateway:
        assert send(gateway, ear).fetch().status == "delivered"
        assert gateway.counts()["callbacks"] == {"waiting": 0}
    assert ear.heard == []


def test_only_chosen_statuses_are_posted(ear: Ear) -> None:
    with running(step_seconds=0, statuses="delivered") as gateway:
        send(gateway, ear)
        send(gateway, ear, "+447700900998")
        ear.wait_for(2)
        assert set(ear.statuses()) == {"delivered", "undelivered"}


@pytest.mark.parametrize("mode", ["hang", "drop", "500", "half_close"])
def test_messages_without_an_answer_have_callbacks(ear: Ear, mode: str) -> None:
    with running(mode=mode, step_seconds=0) as gateway:
        with pytest.raises((OSError, TwilioRestException)):
            client_of(gateway, timeout=0.2).messages.create(
                to=TO, from_=FROM, body="hello", status_callback=ear.url
            )
        ear.wait_for(3)


def test_a_callback_that_fails_is_posted_again_in_order(ear: Ear) -> None:
    ear.refusals_to_give = 1
    with running(step_seconds=0) as gateway:
        send(gateway, ear)
        ear.wait_for(3)
        assert ear.statuses() == ["queued", "sent", "delivered"]
        assert gateway.counts()["callbacks"]["refused"] == 1


def test_a_callback_nobody_answers_is_counted() -> None:
    with running(step_seconds=0) as gateway, listening() as ear:
        gone = ear.url
    with running(step_seconds=0) as gateway:
        client_of(gateway).messages.create(to=TO, from_=FROM, body="hello", status_callback=gone)
        while not gateway.counts()["callbacks"].get("unanswered"):
            sleep(0.01)
        assert gateway.counts()["callbacks"]["waiting"] == 1


def test_callbacks_beyond_the_bound_are_dropped_and_counted() -> None:
    late = Behaviour(callbacks=Callbacks.LATE)

    async def announce_three() -> tuple[int, dict[str, int]]:
        webhooks = Webhooks("AC1", "token", most_waiting=2)
        for number in range(3):
            webhooks.announce(an_arrival(number), late)
        await webhooks.close()
        return webhooks.waiting, dict(webhooks.counts)

    assert asyncio.run(announce_three()) == (2, {"dropped": 1})


def an_arrival(number: int) -> Arrival:
    return Arrival(
        id=f"SM{number}",
        channel="sms",
        to=TO,
        sender=FROM,
        body="hello",
        received_at=datetime.now(UTC),
        delivery=None,
        callback="http://127.0.0.1:1/",
    )


def test_callbacks_of_a_service_name_it(ear: Ear) -> None:
    service = "MG" + "1" * 32
    with running(step_seconds=0, statuses="sent") as gateway:
        client_of(gateway).messages.create(
            to=TO, messaging_service_sid=service, body="hello", status_callback=ear.url
        )
        assert ear.wait_for(1)[0].fields["MessagingServiceSid"] == service


def test_a_text_from_a_phone_is_posted_signed(ear: Ear) -> None:
    with running(inbound_url=f"{ear.url}/texts") as gateway:
        answer = gateway.text_in(sender=TO, to=FROM, body="HELP ☂")
        (heard,) = ear.wait_for(1)
        assert heard.is_signed_with(gateway.auth_token)
        assert (heard.fields["From"], heard.fields["To"]) == (TO, FROM)
        assert heard.fields["Body"] == "HELP ☂"
        assert heard.fields["MessageSid"] == answer["id"]
        assert (answer["status"], answer["reply"]) == (200, "<Response>")


@pytest.mark.parametrize("word", ["stopall", "Revoke", "OPTOUT", "end"])
def test_every_stop_word_opts_out(ear: Ear, word: str) -> None:
    with running(inbound_url=ear.url) as gateway:
        gateway.text_in(sender=TO, to=FROM, body=word)
        assert gateway.counts()["opted_out"] == 1


def test_a_text_needs_somewhere_to_go() -> None:
    with running() as gateway:
        with pytest.raises(GatewayAnswer, match="inbound_url"):
            gateway.text_in(sender=TO, to=FROM, body="HELP")
        gateway.set_mode(inbound_url="http://127.0.0.1:1/texts")
        with pytest.raises(GatewayAnswer, match="did not answer"):
            gateway.text_in(sender=TO, to=FROM, body="HELP")


def test_stop_opts_a_number_out_of_one_sender_until_start(ear: Ear) -> None:
    with running(inbound_url=ear.url) as gateway:
        gateway.text_in(sender=TO, to=FROM, body=" stop ")
        with pytest.raises(TwilioRestException) as refused:
            send(gateway, ear)
        assert refused.value.code == 21610
        client_of(gateway).messages.create(to=TO, from_="Brolly", body="hello")
        gateway.text_in(sender=TO, to=FROM, body="START")
        assert send(gateway, ear).status == "queued"
