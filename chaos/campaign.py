"""A campaign: blow after blow while alerts go out, then time to settle, then the count."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from sqlalchemy.exc import DBAPIError

from chaos import clock, traffic
from chaos.arrivals import arrivals, doubtful
from chaos.digests import DigestCourt
from chaos.instance import OUT_OF_REACH, Instance
from chaos.judging import Court, Evidence, Tally
from chaos.keeping import keep
from chaos.publishing import Publisher
from chaos.schedule import ERRORS, PUBLISHER, Blow, Step, at_the_end
from chaos.settling import Settling
from chaos.traffic import Traffic
from demo.gateway.ledger import read_ledger
from messages.model import LEASE, Channel
from storage.redis_server import RedisError, redis_client

MOMENT = 0.05
LOOK_SECONDS = 0.25
MID_FAN_OUT_SECONDS = 10.0  # how long a blow waits for something to be under way
# As a provider is on a good day: a while lies between its promise and its answer.
USUAL = {"mode": "slow", "slow_seconds": 0.25, "mail_mode": "ok", "callbacks": "ok"}
AT_ONCE = USUAL | {"mode": "ok"}
DAYS = 2  # on the second, no digest may tell again what the first one's did
SLOW_SECONDS, LATE_SECONDS = 12, 15  # slower than a sender waits; later than most kills last


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a campaign came to."""

    blows: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    mid_send: int = 0
    mid_fan_out: int = 0
    alerts: int = 0
    corrections: int = 0
    vanished: int = 0
    tallies: list[Tally] = field(default_factory=list)
    callbacks_suppressed: bool = False
    drained: bool = False
    seconds: float = 0.0
    drain_seconds: float = 0.0
    kept_at: str = ""  # the evidence, if it failed

    @property
    def passed(self) -> bool:
        """Whether nobody was forgotten, nobody told twice unless it says so, nobody else told."""
        return (
            self.drained
            and not self.vanished
            and bool(sum(each.expected for each in self.tallies))
            and all(map(self._is_good, self.tallies))
        )

    def count(self, step: Step, under_way: Traffic) -> None:
        """Count a blow, and what it fell into."""
        self.blows[step.name] += 1
        self.callbacks_suppressed |= step.mode == "suppressed"
        if step.is_kill:
            self.kills += 1
            self.mid_send += under_way.mid_send
            self.mid_fan_out += under_way.mid_fan_out

    def _is_good(self, tally: Tally) -> bool:
        """Whether a channel's count is good.

        Only texts have callbacks; without them nobody can know of a message sent once more whether
        its first sending arrived.
        """
        proof = tally.channel is Channel.SMS and not self.callbacks_suppressed
        allowed = 0 if proof else tally.marked
        return not tally.lost and not tally.unexpected and tally.duplicate <= allowed


@dataclass(slots=True)
class Campaign:
    """Carries a schedule out on an instance."""

    instance: Instance
    publisher: Publisher
    outcome: Outcome = field(default_factory=Outcome)
    _troubles: dict[str, float] = field(default_factory=dict)  # until when each behaviour lasts
    _endings: tuple[str, ...] = ()
    _publish: bool = True
    _due: int = 0
    _looked_at: float = 0.0
    _restarted_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def run(self, steps: Iterable[Step], *, after: Callable[[Step], None]) -> Outcome:
        """Deliver the blows, let everything settle, and count."""
        began = time.monotonic()
        self.instance.gateway.set_mode(**USUAL)
        before, last = at_the_end(steps)
        for step in before:
            self._take(step, self._wait_for_traffic())
            after(step)
        self._publish = False
        for name in list(self._troubles):
            self._end_trouble(name)
        stopped = time.monotonic()
        for step in last:
            self._take(step, self._look())
            after(step)
        self._settle()
        self.outcome.drain_seconds = time.monotonic() - stopped
        self._count()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _take(self, step: Step, under_way: Traffic) -> None:
        self._deliver(step)
        self.outcome.count(step, under_way)
        self.instance.start_all()
        self._restarted_at = datetime.now(UTC)
        self._rest(step.pause)

    # Blows

    def _deliver(self, step: Step) -> None:
        deliver = {
            Blow.KILL: self._kill,
            Blow.PAIR: self._kill,
            Blow.CHILD: self._kill_child,
            Blow.FLUSH: self._flush,
            Blow.STALL: self._stall,
            Blow.DISK: self._fill_disk,
            Blow.CLOCK: self._jump_by,
        }
        deliver.get(step.blow, self._misbehave)(step)

    def _kill(self, step: Step) -> None:
        for name in step.targets:
            if name == PUBLISHER:
                self.publisher.kill()
            else:
                self.instance.programs[name].kill()
        self._rest(step.seconds)

    def _kill_child(self, step: Step) -> None:
        program = self.instance.programs[step.targets[0]]
        program.kill_one(Random(step.chance))  # noqa: S311 - chooses a victim

    def _flush(self, step: Step) -> None:
        del step
        client = redis_client(self.instance.settings.redis)
        with suppress(RedisError):  # it was killed a moment ago
            client.flushall()
        client.close()

    def _stall(self, step: Step) -> None:
        """Hold a worker up, until others have taken its work from it."""
        program = self.instance.programs[step.targets[0]]
        program.halt()
        self._jump(LEASE.total_seconds() + 1, "lease_until")
        self._rest(step.seconds)
        program.resume()

    def _fill_disk(self, step: Step) -> None:
        try:
            self.instance.disk.fill()
            self._rest(step.seconds)
        finally:
            self.instance.disk.free()

    def _jump_by(self, step: Step) -> None:
        self._jump(step.jump)

    def _jump(self, seconds: float, *of: str) -> None:
        with suppress(DBAPIError):  # the database is away: it keeps its time
            clock.jump(self.instance.engine, seconds, **({"of": of} if of else {}))

    # Troubles

    def _misbehave(self, step: Step) -> None:
        name = {Blow.GATEWAY: "mode", Blow.MAIL: "mail_mode"}.get(step.blow, "callbacks")
        self._end_trouble(name)
        self._troubles[name] = time.monotonic() + step.seconds
        gateway = self.instance.gateway
        if name == "callbacks" and step.mode.isdecimal():
            self._endings = ERRORS[int(step.mode)]
            for ending in self._endings:
                gateway.set_ending(ending, int(step.mode))
            return
        if step.mode == "suppressed":  # nobody could hear that a phone is out of reach
            gateway.set_ending(OUT_OF_REACH[0], None)
        slow = {"slow_seconds": SLOW_SECONDS} if name == "mode" else {}
        gateway.set_mode(**{name: step.mode}, late_seconds=LATE_SECONDS, **slow)

    def _end_troubles(self) -> None:
        for name in [each for each, until in self._troubles.items() if until < time.monotonic()]:
            self._end_trouble(name)

    def _end_trouble(self, name: str) -> None:
        self._troubles.pop(name, None)
        gateway = self.instance.gateway
        slow = {"slow_seconds": USUAL["slow_seconds"]} if name == "mode" else {}
        gateway.set_mode(**{name: USUAL[name]}, **slow)
        if name == "callbacks":
            gateway.set_ending(*OUT_OF_REACH)
            for ending in self._endings:
                gateway.set_ending(ending, None)
            self._endings = ()

    # Time

    def _rest(self, seconds: float) -> None:
        """Let time pass, while alerts are published and troubles end."""
        until = time.monotonic() + seconds
        while True:
            self._tend()
            if time.monotonic() >= until:
                return
            time.sleep(MOMENT)

    def _tend(self) -> None:
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._due = traffic.due(self.instance.engine, self._due)
        self.publisher.tend(due=self._due, publish=self._publish)
        self._end_troubles()

    def _wait_for_traffic(self) -> Traffic:
        """Wait until something is being sent, for a while; return what is under way."""
        until = time.monotonic() + MID_FAN_OUT_SECONDS
        while not traffic.open_sends(self.instance.gateway) and time.monotonic() < until:
            self._rest(0)
            time.sleep(MOMENT)
        return self._look()

    def _look(self) -> Traffic:
        instance = self.instance
        return traffic.look(instance.engine, instance.gateway, since=self._restarted_at)

    # The end

    def _settle(self) -> None:
        self.instance.gateway.set_mode(**AT_ONCE)
        settling = Settling(self.instance, self.publisher)
        days = (settling.let_a_day_pass() for _ in range(DAYS))
        self.outcome.drained = settling.settle() and all(days)

    def _count(self) -> None:
        gateway, outcome, book = self.instance.gateway, self.outcome, self.publisher.book
        ledger = read_ledger(gateway.ledger)
        with self.instance.engine.connect() as connection:
            outcome.vanished = self.publisher.vanished(connection)
            evidence = Evidence(
                book=book,
                arrived=arrivals(ledger, gateway.messages(limit=len(ledger))),
                doubtful=doubtful(connection, self.instance.addresses),
            )
        outcome.alerts, outcome.corrections = len(book.expected), len(book.corrections)
        outcome.tallies = [*Court(evidence).judge(), *DigestCourt(evidence).judge()]
        if not outcome.passed:
            outcome.kept_at = str(keep(self.instance, evidence))
