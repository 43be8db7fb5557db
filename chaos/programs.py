"""The programs of an instance: started, killed with all below them, stopped and continued."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

GRACE_SECONDS = 20.0


@dataclass(slots=True, kw_only=True)
class Program:
    """A program that may be killed at any moment and started again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    account: Mapping[str, Any] = field(default_factory=dict)
    stop_by: signal.Signals = signal.SIGTERM
    _child: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start it unless it runs."""
        if self.alive:
            return
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603 - a program of our own
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.account,
            )

    def kill(self) -> None:
        """End it and everything below it at once: SIGKILL, nothing is tidied up."""
        if self._child is None:
            return
        for pid in self.halt():
            _signal(pid, signal.SIGKILL)
        self._child.wait()

    def kill_one(self, chance: Random) -> None:
        """End one of the processes below it; it may start another."""
        below = self._tree()[1:]
        if below:
            _signal(chance.choice(below), signal.SIGKILL)

    def halt(self) -> list[int]:
        """Stop it where it is (SIGSTOP), with everything below it; return the processes."""
        if self._child is None or not self.alive:
            return []
        _signal(self._child.pid, signal.SIGSTOP)  # first, so that it starts no others
        tree = self._tree()
        for pid in tree:
            _signal(pid, signal.SIGSTOP)
        return tree

    def resume(self) -> None:
        """Let it go on where it stopped."""
        for pid in self._tree():
            _signal(pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to stop, and end it if it does not."""
        if self._child is None or not self.alive:
            return
        self.resume()
        self._child.send_signal(self.stop_by)
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _tree(self) -> list[int]:
        return _tree(self._child.pid) if self._child is not None and self.alive else []


def _tree(pid: int) -> list[int]:
    """Return a process and all below it, the first first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                # The name in brackets may hold spaces; the parent is the second word after it.
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(words[1]), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found.extend(parents.get(each, []))
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
