"""Killed at any line: a backup that is not whole has no name, a restore leaves nothing or all."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select

import cli.restore
from messages.model import CauseState
from messages.records import CauseRow
from storage import dumping
from storage.engine import connect
from storage.loading import Loader
from tests.backups.instance import Place, contents
from tests.backups.test_many_restores import CHANGED


def killed(run: Callable[[], object]) -> bool:
    """Run something in a process of its own; whether it was killed."""
    child = os.fork()
    if not child:
        run()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


class Fuse:
    """Kills the process that burns it for the last time."""

    def __init__(self, length: int) -> None:
        self.left = length

    def burn(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("line", [1, 2, 40])
def test_a_backup_that_was_killed_has_no_name_and_the_next_one_is_whole(
    filled: Engine, place: Place, monkeypatch: pytest.MonkeyPatch, line: int
) -> None:
    filled.dispose()
    fuse, whole = Fuse(line), dumping.dump

    def burning(*args: Any, **named: Any) -> Iterator[bytes]:
        for each in whole(*args, **named):
            fuse.burn()
            yield each

    with monkeypatch.context() as patched:
        patched.setattr("cli.backup.dump", burning)
        assert killed(place.back_up)
    assert not list(place.folder.glob("*.age"))
    time.sleep(1)  # archives are named by the second
    result = place.back_up()
    assert result.exit_code == 0, result.output
    assert place.newest.stat().st_size  # what was left of the other goes when its days are over


@pytest.mark.parametrize("line", [1, 2, 40])
def test_a_restore_that_was_killed_leaves_nothing_and_can_be_done_again(
    filled: Engine,
    place: Place,
    elsewhere: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    line: int,
) -> None:
    assert place.back_up().exit_code == 0
    filled.dispose()
    fuse, whole, url = Fuse(line), Loader.take, elsewhere()

    def burning(loader: Loader, taken: bytes) -> None:
        fuse.burn()
        whole(loader, taken)

    with monkeypatch.context() as patched:
        patched.setattr(Loader, "take", burning)
        assert killed(lambda: place.restore(url))
    result = place.restore(url)
    assert result.exit_code == 0, result.output
    restored = connect(url)
    assert contents(restored, but=CHANGED) == contents(filled, but=CHANGED)
    restored.dispose()


def test_a_restore_that_was_killed_after_its_commit_sends_nothing_by_itself(
    filled: Engine,
    place: Place,
    elsewhere: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert place.back_up().exit_code == 0
    filled.dispose()
    fuse, url = Fuse(1), elsewhere()
    with monkeypatch.context() as patched:
        patched.setattr(cli.restore, "_put_on_record", lambda *_: fuse.burn())
        assert killed(lambda: place.restore(url))
    restored = connect(url)
    with restored.connect() as connection:
        states = set(connection.scalars(select(CauseRow.state)))
    restored.dispose()
    assert CauseState.HELD in states
    assert CauseState.OPEN not in states
