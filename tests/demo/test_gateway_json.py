"""The gateway's second provider: JSON, signed callbacks, modes of its own, the same ledger."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests

from config.settings import Settings
from demo.gateway import Handle, running
from demo.gateway.modes import Behaviour
from messages.texts.http_json_sms import read_callback
from tests.messages.wires import a_server

TO, FROM = "+447700900123", "Brolly"
DELIVERY = UUID(int=7)
SECONDS = 20


def ask(gateway: Handle, *, token: str | None = None, **changes: Any) -> requests.Response:
    asked = {"id": str(uuid4()), "to": TO, "from": FROM, "text": "hello"} | changes
    return requests.post(
        gateway.json_url,
        json={name: value for name, value in asked.items() if value is not None},
        headers={"Authorization": f"Bearer {token or gateway.auth_token}"},
        timeout=SECONDS,
    )


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running(step_seconds=0) as handle:
        yield handle


@contextmanager
def an_ear(heard: list[tuple[str, bytes]], *, refusals: int = 0) -> Iterator[str]:
    """Hear callbacks: the signature and the body of each; refuse the first few."""

    def hear(connection: socket.socket) -> None:
        nonlocal refusals
        text = b""
        while b"\r\n\r\n" not in text:
            text += connection.recv(65536)
        head, _, body = text.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        signature = re.search(rb"x-signature-256: (\S+)", head, re.IGNORECASE)
        assert length
        assert signature
        while len(body) < int(length[1]):
            body += connection.recv(65536)
        status = b"500" if refusals > 0 else b"204"
        refusals -= 1
        if status == b"204":
            heard.append((signature[1].decode(), body))
        connection.sendall(b"HTTP/1.1 " + status + b" x\r\nContent-Length: 0\r\n\r\n")

    with a_server(hear) as address:
        yield f"http://{address}/webhooks/http-sms/"


def wait_for(heard: list[tuple[str, bytes]], count: int) -> list[dict[str, str]]:
    until = monotonic() + SECONDS
    while len(heard) < count and monotonic() < until:
        sleep(0.01)
    return [json.loads(body) for _, body in heard]


def test_callbacks_follow_a_message_and_are_tried_again(gateway: Handle) -> None:
    heard: list[tuple[str, bytes]] = []
    with an_ear(heard, refusals=1) as url:
        taken = ask(gateway, id=str(DELIVERY), callback=f"{url}{DELIVERY}").json()
        said = wait_for(heard, 3)
    assert [each["state"] for each in said] == ["accepted", "accepted", "delivered"]
    assert {(each["id"], each["message_id"]) for each in said} == {
        (str(DELIVERY), taken["message_id"])
    }
    for signature, body in heard:  # as the service reads it
        settings = Settings(http_sms_secret=gateway.auth_token)
        receipt = read_callback(settings, DELIVERY, body, {"X-Signature-256": signature})
        assert receipt is not None
        assert receipt.provider_id == f"http-{taken['message_id']}"


def test_what_cannot_be_delivered_is_reported_after_acceptance(gateway: Handle) -> None:
    heard: list[tuple[str, bytes]] = []
    with an_ear(heard) as url:
        taken = ask(gateway, to="+447700900998", callback=f"{url}two")
        last = wait_for(heard, 3)[-1]
    assert taken.status_code == HTTPStatus.CREATED
    assert (last["state"], last["code"]) == ("failed", "unreachable")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"to": "12"}, 422, "bad_number"),
        ({"to": "+447700900999"}, 422, "bad_number"),
        ({"text": ""}, 422, "error_21602"),
        ({"text": None}, 400, "not_understood"),
        ({"id": "x" * 65}, 400, "bad_id"),
        ({"token": "guess"}, 401, None),
    ],
)
def test_what_is_refused_says_why(
    gateway: Handle, changes: dict[str, Any], status: int, code: str | None
) -> None:
    answer = ask(gateway, **changes)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_each_provider_has_its_own_mode(gateway: Handle) -> None:
    gateway.set_mode("ok", json_mode="429")
    busy = ask(gateway)
    gateway.set_mode("429", json_mode="ok")
    taken = ask(gateway)
    gateway.set_mode("ok")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "1")
    assert taken.status_code == HTTPStatus.CREATED
    assert Behaviour().changed({"json_mode": "500:0.5"}).in_words()["json_mode"] == "500:0.5"


def test_a_full_disk_takes_nothing() -> None:
    with running(ledger=Path("/dev/full")) as gateway:
        assert ask(gateway, id="one").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert gateway.messages() == []
