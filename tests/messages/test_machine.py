"""Whatever happens in whatever order: nobody is sent a message twice, and nobody is forgotten."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from messages import actions
from messages.model import (
    CLAIM,
    LEASE,
    Accepted,
    Channel,
    DeliveryState,
    Outcome,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    Unknown,
)
from messages.records import DeliveryRow
from storage.base import Base, new_id
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.sealing import KeyRing, Sealer
from tests.messages.posting import NOON, an_alert

S = DeliveryState
RECIPIENTS = 6
OUTCOMES: list[Outcome] = [
    Accepted(provider_id="SM1"),
    Postponed(reason="busy"),
    Refused(reason="no"),
    Unknown(reason="reset"),
]


class Deliveries(RuleBasedStateMachine):
    """A cause, its workers, a provider and a clock; `taken` is what the provider may have."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        key = self.folder / "key"
        KeyRing.generate(key)
        sealer = Sealer(KeyRing.load(key))
        self.sealers = Sealers(sealer, sealer, sealer)
        self.engine = connect(f"sqlite:///{self.folder / 'brolly.sqlite3'}")
        Base.metadata.create_all(self.engine)
        self.session = writing(self.engine)()
        self.now = NOON
        self.cause_id = an_alert(self.session, self.sealers, RECIPIENTS, life=timedelta(days=99))
        self.claims: list[actions.Claim] = []
        self.in_flight: list[tuple[UUID, UUID]] = []
        self.taken: set[UUID] = set()
        self.recalled = False

    def teardown(self) -> None:
        try:
            if not self.recalled:
                self.drain_everything()
                self.nobody_is_forgotten()
        finally:
            self.put_away()

    def put_away(self) -> None:
        self.session.close()
        self.engine.dispose()
        shutil.rmtree(self.folder)

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.claims.append(self.claimed(limit))

    @precondition(lambda self: self.claims)
    @rule(which=st.integers(0, 9))
    def begin(self, which: int) -> None:
        self.begun(self.claims[which % len(self.claims)])

    @precondition(lambda self: self.claims)
    @rule(which=st.integers(0, 9))
    def crash(self, which: int) -> None:
        self.claims.pop(which % len(self.claims))

    @precondition(lambda self: self.claims)
    @rule(which=st.integers(0, 9))
    def give_back(self, which: int) -> None:
        claim = self.claims[which % len(self.claims)]
        ids = list(claim.deliveries)
        actions.release(self.session, token=claim.token, ids=ids, now=self.now)

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 9), outcome=st.sampled_from(OUTCOMES))
    def land(self, which: int, outcome: Outcome) -> None:
        token, id_ = self.in_flight.pop(which % len(self.in_flight))
        outcomes = {id_: outcome}
        actions.record_outcomes(self.session, token=token, outcomes=outcomes, now=self.now)
        if isinstance(outcome, Postponed | Refused):
            self.taken.discard(id_)

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 9), state=st.sampled_from(list(ReceiptState)))
    def receipt(self, which: int, state: ReceiptState) -> None:
        """Hear of a message whose answer is still under way, which must then be an acceptance."""
        token, id_ = self.in_flight.pop(which % len(self.in_flight))
        receipt = Receipt(provider_id="SM1", state=state)
        actions.record_receipt(self.session, delivery_id=id_, receipt=receipt, now=self.now)
        accepted: dict[UUID, Outcome] = {id_: OUTCOMES[0]}
        actions.record_outcomes(self.session, token=token, outcomes=accepted, now=self.now)

    @rule(seconds=st.sampled_from([1, 60, int(LEASE.total_seconds())]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        actions.expire_leases(self.session, now=self.now)

    @rule()
    def pause(self) -> None:
        actions.pause(self.session, self.cause_id)

    @rule()
    def resume(self) -> None:
        actions.resume(self.session, self.cause_id)

    @precondition(lambda self: self.now > NOON + LEASE)
    @rule()
    def recall(self) -> None:
        self.recalled = True
        actions.recall(self.session, self.cause_id)

    @invariant()
    def what_may_have_left_never_waits(self) -> None:
        waiting = {id_ for id_, state in self.states().items() if state in {S.PENDING, S.CLAIMED}}
        assert not waiting & self.taken

    def claimed(self, limit: int) -> actions.Claim:
        return actions.claim(
            self.session,
            cause_id=self.cause_id,
            channel=Channel.SMS,
            token=new_id(),
            now=self.now,
            limit=limit,
        )

    def begun(self, claim: actions.Claim) -> None:
        going = actions.begin_sending(
            self.session, self.sealers.contacts, claim, list(claim.deliveries), now=self.now
        )
        for each in going:
            assert each.delivery_id not in self.taken, "sent twice"
            self.taken.add(each.delivery_id)
            self.in_flight.append((claim.token, each.delivery_id))

    def drain_everything(self) -> None:
        actions.resume(self.session, self.cause_id)
        self.now += timedelta(hours=1)
        actions.expire_leases(self.session, now=self.now)
        self.begun(self.claimed(CLAIM))

    def nobody_is_forgotten(self) -> None:
        ends = {S.SENDING, S.ACCEPTED, S.DELIVERED, S.FAILED, S.UNKNOWN}
        assert set(self.states().values()) <= ends

    def states(self) -> dict[UUID, str]:
        rows = self.session.execute(select(DeliveryRow.id, DeliveryRow.state))
        return {row.id: row.state for row in rows}


Deliveries.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestDeliveries = Deliveries.TestCase
