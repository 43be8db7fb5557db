"""The watch over the directory: stale listings are told once a week, whatever is restarted."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory.model import STALE
from storage.engine import reading
from storage.tallies import Tallies
from tests.directory.listings import written
from tests.workers.test_watching import OPERATOR, Postbox
from workers.listing_watch import ListingWatch
from workers.operator_mail import OperatorMail

DAY = timedelta(days=1)


@pytest.fixture
def postbox() -> Postbox:
    """Give what the operator gets."""
    return Postbox()


def a_watch(engine: Engine, redis: Redis, postbox: Postbox) -> ListingWatch:
    return ListingWatch(
        reading=reading(engine),
        tallies=Tallies(redis),
        public_url="https://check.example.org",
        time_zone="Europe/London",
        mail=OperatorMail(postbox, OPERATOR),
    )


def test_stale_listings_are_counted_in_one_mail_a_week(
    engine: Engine, session: Session, valkey_client: Redis, now: datetime, postbox: Postbox
) -> None:
    last_day = now.date() - STALE
    written(session, name="Fresh", verified_on=last_day)
    written(session, name="The Lantern", verified_on=last_day - DAY)
    written(session, name="Old", verified_on=date(2020, 1, 1))
    session.commit()
    watch = a_watch(engine, valkey_client, postbox)
    for days in (0, 0.5, 1.5, 3):
        watch.look(now + days * DAY)
    a_watch(engine, valkey_client, postbox).look(now + 4 * DAY)  # another one, or a restart
    (mail,) = postbox.mails
    assert "half a year: 2." in mail.body
    assert "https://check.example.org/desk/directory" in mail.body
    assert "Lantern" not in mail.body
    assert 6 * DAY < Tallies(valkey_client).add(["listings_stale"], life=DAY)[0].left <= 7 * DAY
    valkey_client.flushall()  # a week later
    watch.look(now + 8 * DAY)
    assert len(postbox.mails) == 2


def test_where_all_was_looked_at_nobody_is_told(
    engine: Engine, session: Session, valkey_client: Redis, now: datetime, postbox: Postbox
) -> None:
    written(session, verified_on=now.date())
    session.commit()
    watch = a_watch(engine, valkey_client, postbox)
    watch.look(now)
    assert postbox.mails == []
    watch.look(now + STALE + 2 * DAY)  # the week was not used up by saying nothing
    assert len(postbox.mails) == 1


def test_without_redis_nobody_is_told_and_it_looks_again(
    engine: Engine, session: Session, now: datetime, postbox: Postbox, scratch: Path
) -> None:
    written(session, verified_on=date(2020, 1, 1))
    session.commit()
    away = Redis(unix_socket_path=str(scratch / "nobody.sock"))
    watch = a_watch(engine, away, postbox)
    watch.look(now)
    assert postbox.mails == []
    watch.look(now + timedelta(minutes=1))
    assert postbox.mails == []
