"""The engine of a drain: claim, commit, then send, many at a time, with one commit for many rows.

The main thread alone talks to the database. Each turn it writes down, in one transaction, what
came back and which deliveries go next, commits, and only then hands those to the threads that
send; so no transaction is open while anything is in flight, and at most `concurrency` deliveries
are ever in `sending`.
"""

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from queue import Empty, SimpleQueue
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from messages import actions
from messages.actions import Claim
from messages.model import (
    CLAIM,
    LEASE,
    LOOK_AFTER,
    SEND_SECONDS,
    Channel,
    Outcome,
    Outgoing,
    Postponed,
    Unknown,
)
from messages.senders import Sender
from messages.throttle import Throttle
from storage.base import new_id
from storage.pace import Pace
from storage.sealing import Sealer

log = structlog.get_logger()

# PostgreSQL ends the transaction of who froze in it with an InternalError.
DATABASE_AWAY = (OperationalError, InterfaceError, InternalError)
HELD_UP = LEASE - timedelta(seconds=SEND_SECONDS)  # after the mark: a send might outlive the lease
PATIENCE_SECONDS = LEASE.total_seconds() - 2 * SEND_SECONDS
PAID_AT_ONCE = 32  # deliveries; tokens for the last few may be lost when it stops
LONGEST_LOOK = 1.0  # seconds until it looks again whether it should stop
SHORTEST_AWAY = 0.02  # before the database is tried again; then as long as it has been away
GATHER_SECONDS = 0.02  # after the first result, until what came back is written down


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a drain sends with.

    `go_on` says whether to start anything more; `on_plenty` is called once, when there is more
    than one claim to send, so that others can help.
    """

    sessions: sessionmaker[Session]
    sealer: Sealer
    sender: Sender
    concurrency: int
    go_on: Callable[[], bool]
    on_plenty: Callable[[], None] = lambda: None
    pace: Pace | None = None
    look_after: timedelta = LOOK_AFTER
    clock: Callable[[], datetime] = utc_now


@dataclass(slots=True)
class Drain:
    """Sends what is due for one cause by one channel."""

    line: Line
    cause_id: UUID
    channel: Channel
    token: UUID = field(default_factory=new_id)
    counts: Counter[str] = field(default_factory=Counter)
    _claim: Claim | None = None
    _ready: deque[UUID] = field(default_factory=deque)
    _flying: dict["Future[Outcome]", tuple[UUID, float]] = field(default_factory=dict)
    _landed: "SimpleQueue[Future[Outcome]]" = field(default_factory=SimpleQueue)
    _outcomes: dict[UUID, Outcome] = field(default_factory=dict)
    _throttle: Throttle = field(init=False)
    _all_claimed: bool = False
    _plenty: bool = False
    _paid: int = 0
    _hold: float | None = None
    _away_since: float | None = None
    _marked_at: datetime = field(init=False)  # when those that go next were marked as being sent

    def __post_init__(self) -> None:
        """Start with as many in flight as there are threads."""
        self._throttle = Throttle(self.line.concurrency)

    def run(self) -> bool:
        """Send until nothing is due or `go_on` says no; whether more is due.

        Raises the database's error if it stays away for almost a lease; what was being sent then
        becomes unknown.
        """
        with ThreadPoolExecutor(self.line.concurrency, "sending") as pool:
            while self._turn(pool):
                pass
        return not self._all_claimed

    def _turn(self, pool: ThreadPoolExecutor) -> bool:
        """Take one turn; whether there is another."""
        self._hold = None
        going = self.line.go_on()
        try:
            for outgoing in self._prepare(going=going):
                self._launch(pool, outgoing)
            if self._done(going=going):
                self._give_back()
                return False
            self._away_since = None
        except DATABASE_AWAY as error:
            self._database_is_away(error)
        self._gather()
        return True

    def _prepare(self, *, going: bool) -> list[Outgoing]:
        """Return what may be sent now: it is marked so, and committed."""
        if going and not self._ready and not self._all_claimed:
            self._claim_more()
        chosen = self._choose() if going else []
        return self._exchange(chosen) if chosen or self._outcomes else []

    def _done(self, *, going: bool) -> bool:
        nothing_to_start = not going or (self._all_claimed and not self._ready)
        return nothing_to_start and not self._flying and not self._outcomes

    def _claim_more(self) -> None:
        limit = self._claim_size()
        with self.line.sessions.begin() as session:
            self._claim = actions.claim(
                session,
                cause_id=self.cause_id,
                channel=self.channel,
                token=self.token,
                now=self.line.clock(),
                limit=limit,
            )
        self._ready.extend(self._claim.deliveries)
        self._all_claimed = not self._ready
        if not self._plenty and len(self._ready) == limit:
            self._plenty = True
            self.line.on_plenty()

    def _claim_size(self) -> int:
        """Claim no more than the pace lets go well within the lease."""
        if self.line.pace is None:
            return CLAIM
        within = self.line.pace.rate * LEASE.total_seconds() / 4
        return max(1, min(CLAIM, int(within)))

    def _choose(self) -> list[UUID]:
        """Return the deliveries to start now, as far as the pace allows."""
        now = time.monotonic()
        room = self._throttle.room(len(self._flying), now=now)
        if self._throttle.paused_until > now:
            self._hold = self._throttle.paused_until - now
        count = min(room, len(self._ready))
        if count and self.line.pace is not None:
            count = self._pay(self.line.pace, count)
        return [self._ready.popleft() for _ in range(count)]

    def _pay(self, pace: Pace, count: int) -> int:
        """Return how many of the next ones are paid for; pays for a few more at a time."""
        if self._paid < count and self._claim is not None:
            unpaid = list(islice(self._ready, self._paid, self._paid + PAID_AT_ONCE))
            grant = pace.take([self._claim.deliveries[each].segments for each in unpaid])
            self._paid += grant.count
            self._hold = grant.wait or None
        count = min(count, self._paid)
        self._paid -= count
        return count

    def _exchange(self, chosen: Sequence[UUID]) -> list[Outgoing]:
        """Write down what came back and what goes next, in one commit; return what goes next."""
        now = self.line.clock()
        try:
            with self.line.sessions.begin() as session:
                actions.record_outcomes(
                    session,
                    token=self.token,
                    outcomes=self._outcomes,
                    now=now,
                    look_after=self.line.look_after,
                )
                going: list[Outgoing] = []
                if chosen and self._claim is not None:
                    going = actions.begin_sending(
                        session, self.line.sealer, self._claim, chosen, now=now
                    )
        except DATABASE_AWAY:
            self._ready.extendleft(reversed(chosen))
            self._paid += len(chosen) if self.line.pace else 0
            raise
        self._outcomes, self._marked_at = {}, now
        return going

    def _launch(self, pool: ThreadPoolExecutor, outgoing: Outgoing) -> None:
        future = pool.submit(self._send, outgoing, self._marked_at)
        self._flying[future] = (outgoing.delivery_id, time.monotonic())
        future.add_done_callback(self._landed.put)

    def _send(self, outgoing: Outgoing, marked_at: datetime) -> Outcome:
        """Send, unless this program slept since the mark: others may have taken over meanwhile."""
        if self.line.clock() - marked_at > HELD_UP:
            return Postponed(reason="held_up")
        return self.line.sender.send(outgoing)

    def _gather(self) -> None:
        """Wait for results: for the first as long as may be, then briefly for some company.

        The longer this is, the fewer commits; but whoever came back first sends nothing meanwhile.
        """
        if not self._flying:
            time.sleep(min(self._hold or 0.0, LONGEST_LOOK))
            return
        wait = min(self._hold or LONGEST_LOOK, LONGEST_LOOK)
        leave_at = math.inf
        for _ in range(len(self._flying)):
            try:
                self._note(self._landed.get(timeout=wait))
            except Empty:
                return
            leave_at = min(leave_at, time.monotonic() + GATHER_SECONDS)
            wait = max(0.0, leave_at - time.monotonic())

    def _note(self, future: "Future[Outcome]") -> None:
        delivery_id, sent_at = self._flying.pop(future)
        error = future.exception()
        if error is None:
            outcome = future.result()
        else:
            log.error("sender_failed", delivery=str(delivery_id), error=type(error).__name__)
            outcome = Unknown(reason="sender_failed")
        self._throttle.note(outcome, sent_at=sent_at, now=time.monotonic())
        self._outcomes[delivery_id] = outcome
        self.counts[type(outcome).__name__.lower()] += 1

    def _database_is_away(self, error: DBAPIError) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
            log.warning("database_away", cause=str(self.cause_id), error=type(error).__name__)
        away = now - self._away_since
        if away > PATIENCE_SECONDS:
            raise error
        self._hold = max(SHORTEST_AWAY, away)

    def _give_back(self) -> None:
        if self._ready:
            with self.line.sessions.begin() as session:
                actions.release(
                    session, token=self.token, ids=list(self._ready), now=self.line.clock()
                )
            self._ready.clear()
