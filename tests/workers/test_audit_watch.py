"""The watch over the audit: its end is anchored; bulk reading and a broken chain are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from storage import audit
from storage.anchors import AnchorFile
from storage.audit import READS_AN_HOUR, Auditor, Wanted
from storage.audit_chain import Act
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.workers.test_watching import OPERATOR, Postbox
from workers.audit_watch import ANCHOR_EVERY, AuditWatch
from workers.operator_mail import OperatorMail

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def auditor(engine: Engine, sealers: Sealers) -> Auditor:
    return Auditor(sealers.audit, writing(engine).begin)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def watch(engine: Engine, auditor: Auditor, postbox: Postbox, tmp_path: Path) -> AuditWatch:
    return another(engine, auditor, postbox, tmp_path)


def another(engine: Engine, auditor: Auditor, postbox: Postbox, folder: Path) -> AuditWatch:
    return AuditWatch(
        reading=reading(engine),
        writing=writing(engine),
        sealer=auditor.sealer,
        anchors=AnchorFile(folder / "audit.anchors", auditor.sealer),
        public_url="https://check.example.org",
        mail=OperatorMail(postbox, OPERATOR),
    )


def read(auditor: Auditor, count: int) -> UUID:
    reader = uuid4()
    for _ in range(count):
        auditor.record_alone(Act.REPORT_READ, by=reader, on=uuid4(), now=NOON)
    return reader


def noted(engine: Engine, auditor: Auditor, act: Act) -> list[UUID | None]:
    with Session(engine) as session:
        return [each.on_id for each in audit.entries(session, auditor.sealer, Wanted(act=act))]


def test_the_operator_hears_once_of_who_reads_more_than_anybody_should(
    engine: Engine, auditor: Auditor, watch: AuditWatch, postbox: Postbox, tmp_path: Path
) -> None:
    read(auditor, READS_AN_HOUR)
    watch.look(NOON + MINUTE)
    assert postbox.mails == []
    reader = read(auditor, READS_AN_HOUR + 1)
    for each in (watch, another(engine, auditor, postbox, tmp_path)):
        each.look(NOON + MINUTE)
        each.look(NOON + 2 * MINUTE)
    assert noted(engine, auditor, Act.BULK_READING) == [reader]
    assert len(postbox.mails) == 1
    assert "https://check.example.org/desk/audit" in postbox.mails[0].body
    assert reader.hex not in postbox.mails[0].body.replace("-", "")


def test_the_end_is_anchored_every_five_minutes(auditor: Auditor, watch: AuditWatch) -> None:
    for minutes, anchored in ((0, [1]), (4, [1]), (5, [1, 3])):
        auditor.record_alone(Act.SIGNED_IN, by=uuid4(), now=NOON)
        watch.look(NOON + minutes * MINUTE)
        assert [each.number for each in watch.anchors.marks()] == anchored
    assert ANCHOR_EVERY == 5 * MINUTE


def test_an_empty_audit_has_nothing_to_anchor(watch: AuditWatch, postbox: Postbox) -> None:
    watch.look(NOON)
    assert watch.anchors.marks() == []
    assert postbox.mails == []


def test_the_operator_hears_once_a_day_of_an_audit_that_was_cut_short(
    engine: Engine, auditor: Auditor, watch: AuditWatch, postbox: Postbox
) -> None:
    read(auditor, 3)
    watch.look(NOON)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        connection.execute(text("DELETE FROM audit_mark"))
    read(auditor, 1)
    for minutes in (5, 10, 15):
        watch.look(NOON + minutes * MINUTE)
    assert len(postbox.mails) == 1
    assert "1" in postbox.mails[0].body
    assert "3 was anchored" in postbox.mails[0].body
    watch.look(NOON + timedelta(hours=25))
    assert len(postbox.mails) == 2


def test_anchors_that_cannot_be_written_do_not_stop_the_watch(
    auditor: Auditor, watch: AuditWatch, postbox: Postbox
) -> None:
    watch.anchors.path.mkdir()
    read(auditor, READS_AN_HOUR + 1)
    watch.look(NOON)
    assert len(postbox.mails) == 1
