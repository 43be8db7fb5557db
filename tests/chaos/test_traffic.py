"""What is under way when a blow falls; not what waits, nor what a dead worker held."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from chaos import traffic
from demo.gateway import running
from messages.model import Channel, DeliveryState
from messages.records import CauseRow, DeliveryRow
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import an_alert, committed

MINUTE = timedelta(minutes=1)
NUMBER = 4


@pytest.fixture
def now(engine: Engine, sealers: Sealers) -> datetime:
    moment = datetime.now(UTC)
    committed(engine, lambda session: an_alert(session, sealers, NUMBER, now=moment - MINUTE))
    return moment


def change(engine: Engine, number: int, **values: object) -> None:
    with writing(engine).begin() as session:
        ids: list[UUID] = list(session.scalars(select(DeliveryRow.id).limit(number)))
        session.execute(update(DeliveryRow).where(DeliveryRow.id.in_(ids)).values(**values))


def test_what_waits_out_a_backoff_or_was_stopped_is_not_due(engine: Engine, now: datetime) -> None:
    assert traffic.due(engine, 0) == NUMBER
    change(engine, 3, next_at=now + MINUTE)
    assert traffic.due(engine, 0) == 1
    with writing(engine).begin() as session:
        session.execute(update(CauseRow).values(stopped_channel=Channel.SMS))
    assert traffic.due(engine, 0) == 0


@pytest.mark.parametrize(
    ("state", "seconds", "mid_send", "mid_fan_out"),
    [
        (DeliveryState.SENDING, 1, True, True),
        (DeliveryState.SENDING, -1, False, False),
        (DeliveryState.CLAIMED, 1, False, True),
        (DeliveryState.CLAIMED, -1, False, False),
        (DeliveryState.ACCEPTED, 1, False, False),
    ],
)
def test_what_was_taken_before_the_last_blow_is_not_under_way(
    engine: Engine, now: datetime, *, state: str, seconds: int, mid_send: bool, mid_fan_out: bool
) -> None:
    change(engine, NUMBER, state=state, updated_at=now + timedelta(seconds=seconds))
    with running() as gateway:
        found = traffic.look(engine, gateway, since=now)
    assert (found.mid_send, found.mid_fan_out) == (mid_send, mid_fan_out)
