"""The schedule: what happens when, drawn from a seed: the same seed gives the same blows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

SQLITE, POSTGRESQL = "sqlite", "postgresql"
WORKER, SECOND = "worker", "worker-danger"
WEB, SCHEDULER, VALKEY, PUBLISHER = "web", "scheduler", "valkey", "publisher"


class Blow(StrEnum):
    """What is done to the instance; each of the first group counts as a kill."""

    KILL = "kill"
    PAIR = "pair"
    CHILD = "one of a worker's processes"
    FLUSH = "FLUSHALL"
    STALL = "worker stopped beyond its lease"

    GATEWAY = "gateway"
    MAIL = "mail server"
    CALLBACKS = "callbacks"
    DISK = "full disk"
    CLOCK = "clock jump"


KILLS = {Blow.KILL: 8, Blow.PAIR: 3, Blow.CHILD: 2, Blow.FLUSH: 2, Blow.STALL: 1}
TROUBLES = {Blow.GATEWAY: 5, Blow.MAIL: 2, Blow.CALLBACKS: 3, Blow.DISK: 1, Blow.CLOCK: 1}
TARGETS = {WORKER: 4, SECOND: 3, WEB: 2, SCHEDULER: 1, VALKEY: 2, PUBLISHER: 1}
ERRORS = {
    30003: ("1", "4", "7"),  # out of reach: some phones, by their last digit
    30007: ("5", "8"),  # filtered
}
MODES = ("hang:0.3", "drop:0.4", "500:0.4", "429:0.6", "slow:0.3", "half_close:0.4", "500", "429")
MAIL_MODES = ("421:0.4", "451:0.5", "hang:0.2", "drop:0.4")
CALLBACKS = ("late", "duplicate", "out_of_order", "suppressed", *map(str, ERRORS))
TROUBLE_SHARE = 0.4  # of the kills come with a trouble of another kind
Choice = TypeVar("Choice", Blow, str)
KILLS_AT_THE_END = 3  # when nothing more is published
LONGEST_JUMP = 200.0  # seconds; many of them come to a look, none does while a send is under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One blow: to which programs, or which mode; what it lasts, and the pause after it."""

    blow: Blow
    targets: tuple[str, ...] = ()
    mode: str = ""
    seconds: float = 0.0
    pause: float = 0.0
    jump: float = 0.0
    chance: int = 0

    @property
    def is_kill(self) -> bool:
        """Whether it counts as a kill."""
        return self.blow in KILLS

    @property
    def name(self) -> str:
        """Return the row of the table that it belongs to."""
        if self.blow is Blow.KILL:
            return f"SIGKILL {self.targets[0]}"
        if self.blow is Blow.PAIR:
            return "SIGKILL two at once"
        return f"{self.blow} {self.mode.partition(':')[0]}".strip()


def plan(*, kills: int, seed: int, database: str) -> Iterator[Step]:
    """Yield that many kills, with troubles among them."""
    random = Random(seed)  # noqa: S311 - chooses blows, guards nothing
    targets = TARGETS | ({POSTGRESQL: 4} if database == POSTGRESQL else {})
    for _ in range(kills):
        if random.random() < TROUBLE_SHARE:
            yield _trouble(random)
        yield _kill(random, targets)


def at_the_end(steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """Divide a schedule: while messages are published, and the last few kills after that."""
    every = list(steps)
    kills = [number for number, step in enumerate(every) if step.is_kill]
    first = kills[-KILLS_AT_THE_END] if len(kills) > KILLS_AT_THE_END else len(every)
    return every[:first], [step for step in every[first:] if step.is_kill]


def _kill(random: Random, targets: Mapping[str, int]) -> Step:
    blow = _draw(random, KILLS)
    chosen: tuple[str, ...] = ()
    if blow in {Blow.CHILD, Blow.STALL}:
        chosen = (random.choice((WORKER, SECOND)),)
    elif blow is not Blow.FLUSH:
        first = _draw(random, targets)
        others = {name: weight for name, weight in targets.items() if name != first}
        chosen = (first, _draw(random, others)) if blow is Blow.PAIR else (first,)
    return Step(
        blow=blow,
        targets=chosen,
        seconds=random.uniform(3, 5) if blow is Blow.STALL else random.uniform(0, 0.7),
        pause=random.uniform(0.1, 0.8),
        chance=random.randrange(2**32),
    )


def _trouble(random: Random) -> Step:
    blow = _draw(random, TROUBLES)
    modes = {Blow.GATEWAY: MODES, Blow.MAIL: MAIL_MODES, Blow.CALLBACKS: CALLBACKS}
    return Step(
        blow=blow,
        mode=random.choice(modes.get(blow, ("",))),
        seconds=random.uniform(1.5, 3) if blow is Blow.DISK else random.uniform(2, 8),
        jump=random.uniform(-LONGEST_JUMP, LONGEST_JUMP) if blow is Blow.CLOCK else 0.0,
    )


def _draw(random: Random, weights: Mapping[Choice, int]) -> Choice:
    return random.choices(list(weights), list(weights.values()))[0]
