"""Two providers for one channel: the second takes over while the first falters.

A message is handed to one of them, once. One whose fate is unknown is never handed to the other:
what becomes of it is found out by whoever looks for lost messages. The state is that of one
process and is not kept: each worker makes its own experience.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import structlog

from messages.model import Accepted, Outcome, Outgoing, Receipt, Refused
from messages.senders import TextSender, Wiper

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to leave a provider and when to come back; times in seconds.

    Of the last `sends`, none older than `age`, at least `least` must have been made, and `share`
    of them must have failed. After `quiet` the first is tried with one message at a time, and
    takes over again after `probes` in a row went well. Each disappointment doubles the quiet.
    """

    sends: int = 20
    least: int = 10
    share: float = 0.5
    age: float = 300.0
    quiet: float = 120.0
    longest_quiet: float = 1800.0
    probes: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where one message goes, and in which turn that was decided."""

    second: bool
    turn: int
    probe: bool = False


@dataclass(slots=True)
class Switch:
    """Decides the way of each message; times are seconds of a clock that only goes forward."""

    limits: Limits
    on_second: bool = False
    _turn: int = 0
    _recent: deque[tuple[float, bool]] = field(init=False)
    _probing: bool = False
    _proved: int = 0
    _quiet: float = field(init=False)
    _quiet_until: float = 0.0
    _back_at: float = float("-inf")

    def __post_init__(self) -> None:
        """Start with the first, knowing nothing."""
        self._recent = deque(maxlen=self.limits.sends)
        self._quiet = self.limits.quiet

    def choose(self, *, now: float) -> Way:
        """Return the way of the next message."""
        probe = self.on_second and not self._probing and now >= self._quiet_until
        self._probing = self._probing or probe
        return Way(second=self.on_second and not probe, turn=self._turn, probe=probe)

    def note(self, way: Way, *, good: bool, now: float) -> None:
        """Learn how a message fared; one that was sent before the last switch says nothing new."""
        if way.turn != self._turn:
            return
        if way.probe:
            self._note_probe(good=good, now=now)
            return
        self._recent.append((now, good))
        if not good and self._falters(now):
            self._turn_to(second=not self.on_second, now=now)

    def _note_probe(self, *, good: bool, now: float) -> None:
        self._probing = False
        if not good:
            self._proved = 0
            self._be_quiet(now, longer=True)
            return
        self._proved += 1
        if self._proved >= self.limits.probes:
            self._turn_to(second=False, now=now)

    def _falters(self, now: float) -> bool:
        while now - self._recent[0][0] > self.limits.age:
            self._recent.popleft()
        failed = sum(not good for _, good in self._recent)
        enough = len(self._recent) >= self.limits.least
        return enough and failed >= self.limits.share * len(self._recent)

    def _turn_to(self, *, second: bool, now: float) -> None:
        """Change over; also back from a second that fares no better."""
        self.on_second = second
        self._turn += 1
        self._recent.clear()
        self._probing, self._proved = False, 0
        if second:
            self._be_quiet(now, longer=now - self._back_at < self._quiet)
        else:
            self._back_at = now

    def _be_quiet(self, now: float, *, longer: bool) -> None:
        doubled = min(2 * self._quiet, self.limits.longest_quiet)
        self._quiet = doubled if longer else self.limits.quiet
        self._quiet_until = now + self._quiet


class Failover:
    """Sends by the first provider or, if it falters and may be left, by the second."""

    def __init__(
        self,
        first: TextSender,
        second: TextSender,
        *,
        limits: Limits | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with the first; without limits it is never left, and the second only looked at."""
        self._first, self._second, self._clock = first, second, clock
        self._switch = Switch(limits) if limits else None
        self._lock = Lock()

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once, by one of the two."""
        if self._switch is None:
            return self._first.send(outgoing)
        with self._lock:
            way = self._switch.choose(now=self._clock())
        good = False
        try:
            outcome = (self._second if way.second else self._first).send(outgoing)
            good = isinstance(outcome, Accepted | Refused)
        finally:
            self._note(self._switch, way, good=good)
        return outcome

    def find(self, outgoing: Outgoing, *, since: datetime) -> Sequence[Receipt]:
        """Return what both say of a message; raises ListUnavailable if either cannot say."""
        return (
            *self._first.find(outgoing, since=since),
            *self._second.find(outgoing, since=since),
        )

    def wipe(self, provider_id: str) -> Receipt | None:
        """Have each wipe a message that can; only one of them knows it.

        Raises StillOnItsWay and CopyOutOfReach.
        """
        able = [each for each in (self._first, self._second) if isinstance(each, Wiper)]
        said = [each.wipe(provider_id) for each in able]
        return next(filter(None, said), None)

    def close(self) -> None:
        """Close what both keep open."""
        self._first.close()
        self._second.close()

    def _note(self, switch: Switch, way: Way, *, good: bool) -> None:
        with self._lock:
            before = switch.on_second
            switch.note(way, good=good, now=self._clock())
            after = switch.on_second
        if before != after:
            log.warning("provider_switched", to="second" if after else "first")
