"""Engines of tests share the statements they wrote, and nothing else."""

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from messages.records import SuppressionRow
from storage.engine import connect


def test_what_one_engine_wrote_the_next_need_not_write(database_url: str) -> None:
    written: list[list[object]] = []
    for _ in range(2):
        engine = connect(database_url)
        with Session(engine) as session:
            session.scalars(select(SuppressionRow.reason).where(SuppressionRow.channel == "sms"))
        written.append([*_cache(engine).values()])
        engine.dispose()

    assert written[0] == written[1] != []


def test_an_engine_hears_nothing_of_another_and_has_connections_of_its_own(
    database_url: str,
) -> None:
    one, other = connect(database_url), connect(database_url)
    heard: list[str] = []
    event.listen(one, "before_cursor_execute", lambda *given: heard.append(given[2]))
    event.listen(one, "connect", lambda *_: heard.append("connected"))

    with other.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert (one.pool.checkedout(), other.pool.checkedout()) == (0, 1)  # type: ignore[attr-defined] # of a pool that counts
    assert heard == []
    with one.connect() as connection:
        connection.exec_driver_sql("SELECT 2")

    assert heard[0] == "connected"
    assert heard[-1] == "SELECT 2"
    for engine in (one, other):
        engine.dispose()


def _cache(engine: Engine) -> dict[object, object]:
    kept: dict[object, object] = engine.get_execution_options()["compiled_cache"]
    return kept
