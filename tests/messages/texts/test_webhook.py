"""Status callbacks: signed ones count, others change nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from twilio.request_validator import RequestValidator

from config.settings import Settings
from messages import pages
from messages.model import DeliveryState, Receipt, ReceiptState
from messages.texts.twilio_webhook import is_genuine, read_receipt
from storage.base import new_id
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.posting import an_alert, sending, the_row
from web.app import create_app
from workers.services import Services

TOKEN = "loopback-token"
PUBLIC = "https://check.example.org"
SID = "SM" + "1" * 32


def a_form(status: str = "delivered", **others: str) -> dict[str, str]:
    return {"MessageSid": SID, "MessageStatus": status, "To": "+447700900000"} | others


def signed(path: str, form: Mapping[str, str], *, base: str = PUBLIC, token: str = TOKEN) -> str:
    made: str = RequestValidator(token).compute_signature(f"{base}{path}", form)
    return made


@pytest.fixture
def delivery_id(engine: Engine, sealers: Sealers) -> UUID:
    with writing(engine).begin() as session:
        _, (outgoing,) = sending(session, sealers, an_alert(session, sealers, 1))
        return outgoing.delivery_id


@pytest.fixture
def client(database_url: str, keys: Path) -> Iterator[FlaskClient]:
    settings = Settings(
        data_dir=keys,
        database_url=database_url,
        redis_url="unix:///nowhere.sock",
        public_url=PUBLIC,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token=TOKEN,
        twilio_from="Brolly",
    )
    with Services.open(settings) as services:
        yield create_app(services, (pages.pages,)).test_client()


def post(client: FlaskClient, path: str, form: Mapping[str, str], signature: str | None) -> int:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return client.post(path, data=form, headers=headers).status_code


def state_of(engine: Engine, delivery_id: UUID) -> str:
    with reading(engine)() as session:
        return the_row(session, delivery_id).state


def test_a_signed_callback_moves_its_delivery(
    client: FlaskClient, engine: Engine, delivery_id: UUID
) -> None:
    path, form = f"/webhooks/sms/{delivery_id}", a_form()
    for _ in range(2):  # a replay is harmless
        assert post(client, path, form, signed(path, form)) == 204
        assert state_of(engine, delivery_id) == DeliveryState.DELIVERED


def test_the_signature_covers_a_query_too(client: FlaskClient, delivery_id: UUID) -> None:
    path, form = f"/webhooks/sms/{delivery_id}?foo=1&bar=2", a_form()
    assert post(client, path, form, signed(path, form)) == 204


@pytest.mark.parametrize("forgery", ["missing", "empty", "other token", "other host", "other form"])
def test_what_is_not_signed_for_us_changes_nothing(
    client: FlaskClient, engine: Engine, delivery_id: UUID, forgery: str
) -> None:
    path, form = f"/webhooks/sms/{delivery_id}", a_form()
    signature = {
        "missing": None,
        "empty": "",
        "other token": signed(path, form, token="guess"),
        "other host": signed(path, form, base="http://localhost"),
        "other form": signed(path, a_form("failed")),
    }[forgery]
    assert post(client, path, form, signature) == 403
    assert state_of(engine, delivery_id) == DeliveryState.SENDING


def test_a_callback_for_nothing_we_know_is_taken_quietly(client: FlaskClient) -> None:
    path, form = f"/webhooks/sms/{new_id()}", a_form()
    assert post(client, path, form, signed(path, form)) == 204


def test_a_status_of_the_future_is_taken_quietly(
    client: FlaskClient, engine: Engine, delivery_id: UUID
) -> None:
    path, form = f"/webhooks/sms/{delivery_id}", a_form("teleported")
    assert post(client, path, form, signed(path, form)) == 204
    assert state_of(engine, delivery_id) == DeliveryState.SENDING


def test_without_a_token_of_our_own_nothing_is_genuine() -> None:
    made = signed("/x", {}, token="")
    assert not is_genuine("", url=f"{PUBLIC}/x", form={}, signature=made)
    assert is_genuine(TOKEN, url=f"{PUBLIC}/x", form={}, signature=signed("/x", {}))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("queued", "", Receipt(provider_id=SID, state=ReceiptState.ACCEPTED)),
        ("sent", "", Receipt(provider_id=SID, state=ReceiptState.ACCEPTED)),
        ("delivered", "", Receipt(provider_id=SID, state=ReceiptState.DELIVERED)),
        ("read", "30003", Receipt(provider_id=SID, state=ReceiptState.DELIVERED)),
        (
            "undelivered",
            "30003",
            Receipt(
                provider_id=SID, state=ReceiptState.FAILED, reason="unreachable", unreachable=True
            ),
        ),
        (
            "failed",
            "30006",
            Receipt(
                provider_id=SID, state=ReceiptState.FAILED, reason="landline", bad_address=True
            ),
        ),
        (
            "undelivered",
            "30007",
            Receipt(provider_id=SID, state=ReceiptState.FAILED, reason="filtered", filtered=True),
        ),
        (
            "failed",
            "21610",
            Receipt(provider_id=SID, state=ReceiptState.FAILED, reason="opted_out", opted_out=True),
        ),
        (
            "failed",
            "99999",
            Receipt(provider_id=SID, state=ReceiptState.FAILED, reason="error_99999"),
        ),
        (
            "failed",
            "<script>",
            Receipt(provider_id=SID, state=ReceiptState.FAILED, reason="failed"),
        ),
        ("teleported", "", None),
    ],
)
def test_each_status_means_what_twilio_says(
    status: str, code: str, expected: Receipt | None
) -> None:
    assert read_receipt(a_form(status, ErrorCode=code)) == expected
