"""`brolly directory`: a sheet in, whole or not at all, and out again."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.commands import directory

GOOD = "Harbour,housing,A roof.,Its own page,2026-03-01\n"
BAD = "Moor,housing,A roof.,Its own page,soon\n"
FIRST = "name,kinds,summary,source,verified_on\n"


@pytest.fixture(autouse=True)
def _instance(monkeypatch: pytest.MonkeyPatch, database_url: str, keys: Path) -> None:
    monkeypatch.setenv("BROLLY_DATABASE_URL", database_url)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(keys))


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(directory, words)


def rows(session: Session, table: str = "listing") -> int:
    """Return how many rows a table has."""
    found = session.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - ours
    session.rollback()  # or it would stand in the way of the command
    return found or 0


def test_a_sheet_is_brought_in_and_written_out(session: Session, tmp_path: Path) -> None:
    sheet, out = tmp_path / "in.csv", tmp_path / "out.csv"
    sheet.write_text(FIRST + GOOD)
    assert "line 2: added: Harbour" in run("import", str(sheet)).output
    assert rows(session) == rows(session, "audit_entry") == 1
    assert run("export", str(out)).output == "1\n"
    assert "same: 1" in run("import", str(out)).output
    assert rows(session) == 1


def test_a_look_writes_nothing(session: Session, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(FIRST + GOOD)
    found = run("import", str(sheet), "--dry-run")
    assert (found.exit_code, "Nothing was written." in found.output) == (0, True)
    assert rows(session) == 0


def test_one_line_that_is_refused_keeps_all_of_it_out(session: Session, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(FIRST + GOOD + BAD)
    found = run("import", str(sheet))
    assert "line 3: refused: verified_on: Write the day" in found.output
    assert (found.exit_code, rows(session)) == (1, 0)
    assert run("import", str(sheet), "--take-good-lines").exit_code == 0
    assert rows(session) == 1


def test_what_is_no_sheet_is_said_in_words(tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text("colour\nred\n")
    found = run("import", str(sheet))
    assert (found.exit_code, "names the columns" in found.output) == (1, True)
