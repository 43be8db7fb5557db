"""Messages that Twilio lists: found by recipient, words and sender, by the real client."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from demo.gateway import Handle, running
from messages.model import Accepted, ListUnavailable, Receipt, ReceiptState
from tests.messages.posting import NOON
from tests.messages.texting import FROM, a_sender, a_text, answer, sending_to
from tests.messages.wires import a_server, saying


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running(callbacks="suppressed") as handle:
        yield handle


def test_a_message_is_found_by_recipient_words_and_sender(gateway: Handle) -> None:
    ours = a_text(address="+447700900321", body="An update for your area: found")
    since = datetime.now(UTC) - timedelta(minutes=1)
    with sending_to(gateway) as sender:
        accepted = sender.send(ours)
        sender.send(a_text(address=ours.address, body="Other words"))
        sender.send(a_text(address="+447700900322", body=ours.body))
        (found,) = sender.find(ours, since=since)
        assert sender.find(ours, since=since + timedelta(hours=1)) == []
    assert accepted == Accepted(provider_id=found.provider_id)
    with sending_to(gateway, twilio_from="+447700900998") as another:
        assert another.find(ours, since=since) == []


def test_a_message_of_a_service_is_found_by_it(gateway: Handle) -> None:
    ours = a_text(address="+447700900323")
    with sending_to(gateway, twilio_messaging_service_sid="MG" + "1" * 32) as sender:
        sender.send(ours)
        assert len(sender.find(ours, since=datetime.now(UTC) - timedelta(minutes=1))) == 1


def test_what_is_found_says_what_became_of_it(gateway: Handle) -> None:
    gateway.set_mode("ok", step_seconds=0)
    gateway.set_ending("900324", 30003)
    ours = a_text(address="+447700900324")
    with sending_to(gateway) as sender:
        sender.send(ours)
        (found,) = sender.find(ours, since=datetime.now(UTC) - timedelta(minutes=1))
    gateway.set_ending("900324", None)
    assert (found.state, found.reason, found.unreachable) == (
        ReceiptState.FAILED,
        "unreachable",
        True,
    )


def test_a_list_of_many_pages_is_read_to_its_end() -> None:
    first = {"messages": [], "next_page_uri": "/2010-04-01/x?Page=1"}
    last = {"messages": [{"sid": "SM1", "from": FROM, "body": a_text().body, "status": "gone"}]}
    pages = iter([answer(200, first), answer(200, last)])

    def serve(connection: socket.socket) -> None:
        for page in pages:
            connection.recv(65536)
            connection.sendall(page)

    with a_server(serve) as address:
        sender = a_sender(f"http://{address}")
        found = sender.find(a_text(), since=NOON)
        sender.close()
    assert found == [Receipt(provider_id="SM1", state=ReceiptState.ACCEPTED)]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_list_that_cannot_be_read_says_nothing(status: int) -> None:
    with a_server(saying(answer(status, {}))) as address:
        sender = a_sender(f"http://{address}")
        with pytest.raises(ListUnavailable):
            sender.find(a_text(), since=NOON)
        sender.close()
