"""Whatever happens in whatever order: nobody is sent a message twice, and nobody is forgotten.

The one exception is said of the delivery itself: a danger that may have been lost is sent once
more. And a phone that was out of reach is tried again, which only a message that failed allows.
"""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from nacl.public import PrivateKey
from sqlalchemy import select

from messages import actions
from messages.looks import LOOKS
from messages.model import (
    CLAIM,
    LEASE,
    LOOK_AFTER,
    Channel,
    DeliveryState,
    Postponed,
    Queue,
    Receipt,
    ReceiptState,
    Refused,
)
from messages.records import DeliveryRow
from storage.base import Base, new_id
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.sealing import KeyRing, Sealer
from tests.messages.posting import NOON, an_alert
from tests.messages.provider import Message, Said, answer

S = DeliveryState
R = ReceiptState
RECIPIENTS = 4
WHICH = st.integers(0, 9)
OFTEN = (Said.ACCEPTED, Said.ACCEPTED, Said.TAKEN_AND_SILENT, Said.NEVER_HEARD)
SILENCE = (Said.TAKEN_AND_SILENT, Said.NEVER_HEARD)


class Deliveries(RuleBasedStateMachine):
    """A cause, its workers, a provider and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        key = self.folder / "key"
        KeyRing.generate(key)
        sealer = Sealer(KeyRing.load(key))
        self.sealers = Sealers(
            sealer, sealer, sealer, sealer, sealer, PrivateKey.generate().public_key
        )
        self.engine = connect(f"sqlite:///{self.folder / 'brolly.sqlite3'}")
        Base.metadata.create_all(self.engine)
        self.session = writing(self.engine)()
        self.now = NOON
        self.claims: list[actions.Claim] = []
        self.messages: list[Message] = []
        self.numbers = count(1)
        self.recalled = False
        self.arrived: set[UUID] = set()

    @initialize(
        queue=st.sampled_from(list(Queue)),
        at_last=st.lists(st.sampled_from(SILENCE), min_size=4, max_size=4),
    )
    def alert(self, queue: Queue, at_last: list[Said]) -> None:
        self.queue, self.at_last = queue, at_last
        self.cause_id = an_alert(
            self.session, self.sealers, RECIPIENTS, life=timedelta(days=99), queue=queue
        )

    def teardown(self) -> None:
        try:
            if hasattr(self, "cause_id") and not self.recalled:
                self.drain_everything()
                self.nobody_is_forgotten()
        finally:
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    # Workers

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.claims.append(self.claimed(limit))

    @rule(limit=st.integers(1, RECIPIENTS))
    def claim_and_begin(self, limit: int) -> None:
        self.claims.append(self.claimed(limit))
        self.begun(self.claims[-1])

    @precondition(lambda self: self.claims)
    @rule(which=WHICH)
    def begin(self, which: int) -> None:
        self.begun(self.claims[which % len(self.claims)])

    @precondition(lambda self: self.claims)
    @rule(which=WHICH)
    def crash(self, which: int) -> None:
        self.claims.pop(which % len(self.claims))

    @precondition(lambda self: self.claims)
    @rule(which=WHICH)
    def give_back(self, which: int) -> None:
        claim = self.claims[which % len(self.claims)]
        ids = list(claim.deliveries)
        actions.release(self.session, token=claim.token, ids=ids, now=self.now)

    @precondition(lambda self: self.unanswered)
    @rule(which=WHICH, said=st.sampled_from(OFTEN + tuple(Said)))
    def land(self, which: int, said: Said) -> None:
        """Let a message reach the provider, or not, and its worker write down what it heard."""
        message = self.unanswered[which % len(self.unanswered)]
        self.take(message, taken=said in {Said.ACCEPTED, Said.TAKEN_AND_SILENT})
        self.heard(message, said)

    @precondition(lambda self: self.unanswered)
    @rule(which=WHICH, fate=st.sampled_from(["arrived", "out of reach", "failed"]))
    def overtake(self, which: int, fate: str) -> None:
        """Let a callback come before the answer that it overtook."""
        message = self.unanswered[which % len(self.unanswered)]
        self.take(message, taken=True)
        message.become(fate)
        self.tell(message)
        self.heard(message, Said.ACCEPTED)

    # The provider

    @precondition(lambda self: self.taken)
    @rule(which=WHICH, fate=st.sampled_from(["arrived", "out of reach", "failed", "filtered"]))
    def call_back(self, which: int, fate: str) -> None:
        """Let something become of a message, or say again what did."""
        message = self.taken[which % len(self.taken)]
        if message.fate is R.ACCEPTED:
            message.become(fate)
        self.tell(message)

    @precondition(lambda self: self.taken)
    @rule(which=WHICH)
    def call_back_early(self, which: int) -> None:
        """Say, perhaps late, that a message was accepted."""
        message = self.taken[which % len(self.taken)]
        early = Receipt(provider_id=message.sid, state=R.ACCEPTED)
        actions.record_receipt(
            self.session, delivery_id=message.delivery, receipt=early, now=self.now
        )

    # Sweeps

    @rule(seconds=st.sampled_from([1, 60, LEASE.seconds, LOOK_AFTER.seconds]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        actions.expire_leases(self.session, now=self.now)
        actions.end_what_is_stopped(self.session, now=self.now)

    @rule(limit=st.integers(1, RECIPIENTS), can=st.sampled_from(["read", "not read", "crash"]))
    def look(self, limit: int, can: str) -> None:
        taken = actions.take_lost(self.session, self.sealers.contacts, limit=limit, now=self.now)
        if can == "read":
            for lost in taken:
                found = self.listed(lost.outgoing.delivery_id)
                actions.record_look(self.session, lost, found=found, now=self.now)

    @precondition(lambda self: len(self.messages) > RECIPIENTS)
    @rule()
    def pause(self) -> None:
        actions.pause(self.session, self.cause_id)

    @rule()
    def resume(self) -> None:
        actions.resume(self.session, self.cause_id)

    @precondition(lambda self: len(self.messages) > RECIPIENTS + 1)
    @rule()
    def recall(self) -> None:
        self.recalled = True
        actions.recall(self.session, self.cause_id)

    # What must hold

    @invariant()
    def all_is_well(self) -> None:
        for row in self.rows():
            mine = [each for each in self.messages if each.delivery == row.id]
            self.nothing_is_sent_twice(row, mine)
            assert row.look_at is None or row.state == S.UNKNOWN
            assert row.looks <= LOOKS
            if row.id in self.arrived:
                assert row.state == S.DELIVERED, "it arrived, and that was forgotten"

    def nothing_is_sent_twice(self, row: DeliveryRow, mine: list[Message]) -> None:
        """Count what may have left, for all that was heard of it."""
        assert not row.resent or self.queue is Queue.DANGER
        left = [each for each in mine if each.may_have_left and not each.unreachable]
        assert len(left) <= 1 + row.resent, "sent twice, and nobody says so"
        tried_again = row.former_id is not None
        assert sum(each.taken for each in mine) <= 1 + row.resent + tried_again

    # Steps

    @property
    def unanswered(self) -> list[Message]:
        return [each for each in self.messages if not each.answered]

    @property
    def taken(self) -> list[Message]:
        return [each for each in self.messages if each.taken]

    def rows(self) -> Sequence[DeliveryRow]:
        if not hasattr(self, "cause_id"):
            return []
        return self.session.scalars(
            select(DeliveryRow).execution_options(populate_existing=True)
        ).all()

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
            sid = f"SM{next(self.numbers)}"
            self.messages.append(Message(sid, each.delivery_id, claim.token))

    def take(self, message: Message, *, taken: bool) -> None:
        message.answered = True
        message.taken = taken

    def tell(self, message: Message) -> None:
        receipt = message.receipt()
        actions.record_receipt(
            self.session, delivery_id=message.delivery, receipt=receipt, now=self.now
        )
        if message.fate is R.DELIVERED:
            self.arrived.add(message.delivery)

    def heard(self, message: Message, said: Said) -> None:
        outcome = answer(said, message.sid)
        message.may_have_left = not isinstance(outcome, Postponed | Refused)
        actions.record_outcomes(
            self.session, token=message.token, outcomes={message.delivery: outcome}, now=self.now
        )

    def listed(self, delivery: UUID) -> list[Receipt]:
        return [each.receipt() for each in self.taken if each.delivery == delivery]

    def drain_everything(self) -> None:
        """Let everything work from here on, for as long as it takes."""
        actions.resume(self.session, self.cause_id)
        for message in self.unanswered:  # their workers died before they sent
            message.answered = True
        answers = [*self.at_last, *[Said.ACCEPTED] * 4 * LOOKS]
        for said in answers:
            self.now += timedelta(hours=1)
            self.sweep()
            self.begun(self.claimed(CLAIM))
            for message in self.unanswered:
                self.take(message, taken=said is not Said.NEVER_HEARD)
                self.heard(message, said)
            self.look(RECIPIENTS, "read")
            self.all_is_well()
        for which in range(len(self.taken)):
            self.call_back(which, "arrived")
            self.call_back_early(which)
        self.all_is_well()

    def nobody_is_forgotten(self) -> None:
        """Every one was handed to the provider, refused by it, or is owed a mail."""
        handed_over = {each.delivery for each in self.taken}
        for row in self.rows():
            assert row.state in {S.ACCEPTED, S.DELIVERED, S.FAILED, S.UNKNOWN}
            assert row.id in handed_over or row.mail_owed or row.reason == "no"


Deliveries.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestDeliveries = Deliveries.TestCase
