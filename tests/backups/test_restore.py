"""A backup comes back as it was: all of it or nothing, into either database."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, Select, func, insert, select
from sqlalchemy.orm import Session

from alerts.records import AlertRow
from members.records import SignInRow
from messages import actions as messages
from messages.model import CauseState
from messages.records import CauseRow
from storage import audit
from storage.base import new_id
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.migrating import upgrade
from tests.backups.instance import Place, contents
from tests.servers import PostgresServer

TOUCHED = frozenset({"cause", "sign_in", "api_token", "contact_code"})  # held, and ended
RECORDED = frozenset({"audit_entry", "audit_mark"})  # that it was restored
REBUILT = frozenset({"register_state", "register_entry"})  # for Redis
BUT = TOUCHED | RECORDED | REBUILT


def backed_up(place: Place) -> None:
    made = place.back_up()
    assert made.exit_code == 0, made.output


def restored(place: Place, url: str) -> Engine:
    result = place.restore(url)
    assert result.exit_code == 0, result.output
    return connect(url)


def test_every_row_comes_back(filled: Engine, place: Place, empty_database_url: str) -> None:
    backed_up(place)
    engine = restored(place, empty_database_url)
    assert contents(engine, but=BUT) == contents(filled, but=BUT)
    engine.dispose()


def test_a_backup_of_one_database_is_restored_into_the_other(
    filled: Engine,
    place: Place,
    database_kind: str,
    postgres: PostgresServer,
    elsewhere: Callable[[], str],
) -> None:
    backed_up(place)
    url = elsewhere() if database_kind == "postgresql" else postgres.create("grown")
    engine = restored(place, url)
    assert engine.dialect.name != filled.dialect.name
    assert contents(engine, but=BUT) == contents(filled, but=BUT)
    engine.dispose()
    if database_kind == "sqlite":
        postgres.drop("grown")


def test_rows_that_point_to_others_of_their_table_come_back(
    filled: Engine, place: Place, elsewhere: Callable[[], str]
) -> None:
    with writing(filled).begin() as session:
        first = session.scalars(select(AlertRow)).one()
        values = {each.name: getattr(first, each.name) for each in AlertRow.__table__.columns}
        values |= {"id": new_id(), "cause_id": session.scalars(_other_cause(first)).first()}
        session.execute(insert(AlertRow).values({**values, "corrects_id": first.id}))
    backed_up(place)
    engine = restored(place, elsewhere())
    assert contents(engine, but=BUT)["alert"] == contents(filled, but=BUT)["alert"]
    engine.dispose()


def _other_cause(alert: AlertRow) -> Select[UUID]:
    return select(CauseRow.id).where(CauseRow.id != alert.cause_id)


def test_what_was_due_is_held_and_nobody_is_signed_in(
    filled: Engine, place: Place, empty_database_url: str
) -> None:
    now = datetime.now(UTC)
    with Session(filled) as session:
        assert messages.due(session, now=now)
        assert session.scalar(select(func.count()).select_from(SignInRow)) == 1
    backed_up(place)
    engine = restored(place, empty_database_url)
    with Session(engine) as session:
        assert messages.due(session, now=now) == []
        assert set(session.scalars(select(CauseRow.state))) == {CauseState.HELD}
        assert session.scalar(select(func.count()).select_from(SignInRow)) == 0
    engine.dispose()


def test_the_audit_goes_on_from_the_backup(
    filled: Engine, place: Place, sealers: Sealers, elsewhere: Callable[[], str]
) -> None:
    with Session(filled) as session:
        before = audit.verify(session, sealers.audit)
    backed_up(place)
    engine = restored(place, elsewhere())
    with Session(engine) as session:
        assert audit.verify(session, sealers.audit) == before + 1
        assert audit.entries(session, sealers.audit, audit.Wanted())[0].act == "restored"
    engine.dispose()


def test_a_database_with_rows_is_refused(filled: Engine, place: Place, database_url: str) -> None:
    backed_up(place)
    before = contents(filled)
    result = place.restore(database_url)
    assert result.exit_code == 1
    assert "the database is not empty" in result.output
    assert contents(filled) == before


def test_tables_of_another_version_that_are_empty_are_brought_to_the_backups(
    filled: Engine, place: Place, empty_database_url: str
) -> None:
    backed_up(place)
    upgrade(empty_database_url, "0009")
    engine = restored(place, empty_database_url)
    assert contents(engine, but=BUT) == contents(filled, but=BUT)
    engine.dispose()
