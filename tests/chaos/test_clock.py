"""The clock of the chaos harness: moments in the database move."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from chaos import clock
from messages.model import DeliveryState
from messages.records import DeliveryRow
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import an_alert, committed

HOUR = timedelta(hours=1)
NEAR = timedelta(milliseconds=2)  # SQLite's strftime rounds to milliseconds


@pytest.mark.parametrize("seconds", [600.0, -45.5])
def test_a_jump_moves_what_is_to_come(engine: Engine, sealers: Sealers, seconds: float) -> None:
    now = datetime.now(UTC)
    committed(engine, lambda session: an_alert(session, sealers, 1, now=now))
    moments = {"lease_until": now + HOUR, "look_at": now + 2 * HOUR, "next_at": now + 3 * HOUR}
    with writing(engine).begin() as session:
        session.execute(update(DeliveryRow).values(**moments, state=DeliveryState.PENDING))
    clock.jump(engine, seconds)
    with engine.connect() as connection:
        wait = clock.next_moment(connection)
        row = connection.execute(select(*(DeliveryRow.__table__.c[each] for each in moments))).one()
    for name, moment in moments.items():
        assert abs(moment - getattr(row, name) - timedelta(seconds=seconds)) < NEAR
    assert wait is not None
    assert wait < 3600 - seconds


def test_nothing_is_to_come_for_what_is_over(engine: Engine, sealers: Sealers) -> None:
    now = datetime.now(UTC)
    committed(engine, lambda session: an_alert(session, sealers, 1, now=now))
    with writing(engine).begin() as session:
        session.execute(update(DeliveryRow).values(state=DeliveryState.DELIVERED))
    with engine.connect() as connection:
        assert clock.next_moment(connection) is None
