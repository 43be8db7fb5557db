"""Backups made by the program itself: in the process of a test every room is loaded already."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.dumping import UnknownTables
from tests.backups.instance import Place

ROOT = Path(__file__).parents[2]


def brolly(place: Place, *words: str) -> str:
    """Run a command as an operator does; return what it said."""
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env=os.environ | place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.usefixtures("filled")
def test_a_backup_of_the_program_itself_passes_its_own_drill(place: Place) -> None:
    apart = ("--record-keys-to", str(place.keys_folder), "--recipient", place.recipient)
    brolly(place, "backup", "--to", str(place.folder), *apart)
    opened_by = ("--record-keys", str(place.newest_keys), "--identity", str(place.identity))
    said = brolly(place, "restore", str(place.newest), *opened_by, "--drill")
    assert "Everything is as it was." in said


def test_a_table_that_this_version_does_not_know_is_named_and_nothing_is_written(
    filled: Engine, place: Place
) -> None:
    with filled.begin() as connection:
        connection.execute(text("CREATE TABLE from_tomorrow (id INT PRIMARY KEY)"))
    result = place.back_up()
    with filled.begin() as connection:
        connection.execute(text("DROP TABLE from_tomorrow"))
    assert isinstance(result.exception, UnknownTables)
    assert "from_tomorrow" in str(result.exception)
    assert not list(place.folder.iterdir())
