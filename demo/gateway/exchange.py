"""The exchange: what the HTTP and the SMTP side share, and the one way to accept a message."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from demo.gateway.arrivals import EMAIL, SMS, Arrival, Arrivals
from demo.gateway.callbacks import Webhooks
from demo.gateway.draft import new_sid
from demo.gateway.ledger import Entry, Fingerprints, Ledger
from demo.gateway.modes import MailMode, Mode
from demo.gateway.options import Options
from demo.gateway.pace import Pace
from demo.gateway.segments import count_segments

UNDELIVERABLE = {"0998": 30003, "0999": 21211}
STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})


class Exchange:
    """Behaviour, ledger, arrivals and opt-outs of one running gateway."""

    def __init__(self, options: Options) -> None:
        """Open the ledger and start with nothing arrived."""
        self.options = options
        self.behaviour = options.behaviour
        self.arrivals = Arrivals(options.keep)
        self.ledger = Ledger(options.ledger, Fingerprints(options.auth_token))
        self.webhooks = Webhooks(options.account_sid, options.auth_token)
        self.pace = Pace()
        self.outcomes: Counter[str] = Counter()
        self.opted_out: set[tuple[str, str]] = set()
        self.endings = dict(UNDELIVERABLE)
        self.stopping = asyncio.Event()
        self._open: list[asyncio.BaseTransport | None] = []
        self._chance = random.Random(options.seed)  # noqa: S311 - draws modes, guards nothing

    def draw_mode(self) -> Mode:
        """Return what happens to the next text message."""
        return self.behaviour.mode.draw(self._chance.random())

    def draw_json_mode(self) -> Mode:
        """Return what happens to the next text message that comes to the second provider."""
        return self.behaviour.json_mode.draw(self._chance.random())

    def draw_mail_mode(self) -> MailMode:
        """Return what happens to the next mail."""
        return self.behaviour.mail_mode.draw(self._chance.random())

    def error_for(self, to: str) -> int | None:
        """Return the error that numbers with this ending meet, if any."""
        return next((code for end, code in self.endings.items() if to.endswith(end)), None)

    @contextmanager
    def sending(self, transport: asyncio.BaseTransport | None) -> Iterator[None]:
        """Count a message as open while its sender waits for what becomes of it."""
        self._open.append(transport)
        try:
            yield
        finally:
            self._open.remove(transport)

    async def accept(self, *arrivals: Arrival) -> None:
        """Put messages on the ledger, then among the arrivals; raises LedgerNotWritten."""
        await self.ledger.promise([self._entry(arrival) for arrival in arrivals])
        for arrival in arrivals:
            self.arrivals.add(arrival)
            if arrival.channel == SMS:
                self.webhooks.announce(arrival, self.behaviour)

    def _entry(self, arrival: Arrival) -> Entry:
        fingerprints = self.ledger.fingerprints
        return Entry(
            delivery=arrival.delivery,
            channel=arrival.channel,
            to=fingerprints.of(arrival.to),
            body=fingerprints.of(arrival.body),
            at=arrival.received_at.isoformat(),
            id=arrival.id,
        )

    def hear(self, sender: str, to: str, body: str) -> None:
        """Heed STOP and START from a phone as Twilio does before it passes the text on."""
        word = body.strip().upper()
        if word in STOP_WORDS:
            self.opted_out.add((sender, to))
        elif word in START_WORDS:
            self.opted_out.discard((sender, to))

    def text_back(self, *, to: str, sender: str, body: str) -> None:
        """Show an answer to a text among the arrivals; not on the ledger, as it is no delivery."""
        self.arrivals.add(
            Arrival(
                id=new_sid(),
                channel=SMS,
                to=to,
                sender=sender,
                body=body,
                received_at=now(),
                delivery=None,
                segments=count_segments(body),
            )
        )

    async def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the gateway."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    def counts(self) -> dict[str, object]:
        """Return counts of everything since the start or the last clearing."""
        return {
            "accepted": {name: self.arrivals.counts[name] for name in (SMS, EMAIL)},
            "kept": len(self.arrivals),
            "outcomes": dict(self.outcomes),
            "open": sum(each is not None and not each.is_closing() for each in self._open),
            "callbacks": {"waiting": self.webhooks.waiting, **self.webhooks.counts},
            "opted_out": len(self.opted_out),
        }

    def clear(self) -> None:
        """Forget messages, counts and opt-outs; the ledger stays."""
        self.arrivals.clear()
        self.outcomes.clear()
        self.webhooks.counts.clear()
        self.opted_out.clear()


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)
