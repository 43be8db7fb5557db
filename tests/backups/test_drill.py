"""A drill tries a backup, finds what is wrong with it, and leaves nothing but its result."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, Uuid, inspect, literal, select, text
from sqlalchemy.orm import Session

from cli.doctor import backups
from cli.key_archives import backup_keys, restore_keys
from config.settings import load_settings
from reports.records import ReportRow
from storage.engine import connect, writing
from storage.notes import read_note, write_note
from storage.record_keys import count_records, shred
from storage.sealing import KeyRing
from tests.backups.instance import Place, contents


def backed_up(place: Place) -> None:
    made = place.back_up()
    assert made.exit_code == 0, made.output


def drilled(place: Place, url: str, *words: str) -> tuple[int, str]:
    result = place.restore(url, "--drill", *words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.output.split())


def test_a_whole_backup_is_well_and_nothing_is_left(
    filled: Engine, place: Place, database_url: str
) -> None:
    backed_up(place)
    before = contents(filled)
    code, said = drilled(place, database_url)
    assert code == 0, said
    assert "Everything is as it was." in said
    assert contents(filled) == before
    settings = load_settings()
    assert not (settings.data_dir / "brolly_drill").exists()
    with filled.connect() as connection:
        assert "brolly_drill" not in inspect(connection).get_schema_names()
    note = read_note(settings.data_dir, "drill")
    assert note
    assert note.well


@pytest.mark.usefixtures("filled")
def test_the_doctor_says_when_the_last_drill_was(place: Place, database_url: str) -> None:
    backed_up(place)
    drilled(place, database_url)
    found = {each.subject: each for each in backups(load_settings())}
    assert found["last drill"].detail == f"today, {place.newest.name}"
    assert not found["last drill"].trouble
    note = read_note(load_settings().data_dir, "drill")
    assert note
    write_note(load_settings().data_dir, "drill", replace(note, at=note.at - timedelta(days=101)))
    assert "101 days ago: run `brolly restore --drill`" in str(list(backups(load_settings())))


def test_what_was_shredded_since_stays_unreadable(
    filled: Engine, place: Place, database_url: str, elsewhere: Callable[[], str]
) -> None:
    backed_up(place)
    old = place.newest.rename(place.folder / "old.age")
    with writing(filled).begin() as session:
        report_id = session.scalars(select(ReportRow.id).limit(1)).one()
        shred(session, [report_id])
    place.newest_keys.unlink()
    backed_up(place)
    code, said = drilled(place, database_url)
    assert code == 0, said
    assert " 1 shredded" in said
    url = elsewhere()
    assert place.restore(url, file=old).exit_code == 0
    engine = connect(url)
    with Session(engine) as session:
        assert session.get(ReportRow, report_id)
        assert count_records(session, select(literal(report_id, Uuid()).label("id"))) == (0, 1)
    engine.dispose()


SWAPPED = (
    "UPDATE contact SET sealed_address ="
    " (SELECT other.sealed_address FROM contact AS other WHERE other.id <> contact.id LIMIT 1)"
)


@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("UPDATE audit_entry SET act = 'exported' WHERE number = 1", "audit │ wrong"),
        ("DELETE FROM audit_entry WHERE number = 2", "audit │ wrong"),
        (SWAPPED, "sealed values │ wrong"),
        ("UPDATE register_entry SET entry = tag", "register │ wrong"),
    ],
)
def test_what_was_wrong_when_it_was_backed_up_is_found(
    filled: Engine, place: Place, database_url: str, statement: str, subject: str
) -> None:
    with filled.begin() as connection:
        connection.execute(text(statement))
    backed_up(place)
    code, said = drilled(place, database_url)
    assert code == 1
    assert subject in said


@pytest.mark.usefixtures("filled")
def test_key_files_that_are_not_the_ones_are_found(
    place: Place, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(place)
    KeyRing.generate(tmp_path / "other.key")
    monkeypatch.setenv("BROLLY_CONTACT_KEY_FILE", str(tmp_path / "other.key"))
    code, said = drilled(place, database_url)
    assert code == 1
    assert "sealed values │ wrong" in said


@pytest.mark.usefixtures("filled")
def test_key_files_come_back_and_are_kept_apart(
    place: Place, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(place)
    to_others = ["--recipient", place.recipient, "--to"]
    for folder in (place.folder, load_settings().data_dir):
        refused = CliRunner().invoke(backup_keys, [*to_others, str(folder / "keys.age")])
        assert "keys are kept apart" in refused.output
        assert not (folder / "keys.age").exists()
    archive = tmp_path / "keys.age"
    assert CliRunner().invoke(backup_keys, [*to_others, str(archive)]).exit_code == 0
    code, said = drilled(place, database_url, "--keys", str(archive))
    assert code == 0, said
    assert "key files │ ok" in said
    monkeypatch.setenv("BROLLY_CONTACT_KEY_FILE", str(tmp_path / "back.key"))
    before = load_settings().key_file("member").read_bytes()
    words = [str(archive), "--identity", str(place.identity)]
    assert CliRunner().invoke(restore_keys, words).exit_code == 0
    assert (tmp_path / "back.key").stat().st_mode & 0o777 == 0o600
    assert load_settings().key_file("member").read_bytes() == before
    code, said = drilled(place, database_url)
    assert code == 0, said
