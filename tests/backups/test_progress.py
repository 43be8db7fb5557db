"""Backups and restores of a large instance take minutes: their bars say how far they are."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from storage.archives import read_archive, write_archive
from tests.backups.instance import Place

Told = list[tuple[int, int]]


def is_whole(told: Told) -> bool:
    """Whether a bar only went forward, and ended at all of it."""
    return told == sorted(told) and told[-1][0] == told[-1][1] > 0


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Told]]:
    """Give the bars that were shown, and what each was told."""
    found: list[tuple[str, Told]] = []

    @contextmanager
    def counting(what: str) -> Iterator[Callable[[int, int], None]]:
        told: Told = []
        found.append((what, told))
        yield lambda done, of: told.append((done, of))

    monkeypatch.setattr("cli.backup.counting", counting)
    monkeypatch.setattr("cli.restoring.counting", counting)
    return found


@pytest.mark.usefixtures("filled")
def test_each_bar_of_a_backup_and_a_restore_ends_at_all_of_it(
    place: Place, elsewhere: Callable[[], str], bars: list[tuple[str, Told]]
) -> None:
    assert place.back_up().exit_code == 0
    assert place.restore(elsewhere()).exit_code == 0
    assert [what for what, _ in bars] == [
        *("Keys of records", "Database"),
        *("Database", "Comparing", "Keys of records", "Comparing"),
    ]
    assert all(is_whole(told) for _, told in bars)


def test_reading_an_archive_says_how_far_it_is(tmp_path: Path) -> None:
    key, path, told = Identity.generate(), tmp_path / "archive.age", Told()
    lines = (os.urandom(500).hex().encode() for _ in range(2_000))
    write_archive(path, lines, [key.to_public()])
    read_archive(path, [key], lambda _: None, lambda read, of: told.append((read, of)))
    assert is_whole(told)
    assert len({read for read, _ in told}) > 5
