"""Claimed, committed, sent, in this order; each of these fails soon if the order is lost."""

from threading import Lock
from uuid import UUID

from sqlalchemy import Engine, select

from messages.model import Accepted, Channel, DeliveryState, Outcome, Outgoing
from messages.records import DeliveryRow
from messages.sending import Drain, Line
from storage.engine import reading, writing
from storage.keys import Sealers
from tests.messages.posting import NOON, Told, an_alert, committed

RECIPIENTS = 12


class Watched:
    """A sender that looks at each delivery as others see it, while it is being sent."""

    def __init__(self, engine: Engine) -> None:
        self.seen: list[tuple[DeliveryState, UUID | None, int]] = []
        self.sender = Told(self._look)
        self._reading = reading(engine)
        self._lock = Lock()

    def _look(self, outgoing: Outgoing) -> Outcome:
        columns = (DeliveryRow.state, DeliveryRow.claim_token, DeliveryRow.attempts)
        with self._reading() as session:
            found = session.execute(
                select(*columns).where(DeliveryRow.id == outgoing.delivery_id)
            ).one()
        with self._lock:
            self.seen.append((DeliveryState(found[0]), found[1], found[2]))
        return Accepted(provider_id=f"SM{outgoing.delivery_id.hex}")


def a_drain(engine: Engine, sealers: Sealers, sender: Told, cause_id: UUID) -> Drain:
    """Return a drain that stops when twice as many were sent as there are recipients."""
    line = Line(
        sessions=writing(engine),
        sealer=sealers.contacts,
        sender=sender,
        concurrency=4,
        go_on=lambda: len(sender.sent) < 2 * RECIPIENTS,
        clock=lambda: NOON,
    )
    return Drain(line, cause_id, Channel.SMS)


def test_whatever_is_sent_was_claimed_by_its_sender_and_committed_as_being_sent(
    engine: Engine, sealers: Sealers
) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, RECIPIENTS))
    watched = Watched(engine)
    drain = a_drain(engine, sealers, watched.sender, cause_id)
    drain.run()
    assert watched.seen == [(DeliveryState.SENDING, drain.token, 1)] * RECIPIENTS


def test_a_drain_claims_nothing_twice(engine: Engine, sealers: Sealers) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, RECIPIENTS))
    sender = Told()
    for _ in range(2):
        a_drain(engine, sealers, sender, cause_id).run()
    assert len(sender.ids) == len(set(sender.ids)) == RECIPIENTS
