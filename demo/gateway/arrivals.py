"""What arrived: the newest messages in memory, found by id, recipient or time."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

SMS = "sms"
EMAIL = "email"


@dataclass(slots=True, kw_only=True)
class Arrival:
    """One accepted message; only the provider's copy of the body can change, by redaction."""

    id: str
    channel: str
    to: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    received_at: datetime
    delivery: str | None
    subject: str = field(default="", repr=False)
    service: str | None = None
    segments: int = 1
    error: int | None = None
    callback: str = ""
    redacted: bool = False
    by_json: bool = False  # it came by the second provider, and is none of the first
    number: int = 0

    @property
    def is_twilios(self) -> bool:
        """Whether Twilio's API knows of it."""
        return self.channel == SMS and not self.by_json

    @property
    def last_state(self) -> str:
        """Return the state it ends in."""
        return "undelivered" if self.error else "delivered"

    def state(self, now: datetime, step: timedelta) -> str:
        """Return how far it has come; a mail is in its box at once."""
        age = now - self.received_at
        if self.channel == EMAIL or age >= 2 * step:
            return self.last_state
        return "sent" if age >= step else "queued"


class Arrivals:
    """The newest `keep` messages, and counts of all there were."""

    def __init__(self, keep: int) -> None:
        """Start empty."""
        self._keep = keep
        self._last = 0
        self.clear()

    def clear(self) -> None:
        """Forget messages and counts; numbers go on, so that nobody misses one."""
        self._newest_last: deque[Arrival] = deque()
        self._by_id: dict[str, Arrival] = {}
        self._by_recipient: dict[str, deque[Arrival]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, arrival: Arrival) -> None:
        """Give a message its number and keep it; the oldest makes room."""
        self._last += 1
        arrival.number = self._last
        self._newest_last.append(arrival)
        self._by_id[arrival.id] = arrival
        self._by_recipient.setdefault(arrival.to, deque()).append(arrival)
        self.counts[arrival.channel] += 1
        if len(self._newest_last) > self._keep:
            self._drop(self._newest_last.popleft())

    def _drop(self, oldest: Arrival) -> None:
        del self._by_id[oldest.id]
        same = self._by_recipient[oldest.to]
        same.popleft()
        if not same:
            del self._by_recipient[oldest.to]

    def find(self, message_id: str) -> Arrival | None:
        """Return the message with this id, if it is still kept."""
        return self._by_id.get(message_id)

    def newest(self, channel: str, since: Callable[[Arrival], bool], limit: int) -> list[Arrival]:
        """Return the newest messages of a channel ("" for all) for which `since` holds."""
        recent = (each for each in self.newest_first() if channel in {"", each.channel})
        return list(islice(filter(since, recent), limit))

    def newest_first(self, to: str = "") -> Iterator[Arrival]:
        """Iterate over the messages, those to one recipient if it is given."""
        return reversed(self._by_recipient.get(to, deque()) if to else self._newest_last)

    def __len__(self) -> int:
        """Return how many messages are kept."""
        return len(self._newest_last)
