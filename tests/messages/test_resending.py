"""What was sent once more: which of the two messages counts, and who has a say."""

from uuid import UUID

from sqlalchemy.orm import Session

from messages import actions
from messages.model import (
    LEASE,
    LOOK_AFTER,
    Accepted,
    DeliveryState,
    Outcome,
    Postponed,
    Queue,
    ReceiptState,
)
from storage.keys import Sealers
from tests.messages.looking import FIRST, SECOND, SID, a_message, look, unknown
from tests.messages.posting import (
    NOON,
    a_claim,
    an_alert,
    sending,
    the_row,
)

S = DeliveryState


def test_a_worker_that_comes_back_late_has_no_say_in_what_was_sent_again(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim, (outgoing,) = sending(session, sealers, cause_id)
    id_ = outgoing.delivery_id
    actions.expire_leases(session, now=NOON + LEASE)
    for number in (1, 2):
        look(session, sealers, now=NOON + LEASE + number * LOOK_AFTER)
    again = a_claim(session, cause_id, now=SECOND + LEASE)
    assert list(again.deliveries) == [id_]
    late: dict[UUID, Outcome] = {id_: Postponed(reason="busy")}
    actions.record_outcomes(session, token=claim.token, outcomes=late, now=SECOND + LEASE)
    assert the_row(session, id_).state == S.CLAIMED


def test_proof_that_the_first_one_left_keeps_the_second_from_leaving(
    session: Session, sealers: Sealers
) -> None:
    cause_id, (id_,) = unknown(session, sealers)
    for now in (FIRST, SECOND):
        look(session, sealers, now=now)
    claim = a_claim(session, cause_id, now=SECOND)
    actions.record_receipt(session, delivery_id=id_, receipt=a_message(), now=SECOND)
    ids = list(claim.deliveries)
    assert not actions.begin_sending(session, sealers.contacts, claim, ids, now=SECOND)


def resent_as(session: Session, sealers: Sealers, sid: str) -> UUID:
    """Return a delivery whose second message was accepted under this id."""
    cause_id, (id_,) = unknown(session, sealers)
    for now in (FIRST, SECOND):
        look(session, sealers, now=now)
    claim, _ = sending(session, sealers, cause_id, now=SECOND)
    accepted: dict[UUID, Outcome] = {id_: Accepted(provider_id=sid)}
    actions.record_outcomes(session, token=claim.token, outcomes=accepted, now=SECOND)
    return id_


def test_that_the_first_of_two_failed_says_nothing_of_the_second(
    session: Session, sealers: Sealers
) -> None:
    id_ = resent_as(session, sealers, "SM2")
    for receipt in (a_message(ReceiptState.FAILED), a_message()):
        assert not actions.record_receipt(session, delivery_id=id_, receipt=receipt, now=SECOND)
    assert the_row(session, id_).state == S.ACCEPTED


def test_whichever_of_two_arrives_the_person_has_it(session: Session, sealers: Sealers) -> None:
    id_ = resent_as(session, sealers, "SM2")
    for receipt in (a_message(ReceiptState.FAILED, "SM2"), a_message(ReceiptState.DELIVERED)):
        assert actions.record_receipt(session, delivery_id=id_, receipt=receipt, now=SECOND)
    assert the_row(session, id_).state == S.DELIVERED


def test_what_was_given_up_as_lost_is_taken_back_by_its_callback(
    session: Session, sealers: Sealers
) -> None:
    _, (id_,) = unknown(session, sealers, Queue.ROUTINE)
    for now in (FIRST, SECOND):
        look(session, sealers, now=now)
    assert actions.record_receipt(session, delivery_id=id_, receipt=a_message(), now=SECOND)
    row = the_row(session, id_)
    assert (row.state, row.mail_owed, row.provider_id) == (S.ACCEPTED, False, SID)
