"""Retiring messages: texts a week after their end, deliveries after 90 days; counts stay."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from messages import actions
from messages.model import DeliveryState
from messages.records import CauseTextRow, DeliveryRow
from storage.base import Base
from storage.keys import Sealers
from storage.retention import Rule
from tests.messages.posting import LIFE, NOON, a_cause, an_alert, everybody

DAY = timedelta(days=1)
S = DeliveryState
TEXTS, DELIVERIES = actions.retention()


def an_old_alert(session: Session, sealers: Sealers, recipients: int = 6) -> UUID:
    """Make an alert whose deliveries came to different ends."""
    cause_id = an_alert(session, sealers, recipients)
    rows = session.scalars(select(DeliveryRow).where(DeliveryRow.cause_id == cause_id)).all()
    for number, row in enumerate(rows):
        row.state = (S.DELIVERED, S.FAILED, S.UNKNOWN)[number % 3]
        row.reason = "30003" if row.state == S.FAILED else ""
        row.left_at = None if row.state == S.FAILED else NOON + timedelta(seconds=number)
        row.updated_at = NOON + timedelta(minutes=number)
        row.looks = 1 if row.state == S.UNKNOWN else 0
        row.resent = number in (0, 6)  # removed in parts that follow each other
    session.flush()
    return cause_id


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("rule", "days"), [(TEXTS, 7), (DELIVERIES, 90)], ids=["texts", "rows"])
def test_what_is_kept_goes_when_its_time_is_over_and_not_before(
    session: Session, sealers: Sealers, rule: Rule, days: int
) -> None:
    an_old_alert(session, sealers)
    ended, there = NOON + LIFE, rule.total(session)
    assert rule.kept == days * DAY
    for at in (ended, ended + days * DAY):
        assert rule.due(session, at) == 0
        assert rule.remove(session, at, 100) == 0
    then = ended + days * DAY + timedelta(seconds=1)
    assert rule.due(session, then) == there
    assert rule.remove(session, then, 100) == there
    assert rule.total(session) == rule.due(session, then) == 0


@pytest.mark.parametrize("rule", [TEXTS, DELIVERIES], ids=["texts", "rows"])
@pytest.mark.parametrize("state", [S.PENDING, S.CLAIMED, S.SENDING])
def test_nothing_goes_that_is_still_under_way(
    session: Session, sealers: Sealers, rule: Rule, state: DeliveryState
) -> None:
    an_alert(session, sealers, 2)
    session.execute(update(DeliveryRow).values(state=state))
    there = rule.total(session)
    assert rule.remove(session, NOON + 400 * DAY, 100) == 0
    assert rule.total(session) == there


def test_what_an_alert_came_to_is_known_for_good(session: Session, sealers: Sealers) -> None:
    cause_id = an_old_alert(session, sealers, 7)
    before = actions.progress(session, cause_id)
    for left in (4, 1, 0, 0):
        DELIVERIES.remove(session, NOON + 100 * DAY, 3)
        assert count(session, DeliveryRow) == left
        assert actions.progress(session, cause_id) == before
    assert before.count() == 7
    assert before.reasons == {"30003": 2}
    assert before.looked_for == 2
    assert before.resent == 2


def test_other_alerts_keep_theirs(session: Session, sealers: Sealers) -> None:
    old = an_old_alert(session, sealers)
    young = a_cause(session, sealers, now=NOON + 80 * DAY)
    actions.expand(
        session, cause_id=young, audience=everybody(), now=NOON, not_before=NOON + 80 * DAY
    )
    assert count(session, CauseTextRow) == 4
    TEXTS.remove(session, NOON + 81 * DAY, 100)
    assert set(session.scalars(select(CauseTextRow.cause_id))) == {young}
    DELIVERIES.remove(session, NOON + 91 * DAY, 100)
    assert set(session.scalars(select(DeliveryRow.cause_id))) == {young}
    assert actions.progress(session, old).count() == 6
