"""What the tests of messages start from: causes with recipients, and a sender that is told."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

from sqlalchemy import Engine, Select, insert, literal, select, update
from sqlalchemy.orm import Session

from messages import actions
from messages.model import (
    Accepted,
    CauseKind,
    Channel,
    DeliveryState,
    Outcome,
    Outgoing,
    Queue,
    Text,
)
from messages.records import ContactRow, DeliveryRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers

LIFE = timedelta(hours=6)
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TEXTS = (
    Text(channel=Channel.SMS, text_key="en/plain", body="An update for your area: x", segments=1),
    Text(
        channel=Channel.EMAIL,
        text_key="en/plain",
        subject="An update für dich",
        body="Hello.\n.\nA line with a dot above. Grüße\n",
    ),
)


def phone(number: int) -> str:
    """Return a number of the range kept for fiction; they repeat after a thousand."""
    return f"+447700900{number % 1000:03d}"


def mailbox(number: int) -> str:
    """Return an address of a domain kept for examples."""
    return f"member{number}@example.org"


def some_contacts(
    session: Session, sealers: Sealers, number: int, channel: Channel = Channel.SMS
) -> list[UUID]:
    """Make verified contacts, quickly."""
    ids, rows = [new_id() for _ in range(number)], []
    for index, contact_id in enumerate(ids):
        address = phone(index) if channel is Channel.SMS else mailbox(index)
        rows.append(
            {
                "id": contact_id,
                "channel": channel,
                "sealed_address": sealers.contacts.seal(
                    address, table="contact", column="sealed_address", row=contact_id
                ),
                "fingerprint": sealers.contacts.fingerprint(f"contact {channel}", address),
                "created_at": NOON,
                "verified_at": NOON,
                "bad_since": None,
            }
        )
    session.execute(insert(ContactRow), rows)
    return ids


def everybody(text_key: str = "en/plain") -> Select[UUID, str, str, str]:
    """Return an audience of all contacts there are."""
    return select(
        ContactRow.id.label("contact_id"),
        ContactRow.channel,
        literal(text_key).label("text_key"),
        literal("any area; danger").label("why"),
    )


def a_cause(
    session: Session,
    sealers: Sealers,
    *,
    now: datetime = NOON,
    queue: Queue = Queue.DANGER,
    kind: CauseKind = CauseKind.ALERT,
    life: timedelta = LIFE,
) -> UUID:
    """Open a cause with a text for each channel."""
    cause_id = new_id()
    actions.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=kind,
        queue=queue,
        texts=TEXTS,
        expires_at=now + life,
        now=now,
    )
    return cause_id


def an_alert(
    session: Session,
    sealers: Sealers,
    recipients: int,
    *,
    channel: Channel = Channel.SMS,
    now: datetime = NOON,
    queue: Queue = Queue.DANGER,
    life: timedelta = LIFE,
) -> UUID:
    """Make a cause with so many recipients, all pending."""
    some_contacts(session, sealers, recipients, channel)
    cause_id = a_cause(session, sealers, now=now, queue=queue, life=life)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=now, not_before=now)
    return cause_id


def a_claim(
    session: Session, cause_id: UUID, *, now: datetime = NOON, limit: int = 100
) -> actions.Claim:
    """Claim deliveries by SMS under a token of their own."""
    return actions.claim(
        session,
        cause_id=cause_id,
        channel=Channel.SMS,
        token=new_id(),
        now=now,
        limit=limit,
    )


def sending(
    session: Session, sealers: Sealers, cause_id: UUID, *, now: datetime = NOON, limit: int = 100
) -> tuple[actions.Claim, list[Outgoing]]:
    """Claim deliveries and mark them as being sent."""
    claim = a_claim(session, cause_id, now=now, limit=limit)
    ids = list(claim.deliveries)
    return claim, actions.begin_sending(session, sealers.contacts, claim, ids, now=now)


def states(session: Session, cause_id: UUID) -> Counter[DeliveryState]:
    """Return how many deliveries of a cause are in each state."""
    rows = session.scalars(select(DeliveryRow.state).where(DeliveryRow.cause_id == cause_id))
    return Counter(DeliveryState(state) for state in rows)


def the_row(session: Session, delivery_id: UUID) -> DeliveryRow:
    """Return a delivery as it stands in the database."""
    session.flush()
    return session.get_one(DeliveryRow, delivery_id, populate_existing=True)


def put_into(session: Session, delivery_id: UUID, state: DeliveryState) -> None:
    """Put a delivery into a state, whatever it was in."""
    session.execute(
        update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(state=state.value)
    )


def committed(engine: Engine, build: Callable[[Session], UUID]) -> UUID:
    """Build something in a transaction of its own."""
    with writing(engine).begin() as session:
        return build(session)


@dataclass
class Told:
    """A sender that says what it is told to, and remembers what it was handed."""

    says: Callable[[Outgoing], Outcome] = lambda outgoing: Accepted(
        provider_id=f"SM{outgoing.delivery_id.hex}"
    )
    sent: list[Outgoing] = field(default_factory=list)
    most_at_once: int = 0
    _now_in_flight: int = 0
    _lock: Lock = field(default_factory=Lock)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Remember it and answer."""
        with self._lock:
            self.sent.append(outgoing)
            self._now_in_flight += 1
            self.most_at_once = max(self.most_at_once, self._now_in_flight)
        try:
            return self.says(outgoing)
        finally:
            with self._lock:
                self._now_in_flight -= 1

    def close(self) -> None:
        """Do nothing."""

    @property
    def ids(self) -> list[UUID]:
        """Return the deliveries that were sent, in order."""
        return [each.delivery_id for each in self.sent]


def in_turn(*outcomes: Outcome) -> Callable[[Outgoing], Outcome]:
    """Return what says each outcome once, and then accepts."""
    rest: Iterator[Outcome] = iter(outcomes)
    lock = Lock()

    def says(outgoing: Outgoing) -> Outcome:
        with lock:
            return next(rest, Accepted(provider_id=f"SM{outgoing.delivery_id.hex}"))

    return says
