"""Callbacks of the JSON gateway: signed ones count, others change nothing."""

import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from config.settings import Settings
from messages import pages
from messages.model import DeliveryState, Receipt, ReceiptState
from messages.texts.http_json_sms import read_callback, read_receipt, signature
from messages.texts.provider_http import NotGenuine
from storage.base import new_id
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.posting import an_alert, sending, the_row
from web.app import create_app
from workers.services import Services

PUBLIC = "https://check.example.org"
SECRET = "a secret of callbacks"
ID = UUID(int=7)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"message_id": "a", "state": "accepted", "code": "filtered"},
            Receipt(provider_id="http-a", state=ReceiptState.ACCEPTED),
        ),
        ({"state": "delivered"}, Receipt(provider_id="", state=ReceiptState.DELIVERED)),
        (
            {"message_id": "a", "state": "failed", "code": "unreachable"},
            Receipt(
                provider_id="http-a",
                state=ReceiptState.FAILED,
                reason="unreachable",
                unreachable=True,
            ),
        ),
        (
            {"message_id": "a", "state": "failed", "code": "bad_number"},
            Receipt(
                provider_id="http-a",
                state=ReceiptState.FAILED,
                reason="bad_number",
                bad_address=True,
            ),
        ),
        (
            {"message_id": "a", "state": "failed", "code": "opted_out"},
            Receipt(
                provider_id="http-a", state=ReceiptState.FAILED, reason="opted_out", opted_out=True
            ),
        ),
        (
            {"message_id": "a", "state": "failed", "code": "filtered"},
            Receipt(
                provider_id="http-a", state=ReceiptState.FAILED, reason="filtered", filtered=True
            ),
        ),
        (
            {"message_id": "a", "state": "failed", "code": "<script>"},
            Receipt(provider_id="http-a", state=ReceiptState.FAILED, reason="failed"),
        ),
        ({"message_id": "a", "state": "teleported"}, None),
        ({"message_id": "a", "state": ["failed"]}, None),
        ({"message_id": "a"}, None),
    ],
)
def test_each_state_means_what_the_operations_page_says(
    said: Mapping[str, Any], expected: Receipt | None
) -> None:
    assert read_receipt(said) == expected


def a_callback(delivery_id: UUID, state: str = "delivered", **others: str) -> bytes:
    fields = {"id": str(delivery_id), "message_id": "a", "state": state, **others}
    return json.dumps(fields).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


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
        http_sms_secret=SECRET,
    )
    with Services.open(settings) as services:
        yield create_app(services, (pages.pages,)).test_client()


def post(client: FlaskClient, path: str, body: bytes, signature: str | None) -> int:
    headers = {} if signature is None else {"X-Signature-256": signature}
    sent = client.post(path, data=body, headers=headers, content_type="application/json")
    return sent.status_code


def state_of(engine: Engine, delivery_id: UUID) -> tuple[str, str | None]:
    with reading(engine)() as session:
        row = the_row(session, delivery_id)
        return row.state, row.provider_id


def test_a_signed_callback_moves_its_delivery(
    client: FlaskClient, engine: Engine, delivery_id: UUID
) -> None:
    path, body = f"/webhooks/http-sms/{delivery_id}", a_callback(delivery_id)
    for _ in range(2):  # a replay is harmless
        assert post(client, path, body, signed(body)) == 204
        assert state_of(engine, delivery_id) == (DeliveryState.DELIVERED, "http-a")


@pytest.mark.parametrize("forgery", ["missing", "empty", "other secret", "other body", "not ASCII"])
def test_what_is_not_signed_for_us_changes_nothing(
    client: FlaskClient, engine: Engine, delivery_id: UUID, forgery: str
) -> None:
    body = a_callback(delivery_id)
    given = {
        "missing": None,
        "empty": "",
        "other secret": signed(body, "guess"),
        "other body": signed(a_callback(delivery_id, "failed")),
        "not ASCII": "sha256=ü",
    }[forgery]
    assert post(client, f"/webhooks/http-sms/{delivery_id}", body, given) == 403
    assert state_of(engine, delivery_id) == (DeliveryState.SENDING, None)


def test_a_callback_cannot_be_turned_on_another_delivery(
    client: FlaskClient, engine: Engine, delivery_id: UUID
) -> None:
    body = a_callback(new_id(), "failed")
    assert post(client, f"/webhooks/http-sms/{delivery_id}", body, signed(body)) == 403
    assert state_of(engine, delivery_id) == (DeliveryState.SENDING, None)


def test_a_callback_for_nothing_we_know_is_taken_quietly(client: FlaskClient) -> None:
    body = a_callback(ID)
    assert post(client, f"/webhooks/http-sms/{ID}", body, signed(body)) == 204


def test_a_state_of_the_future_is_taken_quietly(
    client: FlaskClient, engine: Engine, delivery_id: UUID
) -> None:
    body = a_callback(delivery_id, "teleported")
    assert post(client, f"/webhooks/http-sms/{delivery_id}", body, signed(body)) == 204
    assert state_of(engine, delivery_id) == (DeliveryState.SENDING, None)


def test_a_provider_that_nobody_knows_has_no_callbacks(client: FlaskClient) -> None:
    body = a_callback(ID)
    assert post(client, f"/webhooks/pigeon-sms/{ID}", body, signed(body)) == 404


def test_without_a_secret_of_our_own_nothing_is_genuine() -> None:
    body = a_callback(ID)
    with pytest.raises(NotGenuine):
        read_callback(Settings(), ID, body, {"X-Signature-256": signed(body, "")})


def test_the_signature_is_the_one_that_the_operations_page_names() -> None:
    """Test case 2 of RFC 4231."""
    expected = b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature("Jefe", b"what do ya want for nothing?") == expected
