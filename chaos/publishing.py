"""The publisher: keeps `brolly demo publish` busy, so that blows fall while messages go out."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chaos.instance import Instance
from chaos.oracle import Key, expectations, plain

ENOUGH_WAITING = 300
LOOK_SECONDS = 0.4
# Not what is claimed: that may be held by a worker that is no more.
WAITING = "SELECT count(*) FROM delivery WHERE state = 'pending'"
ALERT_IDS = "SELECT id FROM alert"


@dataclass(slots=True)
class Publisher:
    """Publishes one alert after the other, and remembers what each should bring."""

    instance: Instance
    expected: dict[str, set[Key]] = field(default_factory=dict)
    confirmed: dict[str, int] = field(default_factory=dict)  # recipients by alert, as it printed
    waiting: int = 0
    _running: subprocess.Popen[str] | None = None
    _to_read: bool = False
    _looked_at: float = 0.0

    def tend(self, *, publish: bool = True) -> None:
        """Look after it: read what was published, and publish more if little waits."""
        self._collect()
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        try:
            with self.instance.engine.connect() as connection:
                self._read(connection)
                self.waiting = connection.scalar(text(WAITING)) or 0
        except DBAPIError:
            return  # the database is away; it is asked again
        if publish and self._running is None and self.waiting < ENOUGH_WAITING:
            self._start()

    def kill(self) -> None:
        """Kill the command in the middle of whatever it does."""
        if self._running is not None:
            self._running.kill()

    @property
    def idle(self) -> bool:
        """Whether nothing is being published and all that was is known."""
        return self._running is None and not self._to_read

    def vanished(self, connection: Connection) -> int:
        """Return how many recipients were promised an alert that is not in the database."""
        there = {plain(each) for each in connection.scalars(text(ALERT_IDS))}
        return sum(number for alert, number in self.confirmed.items() if alert not in there)

    def _start(self) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-m", "cli", "demo", "publish"],
            env=self.instance.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _collect(self) -> None:
        if self._running is None or self._running.poll() is None:
            return
        said, _ = self._running.communicate()
        if self._running.returncode == 0:
            # Its last line: before it there may be warnings, such as of Redis being away.
            printed: Mapping[str, object] = json.loads(said.splitlines()[-1])
            audience = printed["audience"]
            if isinstance(audience, dict):
                self.confirmed[str(printed["alert"])] = sum(audience.values())
        # Whatever it said of itself: it may have been killed after its commit.
        self._running, self._to_read = None, True

    def _read(self, connection: Connection) -> None:
        if self._to_read:
            self.expected |= expectations(
                connection, self.instance.addresses, known=self.expected.keys()
            )
            self._to_read = False
