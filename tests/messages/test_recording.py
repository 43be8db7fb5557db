"""What became of a send: outcomes and receipts, which only move a delivery forward."""

from datetime import timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from messages import actions
from messages.model import (
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
    wait_after,
)
from messages.records import ContactRow, SuppressionRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import NOON, an_alert, put_into, sending, states, the_row

S = DeliveryState
R = ReceiptState
SID = "SM" + "1" * 32
LATER = NOON + timedelta(seconds=3)
OUTCOMES: dict[str, Outcome] = {
    "accepted": Accepted(provider_id=SID),
    "postponed": Postponed(reason="too_many_requests"),
    "refused": Refused(reason="refused_21612"),
    "unknown": Unknown(reason="no_answer_ReadTimeoutError"),
}
BEFORE = {S.PENDING, S.CLAIMED, S.SENDING, S.UNKNOWN}


def record(session: Session, token: UUID, delivery_id: UUID, outcome: Outcome) -> None:
    actions.record_outcomes(session, token=token, outcomes={delivery_id: outcome}, now=LATER)


def one_in_flight(session: Session, sealers: Sealers) -> tuple[UUID, UUID]:
    claim, (outgoing,) = sending(session, sealers, an_alert(session, sealers, 1))
    return claim.token, outgoing.delivery_id


def after_outcome(state: DeliveryState, name: str) -> DeliveryState:
    """Say, independently, where a delivery in this state ends by an outcome."""
    if name == "accepted":
        return S.ACCEPTED if state in BEFORE else state
    if state not in {S.SENDING, S.UNKNOWN}:
        return state
    return {"postponed": S.PENDING, "refused": S.FAILED, "unknown": S.UNKNOWN}[name]


def after_receipt(state: DeliveryState, receipt: ReceiptState) -> DeliveryState:
    """Say, independently, where a delivery in this state ends by a receipt."""
    if state in BEFORE:
        return S(receipt.value)
    if state is S.ACCEPTED and receipt is not R.ACCEPTED:
        return S(receipt.value)
    return state


def test_an_outcome_moves_each_state_as_it_should(session: Session, sealers: Sealers) -> None:
    cases = list(product(S, OUTCOMES))
    claim, outgoing = sending(session, sealers, an_alert(session, sealers, len(cases)))
    for (state, name), each in zip(cases, outgoing, strict=True):
        put_into(session, each.delivery_id, state)
        record(session, claim.token, each.delivery_id, OUTCOMES[name])
        assert the_row(session, each.delivery_id).state == after_outcome(state, name), (state, name)


def test_a_receipt_moves_each_state_as_it_should(session: Session, sealers: Sealers) -> None:
    cases = list(product(S, R))
    _, outgoing = sending(session, sealers, an_alert(session, sealers, len(cases)))
    for (state, said), each in zip(cases, outgoing, strict=True):
        put_into(session, each.delivery_id, state)
        changed = actions.record_receipt(
            session,
            delivery_id=each.delivery_id,
            receipt=Receipt(provider_id=SID, state=said),
            now=LATER,
        )
        expected = after_receipt(state, said)
        assert the_row(session, each.delivery_id).state == expected, (state, said)
        assert changed == (expected != state)


def test_acceptance_keeps_the_providers_name_and_the_moment(
    session: Session, sealers: Sealers
) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    record(session, token, delivery_id, Accepted(provider_id=SID))
    row = the_row(session, delivery_id)
    assert (row.provider_id, row.left_at, row.lease_until) == (SID, LATER, None)


def test_an_answer_that_comes_after_its_receipt_does_not_move_it_back(
    session: Session, sealers: Sealers
) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    receipt = Receipt(provider_id="", state=R.DELIVERED)
    actions.record_receipt(session, delivery_id=delivery_id, receipt=receipt, now=NOON)
    record(session, token, delivery_id, Accepted(provider_id=SID))
    row = the_row(session, delivery_id)
    assert (row.state, row.provider_id, row.left_at) == (S.DELIVERED, SID, NOON)


def test_only_the_worker_that_sent_it_may_say_that_it_was_not_taken(
    session: Session, sealers: Sealers
) -> None:
    _, delivery_id = one_in_flight(session, sealers)
    for outcome in (OUTCOMES["postponed"], OUTCOMES["refused"], OUTCOMES["unknown"]):
        record(session, new_id(), delivery_id, outcome)
    assert the_row(session, delivery_id).state == S.SENDING


def test_a_slow_worker_corrects_what_the_sweep_thought(session: Session, sealers: Sealers) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    actions.expire_leases(session, now=NOON + LEASE)
    assert the_row(session, delivery_id).state == S.UNKNOWN
    record(session, token, delivery_id, OUTCOMES["postponed"])
    assert the_row(session, delivery_id).state == S.PENDING


def test_a_postponed_delivery_waits_longer_each_time(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    now, waits = NOON, []
    for _ in range(4):
        claim, (outgoing,) = sending(session, sealers, cause_id, now=now)
        outcomes: dict[UUID, Outcome] = {outgoing.delivery_id: OUTCOMES["postponed"]}
        actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=now)
        due = the_row(session, outgoing.delivery_id).next_at
        waits.append((due - now).total_seconds())
        now = due
    assert all(later == pytest.approx(2 * sooner) for sooner, later in pairwise(waits))
    assert 1 <= waits[0] <= 2


def test_a_provider_that_says_when_is_heeded(session: Session, sealers: Sealers) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    outcome = Postponed(reason="too_many_requests", retry_after=timedelta(seconds=90))
    record(session, token, delivery_id, outcome)
    assert the_row(session, delivery_id).next_at == LATER + timedelta(seconds=90)


def test_the_wait_stays_bounded() -> None:
    assert wait_after(1, spread=0) == timedelta(seconds=2)
    assert wait_after(3, spread=0) == timedelta(seconds=8)
    assert wait_after(500, spread=0) == timedelta(minutes=5)
    assert wait_after(500, spread=1) == timedelta(minutes=2, seconds=30)


def test_who_opted_out_at_the_provider_is_not_written_to_again(
    session: Session, sealers: Sealers
) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    record(session, token, delivery_id, Refused(reason="opted_out", opted_out=True))
    assert the_row(session, delivery_id).state == S.SUPPRESSED
    assert session.scalars(select(SuppressionRow.reason)).all() == ["opted_out"]
    assert not session.scalars(actions.reachable_contacts(Channel.SMS)).all()


def test_a_bad_number_is_flagged(session: Session, sealers: Sealers) -> None:
    token, delivery_id = one_in_flight(session, sealers)
    record(session, token, delivery_id, Refused(reason="bad_number_21211", bad_address=True))
    assert session.scalars(select(ContactRow.bad_since)).all() == [LATER]


def test_a_receipt_may_say_that_the_number_is_bad_or_opted_out(
    session: Session, sealers: Sealers
) -> None:
    _, delivery_id = one_in_flight(session, sealers)
    receipt = Receipt(
        provider_id=SID, state=R.FAILED, reason="landline", bad_address=True, opted_out=True
    )
    for _ in range(2):
        actions.record_receipt(session, delivery_id=delivery_id, receipt=receipt, now=LATER)
    assert the_row(session, delivery_id).reason == "landline"
    assert session.scalars(select(ContactRow.bad_since)).all() == [LATER]
    assert len(session.scalars(select(SuppressionRow)).all()) == 1


def test_a_receipt_for_nothing_we_know_changes_nothing(session: Session) -> None:
    receipt = Receipt(provider_id=SID, state=R.DELIVERED)
    assert not actions.record_receipt(session, delivery_id=new_id(), receipt=receipt, now=NOON)


RANK = {S.PENDING: 0, S.CLAIMED: 0, S.SENDING: 0, S.UNKNOWN: 0, S.ACCEPTED: 1}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(receipts=st.lists(st.sampled_from(list(R)), max_size=8), answer=st.integers(0, 8))
def test_receipts_in_any_order_and_number_only_move_forward(
    engine: Engine, sealers: Sealers, receipts: list[ReceiptState], answer: int
) -> None:
    with writing(engine)() as session:
        token, delivery_id = one_in_flight(session, sealers)
        reached = 0
        for index, state in enumerate(receipts):
            if index == answer:
                record(session, token, delivery_id, Accepted(provider_id=SID))
            receipt = Receipt(provider_id=SID, state=state)
            actions.record_receipt(session, delivery_id=delivery_id, receipt=receipt, now=LATER)
            rank = RANK.get(S(the_row(session, delivery_id).state), 2)
            assert rank >= reached
            reached = rank
        final = [state for state in receipts if state is not R.ACCEPTED]
        if final:  # the first final word stays
            assert the_row(session, delivery_id).state == final[0].value
        session.rollback()


def test_many_outcomes_are_written_down_together(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 4)
    claim, outgoing = sending(session, sealers, cause_id)
    outcomes = dict(zip((each.delivery_id for each in outgoing), OUTCOMES.values(), strict=True))
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=LATER)
    assert states(session, cause_id) == {S.ACCEPTED: 1, S.PENDING: 1, S.FAILED: 1, S.UNKNOWN: 1}
