"""`brolly audit verify`: what an operator reads."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from storage import audit
from storage.anchors import AnchorFile
from storage.audit import Auditor
from storage.audit_chain import Act
from storage.commands import audit as command
from storage.engine import writing
from storage.keys import Sealers

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def anchors(
    engine: Engine,
    sealers: Sealers,
    tmp_path: Path,
    keys: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> AnchorFile:
    """Give the anchors of an instance with three entries, of which the last is anchored."""
    file = AnchorFile(tmp_path / "audit.anchors", sealers.audit)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(keys))
    monkeypatch.setenv("BROLLY_DATABASE_URL", database_url)
    monkeypatch.setenv("BROLLY_AUDIT_ANCHOR_FILE", str(file.path))
    auditor = Auditor(sealers.audit, writing(engine).begin)
    for _ in range(3):
        auditor.record_alone(Act.REPORT_READ, by=uuid4(), on=uuid4(), now=NOON)
    with Session(engine) as session:
        head = audit.head(session)
    assert head
    file.append(head, now=NOON)
    return file


@pytest.mark.usefixtures("anchors")
def test_an_audit_that_nobody_touched_is_counted() -> None:
    result = CliRunner().invoke(command, ["verify"])
    assert result.output == "Entries as they were written: 3. Anchors passed: 1.\n"
    assert result.exit_code == 0


@pytest.mark.usefixtures("anchors")
def test_one_that_was_changed_says_where(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET on_id = NULL WHERE number = 2"))
    result = CliRunner().invoke(command, ["verify"])
    assert "The audit is not what was written: entry 2 was changed." in result.output
    assert result.exit_code == 1


def test_anchors_that_were_changed_say_so(anchors: AnchorFile) -> None:
    anchors.path.write_text(anchors.path.read_text().replace("3 ", "2 ", 1))
    result = CliRunner().invoke(command, ["verify"])
    assert "line 1 of audit.anchors was changed" in result.output
    assert result.exit_code == 1
