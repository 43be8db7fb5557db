"""A campaign: blow after blow while alerts go out, then time to settle, then the count."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chaos import clock, oracle
from chaos.instance import Instance
from chaos.oracle import Tally
from chaos.publishing import Publisher
from chaos.schedule import PUBLISHER, Blow, Step
from demo.gateway.ledger import read_ledger
from messages.model import LEASE, Channel
from storage.redis_server import RedisError, redis_client

MOMENT = 0.05
MID_FAN_OUT_SECONDS = 15.0  # how long a blow waits for something to be under way
QUIET_SECONDS = 3.0  # nothing is due and nothing has changed: nobody is in the middle of a send
LONGEST_DRAIN = 900.0
FIGURES = """
SELECT state, looks, resent, count(*), max(updated_at) FROM delivery
GROUP BY state, looks, resent ORDER BY 1, 2, 3
"""
AT_ONCE = {"mode": "ok", "mail_mode": "ok", "callbacks": "ok"}
SLOW_SECONDS, LATE_SECONDS = 12, 15  # slower than a sender waits; later than most kills last


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a campaign came to."""

    blows: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    alerts: int = 0
    vanished: int = 0
    tallies: list[Tally] = field(default_factory=list)
    callbacks_suppressed: bool = False
    drained: bool = False
    seconds: float = 0.0
    drain_seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nobody was forgotten, nobody told twice unless it says so, nobody else told."""
        return (
            self.drained
            and not self.vanished
            and bool(sum(each.expected for each in self.tallies))
            and all(map(self._is_good, self.tallies))
        )

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
    outcome: Outcome = field(default_factory=Outcome)
    publisher: Publisher = field(init=False)
    _troubles: dict[str, float] = field(default_factory=dict)  # until when each behaviour lasts

    def __post_init__(self) -> None:
        """Publish for this instance."""
        self.publisher = Publisher(self.instance)

    def run(self, steps: Iterable[Step], *, after: Callable[[Step], None]) -> Outcome:
        """Deliver the blows, let everything settle, and count."""
        began = time.monotonic()
        for step in steps:
            self._wait_for_traffic()
            self._deliver(step)
            self.outcome.blows[step.name] += 1
            self.outcome.kills += step.is_kill
            self.outcome.callbacks_suppressed |= step.mode == "suppressed"
            self.instance.start_all()
            self._rest(step.pause)
            after(step)
        self._drain()
        self._count()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

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

    def _misbehave(self, step: Step) -> None:
        name = {Blow.GATEWAY: "mode", Blow.MAIL: "mail_mode"}.get(step.blow, "callbacks")
        self.instance.gateway.set_mode(
            **{name: step.mode}, slow_seconds=SLOW_SECONDS, late_seconds=LATE_SECONDS
        )
        self._troubles[name] = time.monotonic() + step.seconds

    # Time

    def _rest(self, seconds: float) -> None:
        """Let time pass, while alerts are published and troubles end."""
        until = time.monotonic() + seconds
        while True:
            self.publisher.tend()
            self._end_troubles()
            if time.monotonic() >= until:
                return
            time.sleep(MOMENT)

    def _end_troubles(self) -> None:
        for name in [each for each, until in self._troubles.items() if until < time.monotonic()]:
            self.instance.gateway.set_mode(**{name: AT_ONCE[name]})
            del self._troubles[name]

    def _wait_for_traffic(self) -> None:
        until = time.monotonic() + MID_FAN_OUT_SECONDS
        while not self.publisher.waiting and time.monotonic() < until:
            self._rest(MOMENT)

    # The end

    def _drain(self) -> None:
        """Let everything settle; where nothing is left but to wait, the clock jumps."""
        self.instance.gateway.set_mode(**AT_ONCE)
        began = moved_at = time.monotonic()
        before: object = None
        while time.monotonic() - began < LONGEST_DRAIN:
            self.instance.start_all()
            self.publisher.tend(publish=False)
            figures = self._figures()
            if figures != before:
                before, moved_at = figures, time.monotonic()
            if self.publisher.idle and self._is_over(quiet=time.monotonic() - moved_at):
                self.outcome.drained = True
                break
            time.sleep(5 * MOMENT)
        self.outcome.drain_seconds = time.monotonic() - began

    def _figures(self) -> object:
        try:
            with self.instance.engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(FIGURES))]
        except DBAPIError:
            return None

    def _is_over(self, *, quiet: float) -> bool:
        """Whether nothing is to come; if something is, but not yet, jump to that moment.

        What is due already is waited for: a sweep or a worker will take it.
        """
        try:
            with self.instance.engine.connect() as connection:
                wait = clock.next_moment(connection)
        except DBAPIError:
            return False
        if wait is not None and wait > 0 and quiet > QUIET_SECONDS:
            clock.jump(self.instance.engine, wait + 1)
        return wait is None

    def _count(self) -> None:
        gateway, outcome = self.instance.gateway, self.outcome
        ledger = read_ledger(gateway.ledger)
        arrived = gateway.messages(limit=len(ledger))
        with self.instance.engine.connect() as connection:
            outcome.vanished = self.publisher.vanished(connection)
            doubtful = oracle.doubtful(connection)
        outcome.alerts = len(self.publisher.expected)
        outcome.tallies = oracle.judge(
            {key for keys in self.publisher.expected.values() for key in keys},
            ledger,
            references={each["id"]: oracle.reference_in(each["body"]) for each in arrived},
            doubtful=doubtful,
        )
