"""The watch over retention: the operator hears of what is held back, and of a clock that jumped."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage import retention_runs
from storage.engine import reading, writing
from storage.retention_runs import Found
from tests.workers.test_watching import OPERATOR, Postbox
from workers.operator_mail import OperatorMail
from workers.retention_watch import RetentionWatch

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def watch(engine: Engine, postbox: Postbox) -> RetentionWatch:
    return RetentionWatch(
        reading=reading(engine), writing=writing(engine), mail=OperatorMail(postbox, OPERATOR)
    )


def a_run(engine: Engine, *, held: bool, now: datetime = NOON) -> None:
    found = Found(rule="deliveries", total=1_000, due=900, held=held, ahead=[0])
    with writing(engine).begin() as session:
        run = retention_runs.begin(session, [found], now=now)
        retention_runs.end(session, run, now=now)


def test_what_is_held_back_is_told_once_with_counts_and_the_command(
    engine: Engine, watch: RetentionWatch, postbox: Postbox
) -> None:
    a_run(engine, held=False)
    watch.look(NOON)
    assert postbox.mails == []
    a_run(engine, held=True, now=NOON + DAY)
    for hours in range(3):
        watch.look(NOON + DAY + hours * HOUR)
    (mail,) = postbox.mails
    assert "deliveries: 900 of 1000" in mail.body
    assert "brolly retention run --agree NAME" in " ".join(mail.body.split())


def test_a_clock_that_jumped_is_told_once_a_day(
    engine: Engine, watch: RetentionWatch, postbox: Postbox
) -> None:
    with writing(engine).begin() as session:
        retention_runs.accept_clock(session, now=NOON)
    watch.look(NOON + HOUR)
    assert postbox.mails == []
    for hours in (0, 1, 23, 25):
        watch.look(NOON + 400 * DAY + hours * HOUR)
    assert len(postbox.mails) == 2
    assert "brolly retention accept-clock" in postbox.mails[0].body
