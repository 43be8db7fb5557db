"""The audit in the database: added to by many at once, verified, retired, searched."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from storage import audit
from storage.anchors import AnchorFile
from storage.audit import PAGE, READS_AN_HOUR, Auditor, Wanted
from storage.audit_chain import Act, Broken, Mark
from storage.audit_retiring import KEPT, retention
from storage.engine import writing
from storage.keys import Sealers

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
RUTH, SOL = uuid4(), uuid4()


@pytest.fixture
def auditor(engine: Engine, sealers: Sealers) -> Auditor:
    return Auditor(sealers.audit, writing(engine).begin)


def recorded(auditor: Auditor, count: int, *, by: UUID = RUTH, now: datetime = NOON) -> None:
    for number in range(count):
        at = now + timedelta(seconds=number)
        auditor.record_alone(Act.REPORT_READ, by=by, on=uuid4(), reason="asked", now=at)


def verified(engine: Engine, auditor: Auditor, *anchors: Mark) -> int:
    with Session(engine) as session:
        return audit.verify(session, auditor.sealer, anchors=anchors)


def tampered(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount


def test_what_was_recorded_is_verified(engine: Engine, auditor: Auditor) -> None:
    assert verified(engine, auditor) == 0
    recorded(auditor, 5)
    assert verified(engine, auditor) == 5


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entry SET act = 'signed_in' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE audit_entry SET by_id = NULL WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit_entry SET sealed_reason = NULL WHERE number = 1", "entry 1 was changed"),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is not there"),
        ("DELETE FROM audit_entry WHERE number = 5", "ends at 4, and not at 5"),
        ("DELETE FROM audit_entry", "ends at 0, and not at 5"),
        ("UPDATE audit_mark SET number = 4 WHERE name = 'head'", "the head of the chain"),
        ("UPDATE audit_mark SET number = 4 WHERE name = 'base'", "the base of the chain"),
        ("DELETE FROM audit_mark WHERE name = 'head'", "an end of the chain is gone"),
        ("DELETE FROM audit_mark", "the ends of the chain are gone"),
    ],
)
def test_a_change_in_the_database_is_found(
    engine: Engine, auditor: Auditor, statement: str, words: str
) -> None:
    recorded(auditor, 5)
    tampered(engine, statement)
    with pytest.raises(Broken, match=words):
        verified(engine, auditor)


def test_all_of_it_thrown_away_is_found_by_an_anchor(engine: Engine, auditor: Auditor) -> None:
    recorded(auditor, 2)
    with Session(engine) as session:
        anchored = audit.head(session)
    assert anchored
    tampered(engine, "DELETE FROM audit_entry")
    tampered(engine, "DELETE FROM audit_mark")
    assert verified(engine, auditor) == 0
    with pytest.raises(Broken, match="are gone"):
        verified(engine, auditor, anchored)


def test_many_who_record_at_once_make_one_chain(engine: Engine, auditor: Auditor) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: recorded(auditor, 5), range(8)))
    assert verified(engine, auditor) == 40


def test_what_was_not_committed_never_happened(engine: Engine, auditor: Auditor) -> None:
    recorded(auditor, 1)
    with writing(engine)() as session:
        auditor.record(session, Act.REPORT_READ, by=SOL, now=NOON)
        session.rollback()
    recorded(auditor, 1)
    assert verified(engine, auditor) == 2


def test_a_reason_is_sealed_and_belongs_to_its_entry(engine: Engine, auditor: Auditor) -> None:
    recorded(auditor, 2)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT sealed_reason FROM audit_entry")).scalars()
        assert not any(b"asked" in bytes(each) for each in stored)
    tampered(
        engine,
        "UPDATE audit_entry SET sealed_reason = "
        "(SELECT sealed_reason FROM audit_entry WHERE number = 1) WHERE number = 2",
    )
    with Session(engine) as session:
        found = audit.entries(session, auditor.sealer, Wanted())
    assert [each.reason for each in found] == [None, "asked"]


def test_entries_are_found_by_what_by_whom_to_what_and_when(
    engine: Engine, auditor: Auditor
) -> None:
    report = uuid4()
    auditor.record_alone(Act.REPORT_READ, by=RUTH, on=report, now=NOON)
    auditor.record_alone(Act.REPORT_VERIFIED, by=SOL, on=report, now=NOON + timedelta(hours=1))
    auditor.record_alone(Act.SIGNED_IN, by=SOL, now=NOON + timedelta(hours=2))
    searches = {
        Wanted(): [3, 2, 1],
        Wanted(act=Act.SIGNED_IN): [3],
        Wanted(by_id=SOL): [3, 2],
        Wanted(on_ids=(report,)): [2, 1],
        Wanted(on_ids=(report,), by_id=RUTH): [1],
        Wanted(on_ids=()): [],
        Wanted(since=NOON + timedelta(hours=1)): [3, 2],
        Wanted(before=3): [2, 1],
    }
    with Session(engine) as session:
        for wanted, numbers in searches.items():
            found = audit.entries(session, auditor.sealer, wanted)
            assert [each.number for each in found] == numbers, wanted


def test_a_page_of_entries_has_an_end(engine: Engine, auditor: Auditor) -> None:
    recorded(auditor, PAGE + 1)
    with Session(engine) as session:
        first = audit.entries(session, auditor.sealer, Wanted())
        rest = audit.entries(session, auditor.sealer, Wanted(before=first[-1].number))
    assert (len(first), len(rest)) == (PAGE, 1)


def readers(engine: Engine, now: datetime) -> list[UUID]:
    with Session(engine) as session:
        return audit.bulk_readers(session, now=now)


def test_cases_and_requests_count_as_reports_do(engine: Engine, auditor: Auditor) -> None:
    for act in (Act.CASE_READ, Act.REQUEST_READ):
        for _ in range(READS_AN_HOUR // 2 + 1):
            auditor.record_alone(act, by=RUTH, on=uuid4(), now=NOON)
    assert readers(engine, NOON) == [RUTH]


def test_who_reads_more_than_thirty_reports_within_an_hour_is_noticed(
    engine: Engine, auditor: Auditor
) -> None:
    recorded(auditor, READS_AN_HOUR)
    recorded(auditor, READS_AN_HOUR, by=SOL)
    later = NOON + timedelta(minutes=30)
    assert readers(engine, later) == []
    recorded(auditor, 1, now=later)
    assert readers(engine, later) == [RUTH]
    assert readers(engine, later + timedelta(hours=1)) == []


def test_the_same_report_read_again_and_again_is_one(engine: Engine, auditor: Auditor) -> None:
    report = uuid4()
    for _ in range(READS_AN_HOUR + 5):
        auditor.record_alone(Act.REPORT_READ, by=RUTH, on=report, now=NOON)
    assert readers(engine, NOON) == []


def test_who_was_noticed_is_not_noticed_again_within_the_hour(
    engine: Engine, auditor: Auditor
) -> None:
    recorded(auditor, READS_AN_HOUR + 1)
    auditor.record_alone(Act.BULK_READING, by=None, on=RUTH, now=NOON)
    assert readers(engine, NOON + timedelta(minutes=1)) == []


def test_what_is_older_than_it_is_kept_goes_and_the_rest_still_holds(
    engine: Engine, auditor: Auditor
) -> None:
    recorded(auditor, 3)
    recorded(auditor, 2, now=NOON + timedelta(days=30))
    rule, then = retention(auditor.sealer), NOON + KEPT + timedelta(days=1)
    with writing(engine).begin() as session:
        assert (rule.total(session), rule.due(session, then)) == (5, 3)
        assert [rule.remove(session, then, 2) for _ in range(3)] == [2, 1, 0]
    assert verified(engine, auditor) == 4  # two, and twice that others were retired
    with Session(engine) as session:
        kept = audit.entries(session, auditor.sealer, Wanted())
    assert [each.number for each in kept] == [7, 6, 5, 4]


# Anchors


def test_an_anchor_is_written_when_the_head_moved(
    engine: Engine, auditor: Auditor, tmp_path: Path
) -> None:
    anchors = AnchorFile(tmp_path / "audit.anchors", auditor.sealer)
    for count in (1, 2):
        recorded(auditor, 1)
        with Session(engine) as session:
            head = audit.head(session)
        assert head
        assert anchors.append(head, now=NOON)
        assert not anchors.append(head, now=NOON)
        assert [each.number for each in anchors.marks()] == list(range(1, count + 1))
    assert verified(engine, auditor, *anchors.marks()) == 2
    assert anchors.path.stat().st_mode & 0o777 == 0o600


def a_mark(number: int) -> Mark:
    return Mark(number=number, mac=bytes([number]) * 32)


def test_a_head_that_went_back_is_not_anchored(auditor: Auditor, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "audit.anchors", auditor.sealer)
    anchors.append(a_mark(7), now=NOON)
    for behind in (a_mark(6), Mark(number=7, mac=bytes(32))):
        with pytest.raises(Broken, match="7 was anchored"):
            anchors.append(behind, now=NOON)


@pytest.mark.parametrize("line", range(3))
@pytest.mark.parametrize("how", ["changed", "removed", "garbled"])
def test_a_line_of_anchors_cannot_be_changed(
    auditor: Auditor, tmp_path: Path, line: int, how: str
) -> None:
    anchors = AnchorFile(tmp_path / "audit.anchors", auditor.sealer)
    for number in range(1, 5):
        anchors.append(a_mark(number), now=NOON)
    lines = anchors.path.read_text().splitlines(keepends=True)
    lines[line] = {
        "changed": lines[line].replace(f"{line + 1} ", f"{line + 9} ", 1),
        "removed": "",
        "garbled": "?" + lines[line],
    }[how]
    anchors.path.write_text("".join(lines))
    with pytest.raises(Broken, match="was changed"):
        anchors.marks()


def test_half_a_line_that_a_crash_left_harms_nothing(auditor: Auditor, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "audit.anchors", auditor.sealer)
    anchors.append(a_mark(1), now=NOON)
    whole = anchors.path.read_text()
    anchors.append(a_mark(2), now=NOON)
    anchors.path.write_text(anchors.path.read_text()[: len(whole) + 40])
    assert [each.number for each in anchors.marks()] == [1]
    anchors.append(a_mark(3), now=NOON)
    assert [each.number for each in anchors.marks()] == [1, 3]
