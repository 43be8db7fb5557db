"""The publisher: keeps the desk busy, so that blows fall while messages go out."""

import json
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from random import Random
from threading import Thread
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chaos.desk import CORRECT, DANGER, RISK
from chaos.instance import Instance
from chaos.oracle import Book, plain, read

ENOUGH_DUE = 250
MOST_ROUTINE = 90  # a digest looks at no more than a hundred
CORRECTABLE, FRESH = 6, 2  # the latest alerts, of which the very latest may have reached nobody
LOOK_SECONDS = 0.3
ALERT_IDS = "SELECT id FROM alert"


@dataclass(slots=True)
class Publisher:
    """Publishes one alert after the other, and remembers what each should bring."""

    instance: Instance
    chance: Random
    book: Book = field(default_factory=Book)
    confirmed: dict[str, int] = field(default_factory=dict)  # recipients by alert, as it said
    asked: int = 0
    _recent: deque[str] = field(default_factory=lambda: deque(maxlen=CORRECTABLE))
    _routine: int = 0
    _desk: subprocess.Popen[str] | None = None
    _listener: Thread | None = None
    _said: "SimpleQueue[str]" = field(default_factory=SimpleQueue)
    _outstanding: str = ""
    _to_read: bool = False
    _looked_at: float = 0.0

    def tend(self, *, due: int, publish: bool = True) -> None:
        """Look after it: read what was published, and publish more if little is due."""
        self._collect()
        if self._to_read and time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._look()
        if publish and not self._outstanding and due < ENOUGH_DUE:
            self._ask()

    def kill(self) -> None:
        """Kill the desk in the middle of whatever it does."""
        if self._desk is not None:
            self._desk.kill()

    def stop(self) -> None:
        """End the desk, and all that leads to it."""
        if self._desk is None:
            return
        self._desk.kill()
        self._desk.wait()
        if self._listener is not None:
            self._listener.join()
        if self._desk.stdin is not None:
            with suppress(BrokenPipeError):
                self._desk.stdin.close()
        self._desk = None

    @property
    def idle(self) -> bool:
        """Whether nothing is being published and all that was is known."""
        return not self._outstanding and not self._to_read

    def vanished(self, connection: Connection) -> int:
        """Return how many recipients were promised an alert that is not in the database."""
        there = {plain(each) for each in connection.scalars(text(ALERT_IDS))}
        return sum(number for alert, number in self.confirmed.items() if alert not in there)

    def _ask(self) -> None:
        if self._desk is None or self._desk.poll() is not None:
            self.stop()
            self._desk = self._start()
        what = self._next()
        try:
            if self._desk.stdin is not None:
                self._desk.stdin.write(f"{what}\n")
                self._desk.stdin.flush()
        except BrokenPipeError:
            return  # it was killed; there is another next time
        self._outstanding = what
        self.asked += 1

    def _next(self) -> str:
        chance = self.chance.random()
        if chance < 0.35 and len(self._recent) > FRESH:  # noqa: PLR2004 - a share
            return f"{CORRECT} {self._recent.popleft()}"
        if chance < 0.55 and self._routine < MOST_ROUTINE:  # noqa: PLR2004 - a share
            self._routine += 1
            return RISK
        return DANGER

    def _start(self) -> subprocess.Popen[str]:
        self._said = SimpleQueue()
        desk = subprocess.Popen(
            [sys.executable, "-m", "chaos.desk"],
            env=self.instance.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._listener = Thread(target=_listen, args=(desk.stdout, self._said), daemon=True)
        self._listener.start()
        return desk

    def _collect(self) -> None:
        if not self._outstanding:
            return
        try:
            self._note(json.loads(self._said.get_nowait()))
        except Empty:
            if self._desk is None or self._desk.poll() is None:
                return
        # Whatever it said of itself: it may have been killed after its commit.
        self._outstanding, self._to_read = "", True

    def _note(self, answer: dict[str, str | int]) -> None:
        if "alert" not in answer:
            return
        self.confirmed[str(answer["alert"])] = int(answer["recipients"])
        if not self._outstanding.startswith(CORRECT):
            self._recent.append(str(answer["warning"]))

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            with self.instance.engine.connect() as connection:
                read(connection, self.instance.addresses, self.book)
        except DBAPIError:
            return  # the database is away; it is asked again
        self._to_read = False


def _listen(lines: IO[str], said: "SimpleQueue[str]") -> None:
    with lines:
        for line in lines:
            said.put(line)
