"""The desk's list of cases: against a bare route in the same run, at 500, 5,000 and 20,000 cases.

Of a lead, who may open every case: the longest list there is. The list and the bare route are
asked in turn, one at a time at a fixed rate.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, text

from benchmarks.instance import a_server, an_instance, form_post
from benchmarks.people import signed_in
from benchmarks.plotting import plot
from benchmarks.postgresql import a_database
from benchmarks.ratios import in_turn
from benchmarks.tables import Row
from casework.model import CaseKind, CaseSource, CaseState
from casework.records import CaseAccessRow, CaseRow
from config.settings import Settings
from demo.accounts import STAFF
from members import actions as members
from members.model import Role
from reports.codes import new_reference
from storage.base import new_id
from storage.sealing import Sealed
from workers.services import Services

SIZES = (500, 5_000, 20_000)
AT_ONCE = 5_000
PLOT = Path(__file__).parent.parent / "docs" / "casework.svg"
GOAL, STATEMENTS, ROUNDS = 3, 3, 8
HOUR = timedelta(hours=1)


def measure() -> list[Row]:
    """Return a row for each size and database, and draw the plot."""
    rows = [row for name in ("SQLite", "PostgreSQL") for row in _on(name)]
    points = [(float(row["open cases"] or 0), float(row["p95, ms"] or 0)) for row in rows]
    drawn = plot(points[: len(SIZES)], across="open cases, SQLite", up="95th percentile, ms")
    PLOT.write_text(drawn, encoding="utf-8")
    return rows


def _on(name: str) -> Iterator[Row]:
    with (
        a_database(name) as chosen,
        an_instance(members=1, listed=1, **chosen) as settings,
        Services.open(settings) as services,
    ):
        lead = signed_in(services, STAFF[Role.LEAD][0], Role.LEAD).get("/desk/cases")
        owners, filled = _owners(services), 0
        for size in SIZES:
            fill(services.engine, owners, size - filled, datetime.now(UTC))
            filled = size
            yield {"database": name, "open cases": size, **_ask(settings, lead)}


def _ask(settings: Settings, page: bytes) -> Row:
    bare = form_post("/check", {"entry": "a word"})
    with a_server(settings, "bare") as bare_port, a_server(settings, "brolly") as port:
        return {
            **in_turn((bare_port, bare), [(port, page)], rounds=ROUNDS),
            "goal": GOAL,
            "statements": STATEMENTS,
        }


def _owners(services: Services) -> list[Any]:
    with services.reading() as session:
        names = members.staff_names(session, services.sealers)
        return list(names)


def fill(engine: Engine, owners: list[Any], many: int, now: datetime) -> None:
    """Write so many cases in all states that run, with what is due in the next weeks or was."""
    random = Random(many)  # noqa: S311 - not for secrets
    for start in range(0, many, AT_ONCE):
        rows = [_case(random, owners, now) for _ in range(min(AT_ONCE, many - start))]
        taken = [row for row in rows if row["assignee_id"]]
        with engine.begin() as connection:
            connection.execute(insert(CaseRow), rows)
            connection.execute(
                insert(CaseAccessRow),
                [{"case_id": row["id"], "account_id": row["assignee_id"]} for row in taken],
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _case(random: Random, owners: list[Any], now: datetime) -> dict[str, Any]:
    state = random.choice((CaseState.NEW, CaseState.OPEN, CaseState.OPEN, CaseState.WAITING))
    at = now - random.random() * 2_000 * HOUR
    return {
        "id": new_id(),
        "notes_id": new_id(),
        "reference": new_reference("C"),
        "kind": CaseKind.SUPPORT,
        "source": random.choice(list(CaseSource)),
        "state": state,
        "language": "en",
        "opened_at": at,
        "due_at": at + random.random() * 3_000 * HOUR if random.randrange(10) else None,
        "assignee_id": None if state is CaseState.NEW else random.choice(owners),
        "unanswered": not random.randrange(10),
        "person_public": secrets.token_bytes(32),
        "sealed_intake": Sealed(secrets.token_bytes(300)),
    }
