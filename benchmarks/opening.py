"""Opening a sealed report: how much longer it takes than reading its rows, and giving access.

The plain read fetches the same rows and opens nothing. The sealed one begins with the sign-in's
token, as a page does, and ends with every word in plain.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.tables import Row
from checker.evaluator import LocalEvaluator
from checker.identifiers import read
from cli.keys import create_missing_keys
from config.settings import Settings
from members import actions as members
from members.model import NewAccount, Role
from reports import actions as reports
from reports.codes import new_receipt_code
from reports.model import GivenIdentifier, PersonDescribed, SafeContact, Submission
from reports.receipts import Draft
from reports.records import AdditionRow, PersonRow, ReportIdentifierRow, ReportRow
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.migrating import upgrade

RECORDS = 300
TIMES = 200
LINES = 5
PASSPHRASE = "a kettle by the open window"  # noqa: S105 - nobody's
GOAL_MS = 20.0


def measure() -> list[Row]:
    """Return what opening costs beside reading, in ms, and how fast access is given."""
    with TemporaryDirectory(prefix="brolly-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        create_missing_keys(settings)
        upgrade(settings.database)
        engine = connect(settings.database)
        with writing(engine)() as session:
            rows = _measure(session, settings)
        engine.dispose()
    return rows


def _measure(session: Session, settings: Settings) -> list[Row]:
    sealers, now = Sealers.load(settings), datetime.now(UTC)
    ruth, began = _caseworker(session, sealers, "Ruth"), time.perf_counter()
    sent = _reports(session, settings, sealers, now)
    submitting = (time.perf_counter() - began) / RECORDS * 1000
    session.commit()
    waiting = members.sign_in(session, sealers, name="Ruth", passphrase=PASSPHRASE, now=now)
    token = members.finish_second_step(session, token=waiting, now=now)
    session.commit()

    def opened(report_id: UUID) -> None:
        reader = members.reader(session, token=token, account_id=ruth)
        reports.open_report(session, reader, report_id)

    plain, sealed = _timed(session, sent, _fetch), _timed(session, sent, lambda _, id_: opened(id_))
    sol = _caseworker(session, sealers, "Sol")
    giver = members.reader(session, token=token, account_id=ruth)
    total, began = members.count_missing(session, giver, to=sol), time.perf_counter()
    while members.give_access(session, giver, to=sol):
        session.commit()
    given = total / (time.perf_counter() - began)
    return [
        {"what": "rows read, nothing opened", "ms": plain},
        {"what": "report opened, with its lines", "ms": sealed},
        {"what": "difference", "ms": sealed - plain, "goal ms": GOAL_MS},
        {"what": "report sent, to one caseworker", "ms": submitting},
        {"what": "access given", "a second": given},
    ]


def _caseworker(session: Session, sealers: Sealers, name: str) -> UUID:
    new, now = NewAccount(name=name, role=Role.CASEWORKER), datetime.now(UTC)
    made = members.create_account(session, sealers, new=new, passphrase=PASSPHRASE, now=now)
    return made.account_id


def _reports(session: Session, settings: Settings, sealers: Sealers, now: datetime) -> list[UUID]:
    evaluator = LocalEvaluator.load(
        settings.key_file("register"), settings.key_file("rotation_public")
    )
    sent = []
    for number in range(RECORDS):
        (identifier,) = read(f"07700 900{number:03}", region="GB").identifiers
        said = Submission(
            narrative="It happened. " * 200,
            people=(PersonDescribed(alias="The driver"),) * 2,
            identifiers=(
                GivenIdentifier(raw="as typed", kind=identifier.kind, value=identifier.value),
            ),
            safe_contact=SafeContact(how="in the mornings"),
        )
        draft, code = Draft(submission=said), new_receipt_code()
        receipt = reports.submit(session, sealers, evaluator, draft, code=code, now=now)
        sent.append(receipt.report_id)
    for line in range(LINES):
        for report_id in sent:
            reports.add_note(session, sealers, report_id, f"Note {line}", by=_any(session), now=now)
    return sent


def _any(session: Session) -> UUID:
    return members.caseworkers_with_keys(session)[0].account_id


def _fetch(session: Session, report_id: UUID) -> None:
    session.get(ReportRow, report_id)
    for table in (PersonRow, ReportIdentifierRow, AdditionRow):
        session.scalars(select(table).where(table.report_id == report_id)).all()


def _timed(session: Session, sent: list[UUID], run: Callable[[Session, UUID], None]) -> float:
    """Return the median of opening one report after another, in ms."""
    took = []
    for at in range(TIMES):
        session.expunge_all()
        began = time.perf_counter()
        run(session, sent[at % len(sent)])
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
