"""The ledger: whatever was answered is on it, also after SIGKILL."""

import asyncio
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from demo.gateway import Handle, running, running_alone
from demo.gateway.ledger import Entry, Fingerprints, Ledger, LedgerNotWritten, read_ledger
from tests.demo.twilio_client import FROM, TO, client_of

SENDERS = 4
ENOUGH = 100


def an_entry(number: int) -> Entry:
    return Entry(delivery=None, channel="sms", to="a", body="b", at="now", id=str(number))


def send_until_it_dies(gateway: Handle, answered: list[str]) -> None:
    client = client_of(gateway)
    try:
        while True:
            answered.append(client.messages.create(to=TO, from_=FROM, body="hello").sid)
    except requests.ConnectionError:
        return


def test_every_answered_message_is_on_the_ledger_after_sigkill(tmp_path: Path) -> None:
    answered: list[str] = []
    with running_alone(ledger=tmp_path / "ledger.jsonl") as gateway:
        senders = [
            threading.Thread(target=send_until_it_dies, args=(gateway, answered))
            for _ in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        while len(answered) < ENOUGH:
            sleep(0.01)
        gateway.kill()
        for sender in senders:
            sender.join()
    written = [row.id for row in gateway.ledger_rows()]
    assert len(written) == len(set(written))
    assert set(answered) <= set(written)
    assert len(written) - len(answered) <= SENDERS


def test_a_ledger_goes_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        with running(ledger=tmp_path / "ledger.jsonl") as gateway:
            client_of(gateway).messages.create(to=TO, from_=FROM, body="hello")
    assert len(gateway.ledger_rows()) == 2
    assert TO not in gateway.ledger.read_text()


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(an_entry(1).line() + an_entry(2).line()[:20])
    assert read_ledger(path) == [an_entry(1)]
    write(path, [an_entry(3)])
    assert read_ledger(path) == [an_entry(1), an_entry(3)]


def test_those_who_wait_together_are_written_together(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    entries = [an_entry(number) for number in range(100)]
    write(path, entries)
    assert read_ledger(path) == entries


def test_a_ledger_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "none.jsonl") == []


@contextmanager
def room_for(size: int) -> Iterator[None]:
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def test_a_line_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    write(path, [an_entry(1)])
    with room_for(path.stat().st_size + 20), pytest.raises(LedgerNotWritten):
        write(path, [an_entry(2)])
    write(path, [an_entry(3)])
    assert path.read_text() == an_entry(1).line() + an_entry(3).line()


def test_a_gateway_does_not_start_without_its_ledger(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), running(ledger=tmp_path / "file" / "ledger.jsonl"):
        pass


def test_a_sender_is_told_when_the_disk_is_full() -> None:
    with running(ledger=Path("/dev/full")) as gateway:
        with pytest.raises(TwilioRestException) as refused:
            client_of(gateway).messages.create(to=TO, from_=FROM, body="hello")
        assert (refused.value.status, refused.value.code) == (503, 20503)
        assert gateway.messages() == []


def write(path: Path, entries: list[Entry]) -> None:
    async def promise_all() -> None:
        ledger = Ledger(path, Fingerprints("token"))
        try:
            await asyncio.gather(*(ledger.promise([entry]) for entry in entries))
        finally:
            await ledger.close()

    asyncio.run(promise_all())
