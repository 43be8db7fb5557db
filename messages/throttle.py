"""How many sends may be in flight: fewer when the provider falters, more again as it recovers.

Additive increase, multiplicative decrease (RFC 5681's idea), and pauses that double.
"""

from dataclasses import dataclass

from messages.model import Accepted, Outcome, Postponed, Refused

PATIENCE = 3  # faults in a row before sending pauses by itself
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
LONGEST_ASKED = 30.0  # of a provider's Retry-After; each delivery keeps its own whole wait


@dataclass(slots=True)
class Throttle:
    """The limit on sends in flight; times are seconds of a clock that only goes forward."""

    most: int
    allowed: float = 0.0
    faults: int = 0
    paused_until: float = 0.0
    cut_at: float = 0.0

    def __post_init__(self) -> None:
        """Start wide open."""
        self.allowed = float(self.most)

    def room(self, in_flight: int, *, now: float) -> int:
        """Return how many more sends may start."""
        return 0 if now < self.paused_until else max(0, int(self.allowed) - in_flight)

    def note(self, outcome: Outcome, *, sent_at: float, now: float) -> None:
        """Learn from the outcome of a send that started at `sent_at`."""
        if isinstance(outcome, Accepted | Refused):
            self.faults = 0
            self.allowed = min(self.most, self.allowed + 1 / self.allowed)
            return
        self.faults += 1
        if sent_at >= self.cut_at:  # what was under way at the last cut says nothing new
            self.allowed = max(1.0, self.allowed / 2)
            self.cut_at = now
        self.paused_until = max(self.paused_until, now + self._pause(outcome))

    def _pause(self, outcome: Outcome) -> float:
        if isinstance(outcome, Postponed) and outcome.retry_after:
            return min(outcome.retry_after.total_seconds(), LONGEST_ASKED)
        if self.faults < PATIENCE:
            return 0.0
        return min(FIRST_PAUSE * 2.0 ** (self.faults - PATIENCE), LONGEST_PAUSE)
