"""Texts that people send back: STOP and START are heeded, the rest is answered and forgotten."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from demo.gateway import running
from messages import actions
from messages.model import Channel, DeliveryState, OwnWish
from messages.records import SuppressionRow
from messages.texts.inbound import WORDS, InboundText, Wish, wish_of
from storage.base import Base
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.house import (
    PUBLIC,
    TOKEN,
    opened,
    served,
    settings_for,
)
from tests.messages.posting import NOON, an_alert, phone, sending, states
from tests.servers import free_port

PATH = "/webhooks/inbound"
OURS = "+447700900999"


def a_text(body: str, *, sid: str = "SM1", sender: str = phone(0), **others: str) -> dict[str, str]:
    return {"MessageSid": sid, "From": sender, "To": OURS, "Body": body, **others}


@pytest.fixture
def client(database_url: str, keys: Path) -> Iterator[FlaskClient]:
    with opened(settings_for(keys, database_url)) as app:
        yield app.test_client()


def post(client: FlaskClient, form: Mapping[str, str]) -> TestResponse:
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}{PATH}", form)
    return client.post(PATH, data=form, headers={"X-Twilio-Signature": signature})


def reply_to(client: FlaskClient, form: Mapping[str, str]) -> str:
    answer = post(client, form)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    return "".join(fromstring(answer.get_data(as_text=True)).itertext())  # noqa: S314 - ours


def suppressed(engine: Engine) -> list[str]:
    with reading(engine)() as session:
        return list(session.scalars(select(SuppressionRow.reason)))


def everything(engine: Engine) -> dict[str, Any]:
    with reading(engine)() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


@pytest.mark.parametrize(
    "word", ["STOP", " stop ", "Stop.", "opt out", "STOP ALL", "Revoke", "END"]
)
def test_a_stop_word_stops_what_waits_for_that_phone(
    client: FlaskClient, engine: Engine, sealers: Sealers, word: str
) -> None:
    with writing(engine).begin() as session:
        cause_id = an_alert(session, sealers, 2)
    assert reply_to(client, a_text(word)) == ""  # the provider says that itself
    assert suppressed(engine) == [OwnWish.OPTED_OUT]
    with writing(engine).begin() as session:
        _, outgoing = sending(session, sealers, cause_id)
        assert [each.address for each in outgoing] == [phone(1)]
        assert states(session, cause_id)[DeliveryState.SUPPRESSED] == 1


def test_start_undoes_stop(client: FlaskClient, engine: Engine) -> None:
    post(client, a_text("STOP", sid="SM1"))
    assert reply_to(client, a_text(" start", sid="SM2")) == ""
    assert suppressed(engine) == []


def test_a_stop_without_a_name_is_heeded_each_time(client: FlaskClient, engine: Engine) -> None:
    for body in ("STOP", "START", "STOP"):
        post(client, a_text(body, sid=""))
    assert suppressed(engine) == [OwnWish.OPTED_OUT]


def test_start_of_one_phone_leaves_another_alone(client: FlaskClient, engine: Engine) -> None:
    post(client, a_text("STOP", sid="SM1"))
    post(client, a_text("START", sid="SM2", sender=phone(1)))
    assert suppressed(engine) == [OwnWish.OPTED_OUT]


@pytest.mark.parametrize("stopped_before", [True, False])
def test_start_does_not_undo_what_staff_decided(
    client: FlaskClient, engine: Engine, sealers: Sealers, *, stopped_before: bool
) -> None:
    if stopped_before:
        post(client, a_text("STOP", sid="SM1"))
    with writing(engine).begin() as session:
        actions.suppress(
            session,
            sealers.contacts,
            channel=Channel.SMS,
            address=phone(0),
            reason="staff",
            now=NOON,
        )
    post(client, a_text("STOP", sid="SM2"))
    post(client, a_text("START", sid="SM3"))
    assert suppressed(engine) == ["staff"]


def test_an_old_start_that_is_sent_again_does_not_undo_a_later_stop(
    client: FlaskClient, engine: Engine
) -> None:
    for sid, body in (("SM1", "START"), ("SM2", "STOP"), ("SM1", "START")):
        assert post(client, a_text(body, sid=sid)).status_code == 200
    assert suppressed(engine) == [OwnWish.OPTED_OUT]


def test_an_old_stop_that_is_sent_again_does_not_undo_a_later_start(
    client: FlaskClient, engine: Engine
) -> None:
    for sid, body in (("SM1", "STOP"), ("SM2", "START"), ("SM1", "STOP")):
        assert post(client, a_text(body, sid=sid)).status_code == 200
    assert suppressed(engine) == []


@pytest.mark.parametrize("body", ["HELP", "info", "Who is this?", "", "do not stop", "☂"])
def test_anything_else_is_answered_neutrally_and_forgotten(
    client: FlaskClient, engine: Engine, body: str
) -> None:
    before = everything(engine)
    reply = reply_to(client, a_text(body))
    assert PUBLIC in reply
    assert "STOP" in reply
    assert len(reply) <= 160
    for word in ("sex", "warning", "danger", "harm", "work", "Brolly"):
        assert word not in reply.replace(PUBLIC, "")
    assert everything(engine) == before


@pytest.mark.parametrize("sender", ["60777", "Parcels", "", "+12", "whatsapp:+447700900000"])
def test_a_program_is_not_answered(client: FlaskClient, sender: str) -> None:
    assert reply_to(client, a_text("hello", sender=sender)) == ""


def test_what_the_provider_took_it_for_counts(client: FlaskClient, engine: Engine) -> None:
    post(client, a_text("ARRET", OptOutType="STOP"))
    assert suppressed(engine) == [OwnWish.OPTED_OUT]


@pytest.mark.parametrize("signature", [None, "", "guess", "other host", "other words"])
def test_a_text_that_is_not_signed_for_us_changes_nothing(
    client: FlaskClient, engine: Engine, signature: str | None
) -> None:
    form = a_text("STOP")
    validator = RequestValidator(TOKEN)
    made = {
        "other host": validator.compute_signature(f"http://localhost{PATH}", form),
        "other words": validator.compute_signature(f"{PUBLIC}{PATH}", a_text("START")),
    }
    headers = {} if signature is None else {"X-Twilio-Signature": made.get(signature, signature)}
    assert client.post(PATH, data=form, headers=headers).status_code == 403
    assert suppressed(engine) == []


@given(st.sampled_from(sorted(WORDS)), st.text(" \t\n.!?\"'-", max_size=4), st.booleans())
def test_words_are_read_whatever_stands_around_them(word: str, marks: str, lower: bool) -> None:  # noqa: FBT001 - hypothesis
    body = marks.join([marks, *word, marks])
    text = InboundText(id="SM1", sender=phone(0), body=body.lower() if lower else body)
    assert wish_of(text) is WORDS[word]


@given(st.text())
def test_a_sentence_is_never_a_stop(words: str) -> None:
    text = InboundText(id="SM1", sender=phone(0), body=f"please do not stop {words}")
    assert wish_of(text) is Wish.OTHER


def test_a_text_from_the_gateways_phone_takes_the_whole_way(
    database_url: str, engine: Engine, keys: Path
) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with (
        running(inbound_url=f"{here}{PATH}") as gateway,
        opened(settings_for(keys, database_url, public_url=here)) as app,
        served(app, port),
    ):
        heard = gateway.text_in(sender=phone(0), to=OURS, body="STOP")
        assert (heard["status"], suppressed(engine)) == (200, [OwnWish.OPTED_OUT])
        assert gateway.messages("sms") == []
        gateway.text_in(sender=phone(0), to=OURS, body="START")
        assert suppressed(engine) == []
        gateway.text_in(sender=phone(0), to=OURS, body="who are you?")
        (answer,) = gateway.messages("sms")
        assert (answer["to"], answer["from"]) == (phone(0), OURS)
        assert here in answer["body"]
        assert gateway.ledger_rows() == []  # an answer is no delivery
