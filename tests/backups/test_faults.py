"""What goes wrong with a backup has words, and leaves nothing half done."""

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import Engine, func, select

from cli.backup_files import name_of, remove_older
from messages.model import Queue
from messages.records import DeliveryRow
from storage.archives import (
    ArchiveProblem,
    read_archive,
    read_identities,
    read_recipients,
    write_archive,
)
from storage.base import Base
from storage.dumping import Header, Holds, dump, parts, rows, snapshot
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.loading import Differs
from storage.sealing import KeyFileError, KeyRing
from tests.backups.instance import Place
from tests.messages.posting import an_alert

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
LINES = [b"line %d" % number for number in range(100_000)]


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, Identity]:
    key, path = Identity.generate(), tmp_path / "archive.age"
    write_archive(path, iter(LINES), [key.to_public()])
    return path, key


def test_an_archive_comes_back_and_is_its_owners_alone(archive: tuple[Path, Identity]) -> None:
    path, key = archive
    found: list[bytes] = []
    read_archive(path, [key], found.append)
    assert found == LINES
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"line" not in path.read_bytes()


@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.9999])
def test_one_that_was_cut_short_says_so(archive: tuple[Path, Identity], part: float) -> None:
    path, key = archive
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ArchiveProblem, match="cut short"):
        read_archive(path, [key], print)


def test_one_that_was_changed_says_so(archive: tuple[Path, Identity]) -> None:
    path, key = archive
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)
    with pytest.raises(ArchiveProblem, match="damaged"):
        read_archive(path, [key], print)


def test_one_for_another_key_says_so(archive: tuple[Path, Identity]) -> None:
    with pytest.raises(ArchiveProblem, match="made for another key"):
        read_archive(archive[0], [Identity.generate()], print)


@contextmanager
def a_disk_with(octets: int) -> Iterator[None]:
    """Let no file grow further, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    key = Identity.generate()
    with a_disk_with(10_000), pytest.raises(ArchiveProblem, match="could not be written"):
        write_archive(tmp_path / "a.age", iter(LINES), [key.to_public()])
    assert list(tmp_path.iterdir()) == []


def test_what_fails_while_an_archive_is_made_leaves_nothing_behind(tmp_path: Path) -> None:
    def lines() -> Iterator[bytes]:
        yield from LINES
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_archive(tmp_path / "a.age", lines(), [Identity.generate().to_public()])
    assert list(tmp_path.iterdir()) == []


def test_an_age_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "age.key"
    path.write_text(str(Identity.generate()), encoding="ascii")
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="can be read by others"):
        read_identities(path)


@pytest.mark.usefixtures("filled")
def test_a_backup_that_this_instance_did_not_make_is_refused(
    place: Place, elsewhere: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.back_up().exit_code == 0
    KeyRing.generate(tmp_path / "other.key")
    monkeypatch.setenv("BROLLY_AUDIT_KEY_FILE", str(tmp_path / "other.key"))
    result = place.restore(elsewhere())
    assert isinstance(result.exception, ArchiveProblem)
    assert "its seal does not fit" in str(result.exception)


def test_a_backup_of_newer_tables_is_refused(
    filled: Engine, place: Place, elsewhere: Callable[[], str], sealers: Sealers
) -> None:
    assert place.back_up().exit_code == 0
    place.newest.unlink()
    header = Header(holds=Holds.DATABASE, revision="9999", made_at=datetime.now(UTC))
    recipients = read_recipients([place.recipient])
    with filled.connect() as connection:
        lines = dump(connection, header, [], sealers.audit, about={}, progress=lambda *_: None)
        write_archive(place.folder / name_of(Holds.DATABASE, NOW), lines, recipients)
    result = place.restore(elsewhere())
    assert result.exit_code == 1
    assert "newer version of Brolly" in result.output


def test_a_damaged_backup_leaves_a_database_that_can_be_restored_into(
    filled: Engine, place: Place, empty_database_url: str
) -> None:
    assert place.back_up().exit_code == 0
    whole = place.newest.read_bytes()
    place.newest.write_bytes(whole[:-20])
    assert isinstance(place.restore(empty_database_url).exception, ArchiveProblem)
    place.newest.write_bytes(whole)
    result = place.restore(empty_database_url)
    assert result.exit_code == 0, result.output
    engine = connect(empty_database_url)
    with engine.connect() as there, filled.connect() as here:
        count = select(func.count()).select_from(DeliveryRow)
        assert there.scalar(count) == here.scalar(count)
    engine.dispose()


@pytest.mark.usefixtures("filled")
def test_a_row_that_is_not_in_the_manifest_is_found(
    place: Place, elsewhere: Callable[[], str]
) -> None:
    assert place.back_up().exit_code == 0
    lines: list[bytes] = []
    read_archive(place.newest, read_identities(place.identity), lines.append)
    some = next(index for index, line in enumerate(lines) if line.startswith(b"["))
    place.newest.unlink()
    path = place.folder / name_of(Holds.DATABASE, NOW)
    recipients = read_recipients([place.recipient])
    write_archive(path, iter(lines[:some] + lines[some + 1 :]), recipients)
    assert isinstance(place.restore(elsewhere()).exception, Differs)


def test_what_is_written_meanwhile_is_in_whole_or_not_at_all(
    filled: Engine, sealers: Sealers, database_url: str
) -> None:
    with snapshot(database_url) as connection:
        tables = {each.name: each for each in parts(connection, Base.metadata)[Holds.DATABASE]}
        causes = list(rows(connection, tables["cause"]))
        with writing(filled).begin() as session:
            an_alert(session, sealers, 30, now=datetime.now(UTC), queue=Queue.ROUTINE)
        deliveries = list(rows(connection, tables["delivery"]))
    ids = {json.loads(line)[0] for line in causes}
    at = list(tables["delivery"].columns).index("cause_id")
    assert deliveries
    assert {json.loads(line)[at] for line in deliveries} <= ids


def test_backups_go_after_their_days_and_other_files_stay(tmp_path: Path) -> None:
    old = tmp_path / name_of(Holds.DATABASE, NOW - timedelta(days=36))
    kept = [
        tmp_path / name_of(Holds.DATABASE, NOW - timedelta(days=34)),
        tmp_path / name_of(Holds.RECORD_KEYS, NOW - timedelta(days=36)),
        tmp_path / "brolly-database-notes.age",
        tmp_path / f"copy-of-{old.name}",
    ]
    for each in (old, *kept):
        each.touch()
    assert remove_older(tmp_path, Holds.DATABASE, than=NOW - timedelta(days=35)) == 1
    assert sorted(tmp_path.iterdir()) == sorted(kept)
