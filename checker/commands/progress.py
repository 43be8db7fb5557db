"""Progress bars on standard error: for a stream of lines, and for a known number of steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

OFTEN = 1 << 16  # octets between two updates: drawing must cost nothing beside reading


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar, if standard error is a terminal; it is told how many of how many are done."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class ProgressBar:
    """Shows how far a stream is read, in octets of a known total or none."""

    def __init__(self, total: int | None) -> None:
        self._progress = Progress(
            TextColumn("Reading"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            redirect_stdout=False,
        )
        self._task = self._progress.add_task("", total=total)
        self._waiting = 0

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Draw the end and stop."""
        self._progress.advance(self._task, self._waiting)
        self._progress.stop()

    def advance(self, octets: int) -> None:
        """Move on."""
        self._waiting += octets
        if self._waiting >= OFTEN:
            self._progress.advance(self._task, self._waiting)
            self._waiting = 0
