"""Deliveries of unknown fate: looked for, found, sent once more, or given up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from messages import actions
from messages.looks import Verdict
from messages.model import (
    LEASE,
    LOOK_AFTER,
    Accepted,
    Channel,
    DeliveryState,
    Outcome,
    Queue,
    Receipt,
    ReceiptState,
    Unknown,
)
from messages.records import DeliveryRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.looking import FIRST, SECOND, SID, a_message, look, unanswered, unknown
from tests.messages.posting import (
    NOON,
    TEXTS,
    a_cause,
    an_alert,
    everybody,
    phone,
    put_into,
    sending,
    some_contacts,
    the_row,
)

S = DeliveryState
MOMENT = timedelta(seconds=1)


def test_a_look_is_due_a_while_after_a_delivery_became_unknown(
    session: Session, sealers: Sealers
) -> None:
    _, (id_,) = unknown(session, sealers)
    assert actions.take_lost(session, sealers.contacts, limit=9, now=FIRST - MOMENT) == []
    (lost,) = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    assert (lost.outgoing.delivery_id, lost.outgoing.address) == (id_, phone(0))
    assert lost.outgoing.body == TEXTS[0].body
    assert lost.since <= NOON


def test_a_delivery_whose_worker_died_is_looked_for_too(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    sending(session, sealers, cause_id)
    over = NOON + LEASE
    actions.expire_leases(session, now=over, look_after=timedelta(minutes=1))
    assert look(session, sealers, now=over) == []
    assert look(session, sealers, now=over + timedelta(minutes=1)) == [Verdict.LOOK_AGAIN]


def test_a_callback_settles_it_before_anybody_looks(session: Session, sealers: Sealers) -> None:
    _, (id_,) = unknown(session, sealers)
    actions.record_receipt(session, delivery_id=id_, receipt=a_message(), now=NOON)
    row = the_row(session, id_)
    assert (row.state, row.provider_id, row.look_at) == (S.ACCEPTED, SID, None)
    assert look(session, sealers, now=FIRST) == []


@pytest.mark.parametrize("state", list(ReceiptState))
def test_what_is_found_is_as_the_provider_says(
    session: Session, sealers: Sealers, state: ReceiptState
) -> None:
    _, (id_,) = unknown(session, sealers)
    assert look(session, sealers, now=FIRST, found=[a_message(state)]) == [Verdict.FOUND]
    row = the_row(session, id_)
    assert (row.state, row.provider_id, row.look_at) == (S(state.value), SID, None)


def test_danger_is_sent_once_more_after_two_looks_and_never_again(
    session: Session, sealers: Sealers
) -> None:
    cause_id, (id_,) = unknown(session, sealers)
    assert look(session, sealers, now=FIRST) == [Verdict.LOOK_AGAIN]
    assert look(session, sealers, now=SECOND - MOMENT) == []
    assert look(session, sealers, now=SECOND) == [Verdict.RESEND]
    row = the_row(session, id_)
    assert (row.state, row.resent, row.attempts, row.looks) == (S.PENDING, True, 1, 2)
    assert unanswered(session, sealers, cause_id, now=SECOND) == [id_]
    for number in (1, 2, 3):
        look(session, sealers, now=SECOND + number * LOOK_AFTER)
    row = the_row(session, id_)
    assert (row.state, row.attempts, row.look_at, row.mail_owed) == (S.UNKNOWN, 2, None, True)


@pytest.mark.parametrize("queue", [Queue.ROUTINE, Queue.SERVICE])
def test_the_rest_is_lost_after_two_looks_and_goes_by_mail(
    session: Session, sealers: Sealers, queue: Queue
) -> None:
    _, (id_,) = unknown(session, sealers, queue)
    look(session, sealers, now=FIRST)
    assert look(session, sealers, now=SECOND) == [Verdict.LOST]
    row = the_row(session, id_)
    assert (row.state, row.reason, row.mail_owed, row.resent) == (S.FAILED, "lost", True, False)


def test_without_a_list_danger_is_sent_once_more_and_the_rest_stays_unknown(
    session: Session, sealers: Sealers
) -> None:
    for queue, expected in ((Queue.DANGER, S.PENDING), (Queue.ROUTINE, S.UNKNOWN)):
        _, (id_, *_) = unknown(session, sealers, queue)
        look(session, sealers, now=FIRST, found=None)
        look(session, sealers, now=SECOND, found=None)
        assert the_row(session, id_).state == expected
        put_into(session, id_, S.DELIVERED)


def test_a_mail_of_unknown_fate_is_sent_once_more_whatever_it_is_about(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1, channel=Channel.EMAIL, queue=Queue.ROUTINE)
    claim = actions.claim(
        session, cause_id=cause_id, channel=Channel.EMAIL, token=new_id(), now=NOON
    )
    (id_,) = claim.deliveries
    actions.begin_sending(session, sealers.contacts, claim, [id_], now=NOON)
    outcomes: dict[UUID, Outcome] = {id_: Unknown(reason="reset")}
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=NOON)
    look(session, sealers, now=FIRST, found=None)
    assert look(session, sealers, now=SECOND, found=None) == [Verdict.RESEND]
    row = the_row(session, id_)
    assert (row.state, row.resent, row.mail_owed) == (S.PENDING, True, False)


def test_what_may_not_go_any_more_is_not_sent_again(session: Session, sealers: Sealers) -> None:
    cause_id, (id_,) = unknown(session, sealers)
    look(session, sealers, now=FIRST)
    actions.recall(session, cause_id)
    assert look(session, sealers, now=SECOND) == [Verdict.LOST]
    assert not the_row(session, id_).mail_owed


def test_each_delivery_is_looked_at_by_one_and_again_if_that_one_died(
    session: Session, sealers: Sealers
) -> None:
    unknown(session, sealers, recipients=3)
    first = actions.take_lost(session, sealers.contacts, limit=2, now=FIRST)
    second = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    assert (len(first), len(second)) == (2, 1)
    assert actions.take_lost(session, sealers.contacts, limit=9, now=FIRST) == []
    assert len(actions.take_lost(session, sealers.contacts, limit=9, now=FIRST + LEASE)) == 3


def test_two_sweeps_take_different_deliveries(engine: Engine, sealers: Sealers) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("on SQLite the second sweep waits for the first")
    with writing(engine).begin() as session:
        unknown(session, sealers, recipients=4)
    with writing(engine)() as one, writing(engine)() as other:
        mine = actions.take_lost(one, sealers.contacts, limit=3, now=FIRST)
        theirs = actions.take_lost(other, sealers.contacts, limit=3, now=FIRST)
        ids = [each.outgoing.delivery_id for each in (*mine, *theirs)]
        assert len(ids) == len(set(ids)) == 4


def test_a_look_that_took_too_long_has_no_say(session: Session, sealers: Sealers) -> None:
    _, (id_,) = unknown(session, sealers)
    (slow,) = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    later = FIRST + LEASE
    (quick,) = actions.take_lost(session, sealers.contacts, limit=9, now=later)
    overtaken = actions.record_look(session, slow, found=(), now=later)
    assert (overtaken, the_row(session, id_).looks) == (Verdict.OVERTAKEN, 0)
    assert actions.record_look(session, quick, found=(), now=later) is Verdict.LOOK_AGAIN


def test_a_look_that_a_callback_overtook_has_no_say(session: Session, sealers: Sealers) -> None:
    _, (id_,) = unknown(session, sealers)
    (lost,) = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    delivered = a_message(ReceiptState.DELIVERED)
    actions.record_receipt(session, delivery_id=id_, receipt=delivered, now=FIRST)
    assert actions.record_look(session, lost, found=(), now=FIRST) is Verdict.OVERTAKEN
    assert the_row(session, id_).state == S.DELIVERED


def test_danger_is_looked_for_first(session: Session, sealers: Sealers) -> None:
    _, routine = unknown(session, sealers, Queue.ROUTINE)
    cause_id = a_cause(session, sealers)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=NOON, not_before=NOON)
    danger = unanswered(session, sealers, cause_id, now=NOON)
    taken = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    assert [each.outgoing.delivery_id for each in taken] == danger + routine


def test_who_waited_longest_is_looked_for_first(session: Session, sealers: Sealers) -> None:
    _, later = unknown(session, sealers, recipients=2)
    for number, id_ in enumerate(later):
        row = the_row(session, id_)
        row.look_at = FIRST - number * MOMENT
    session.flush()
    taken = actions.take_lost(session, sealers.contacts, limit=9, now=FIRST)
    assert [each.outgoing.delivery_id for each in taken] == later[::-1]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_messages_the_one_that_arrived_counts(
    session: Session, sealers: Sealers, turn: int
) -> None:
    _, (id_,) = unknown(session, sealers)
    found = [a_message(ReceiptState.FAILED, "SM1"), a_message(ReceiptState.DELIVERED, "SM2")]
    assert look(session, sealers, now=FIRST, found=found[::turn]) == [Verdict.FOUND]
    row = the_row(session, id_)
    assert (row.state, row.provider_id) == (S.DELIVERED, "SM2")


def test_two_members_with_one_phone_have_a_message_each(session: Session, sealers: Sealers) -> None:
    some_contacts(session, sealers, 1)
    _, ids = unknown(session, sealers)
    assert len(ids) == 2
    found = [a_message()]
    assert sorted(look(session, sealers, now=FIRST, found=found)) == ["found", "look_again"]
    both = [*found, a_message(ReceiptState.DELIVERED, "SM2")]
    assert look(session, sealers, now=SECOND, found=both) == [Verdict.FOUND]
    rows = [the_row(session, id_) for id_ in ids]
    assert {row.provider_id for row in rows} == {SID, "SM2"}


def test_a_message_that_failed_before_is_not_taken_for_the_next_one(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim, (outgoing,) = sending(session, sealers, cause_id)
    id_ = outgoing.delivery_id
    accepted: dict[UUID, Outcome] = {id_: Accepted(provider_id=SID)}
    actions.record_outcomes(session, token=claim.token, outcomes=accepted, now=NOON)
    unreachable = Receipt(provider_id=SID, state=ReceiptState.FAILED, unreachable=True)
    actions.record_receipt(session, delivery_id=id_, receipt=unreachable, now=NOON)
    unanswered(session, sealers, cause_id, now=FIRST)
    found = [a_message(ReceiptState.FAILED)]
    assert look(session, sealers, now=SECOND, found=found) == [Verdict.LOOK_AGAIN]


def test_nothing_is_left_to_look_for_once_all_is_decided(
    session: Session, sealers: Sealers
) -> None:
    cause_id, _ = unknown(session, sealers, recipients=3)
    for number in range(1, 4):
        look(session, sealers, now=NOON + number * LOOK_AFTER)
    assert session.query(DeliveryRow).where(DeliveryRow.look_at.is_not(None)).count() == 0
    assert actions.progress(session, cause_id).count(S.PENDING) == 3
