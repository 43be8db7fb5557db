"""Wiping by the real client: the provider forgets the words, the phone keeps them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from demo.gateway import Handle, running
from messages import actions
from messages.model import Channel, DeliveryState, Queue
from messages.providers import open_senders
from messages.records import CauseRow, ProviderCopyRow
from storage.keys import Sealers
from tests.demo.twilio_client import client_of
from tests.messages.posting import TEXTS, an_alert, committed
from workers import jobs
from workers.shift import Shift
from workers.wiping import wipe

WORDS = TEXTS[0].body


@pytest.fixture
def gateway() -> Iterator[Handle]:
    """Give a gateway whose messages arrive at once, and that posts no callbacks."""
    with running(callbacks="suppressed", step_seconds=0) as handle:
        yield handle


def a_sent_alert(shift: Shift, sealers: Sealers, recipients: int) -> UUID:
    """Send an alert and let two hours pass."""
    now = datetime.now(UTC)
    cause_id = committed(
        shift.services.engine,
        lambda session: an_alert(session, sealers, recipients, now=now, queue=Queue.ROUTINE),
    )
    jobs.drain(shift, str(cause_id), Channel.SMS)
    with shift.services.writing.begin() as session:
        session.execute(update(CauseRow).values(created_at=now - timedelta(hours=2)))
    return cause_id


def kept(gateway: Handle) -> list[str]:
    """Return the words that the provider still keeps."""
    return [str(each.body) for each in client_of(gateway).messages.list()]


def left(shift: Shift) -> int:
    with shift.services.reading() as session:
        return actions.count_copies(session)


def time_passes(shift: Shift) -> None:
    """Let what is to be tried later be due now."""
    with shift.services.writing.begin() as session:
        session.execute(
            update(ProviderCopyRow).values(next_at=datetime.now(UTC) - timedelta(seconds=1))
        )


def test_the_provider_forgets_the_words_and_the_phone_keeps_them(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    cause_id = a_sent_alert(shift, sealers, 5)
    assert kept(gateway) == [WORDS] * 5
    jobs.tidy(shift)
    assert kept(gateway) == [""] * 5
    assert [each["body"] for each in gateway.messages()] == [WORDS] * 5
    assert left(shift) == 0
    with shift.services.reading() as session:
        progress = actions.progress(session, cause_id)
    assert progress.count(DeliveryState.DELIVERED) == 5  # asked, for no callback came


def test_what_is_still_on_its_way_is_wiped_later(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    gateway.set_mode("ok", step_seconds=3600)
    a_sent_alert(shift, sealers, 2)
    jobs.tidy(shift)
    assert kept(gateway) == [WORDS] * 2
    assert left(shift) == 2
    gateway.set_mode("ok", step_seconds=0)
    wipe(shift)
    assert left(shift) == 2  # not at once
    time_passes(shift)
    wipe(shift)
    assert kept(gateway) == [""] * 2
    assert left(shift) == 0


def test_nothing_is_wiped_while_danger_waits_to_be_told_of(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    a_sent_alert(shift, sealers, 1)
    danger = committed(
        shift.services.engine,
        lambda session: an_alert(session, sealers, 1, now=datetime.now(UTC)),
    )
    jobs.tidy(shift)
    assert kept(gateway) == [WORDS]
    jobs.drain(shift, str(danger), Channel.SMS)
    wipe(shift)
    assert sorted(kept(gateway)).count("") == 1


def test_a_provider_that_cannot_be_asked_is_asked_later(
    shift: Shift, sealers: Sealers, gateway: Handle
) -> None:
    a_sent_alert(shift, sealers, 1)
    refused = open_senders(
        shift.services.settings.model_copy(update={"twilio_auth_token": "another"})
    )
    jobs.tidy(replace(shift, senders=refused))
    assert left(shift) == 1
    time_passes(shift)
    wipe(shift)
    assert kept(gateway) == [""]
