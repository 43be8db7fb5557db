"""Supervising: children forked from one parent, started again when they die, stopped in order.

Forking after everything is imported lets the children share the parent's memory. A supervisor
must stay single-threaded and hold no connection, or its children would share it.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType

import structlog

from config.logging import place_of

log = structlog.get_logger()

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10.0
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, so that none is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """A process to keep alive: its name and what it runs (until it is told to stop)."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    failures: int = 0
    due_at: float = 0.0

    def start(self) -> None:
        """Fork; the child runs and leaves without the parent's clean-up."""
        sys.stdout.flush()
        sys.stderr.flush()
        self.started_at = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_child(self.run)

    def ended(self) -> None:
        """Note the end and when to start again: at once, then with growing pauses."""
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.failures = 0 if steady else self.failures + 1
        pause = 0.0 if self.failures <= 1 else min(2.0 ** (self.failures - 2) / 2, LONGEST_PAUSE)
        self.pid, self.due_at = 0, time.monotonic() + pause


@dataclass(slots=True)
class Supervisor:
    """Keeps children alive until it is told to stop; then stops them in reverse order."""

    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def start(self, children: Iterable[Child]) -> None:
        """Start children, after those that run already."""
        gc.freeze()  # keeps shared pages shared: the collector would touch them
        for child in children:
            self.children.append(child)
            child.start()

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Start again what dies, until a signal to stop or `until` says so."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        while not self.stopping and not until():
            self.look()
            time.sleep(0.1)

    def look(self) -> None:
        """Reap what has ended and start what is due."""
        for child in self.children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                log.warning("child_ended", child=child.name, pid=child.pid)
                child.ended()
            if not child.pid and time.monotonic() >= child.due_at:
                child.start()
                log.info("child_started", child=child.name, pid=child.pid)

    def stop(self) -> None:
        """Ask each child to stop, last started first; end those that do not within the grace."""
        for child in reversed(self.children):
            _stop(child)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping = True


def _be_the_child(run: Callable[[], None]) -> None:
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to hear
    code = 1
    try:
        run()
        code = 0
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - the last frame of a process
        log.error("child_failed", error=type(error).__name__, at=place_of(error))  # noqa: TRY400 - no text
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stop(child: Child) -> None:
    if not child.pid:
        return
    os.kill(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline:
        if os.waitpid(child.pid, os.WNOHANG)[0]:
            child.pid = 0
            return
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)
    child.pid = 0
