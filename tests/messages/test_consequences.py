"""What follows from a failure: one more try, a channel stopped, a mail owed."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from messages import actions
from messages.model import (
    TRY_AGAIN_AFTER,
    Accepted,
    Channel,
    DeliveryState,
    Outcome,
    Receipt,
    ReceiptState,
    Refused,
)
from messages.records import ContactRow, DeliveryRow
from storage.keys import Sealers
from tests.messages.posting import (
    LIFE,
    NOON,
    a_claim,
    an_alert,
    sending,
    states,
    the_row,
)

S = DeliveryState
SID = "SM" + "1" * 32
LATER = NOON + TRY_AGAIN_AFTER
MOMENT = timedelta(seconds=1)
OUT_OF_REACH = Receipt(
    provider_id=SID, state=ReceiptState.FAILED, reason="unreachable", unreachable=True
)
FILTERED = Receipt(provider_id=SID, state=ReceiptState.FAILED, reason="filtered", filtered=True)


def accepted(session: Session, sealers: Sealers, cause_id: UUID, sid: str = SID) -> UUID:
    """Send one message and have it accepted."""
    now = LATER if sid != SID else NOON
    claim, (outgoing,) = sending(session, sealers, cause_id, now=now, limit=1)
    outcomes: dict[UUID, Outcome] = {outgoing.delivery_id: Accepted(provider_id=sid)}
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=now)
    return outgoing.delivery_id


def hear(session: Session, delivery_id: UUID, receipt: Receipt) -> bool:
    return actions.record_receipt(session, delivery_id=delivery_id, receipt=receipt, now=NOON)


def refuse(session: Session, sealers: Sealers, cause_id: UUID, refused: Refused) -> UUID:
    claim, (outgoing,) = sending(session, sealers, cause_id, limit=1)
    outcomes: dict[UUID, Outcome] = {outgoing.delivery_id: refused}
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=NOON)
    return outgoing.delivery_id


def test_a_phone_out_of_reach_is_tried_once_more_after_a_while(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    id_ = accepted(session, sealers, cause_id)
    assert hear(session, id_, OUT_OF_REACH)
    row = the_row(session, id_)
    assert (row.state, row.provider_id, row.former_id) == (S.PENDING, None, SID)
    assert not a_claim(session, cause_id, now=LATER - MOMENT).deliveries
    assert list(a_claim(session, cause_id, now=LATER).deliveries) == [id_]


def test_out_of_reach_twice_goes_by_mail(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    id_ = accepted(session, sealers, cause_id)
    hear(session, id_, OUT_OF_REACH)
    accepted(session, sealers, cause_id, "SM2")
    again = Receipt(provider_id="SM2", state=ReceiptState.FAILED, reason="x", unreachable=True)
    assert hear(session, id_, again)
    row = the_row(session, id_)
    assert (row.state, row.attempts, row.mail_owed) == (S.FAILED, 2, True)
    assert not hear(session, id_, again)


@pytest.mark.parametrize("said", list(ReceiptState))
def test_what_is_said_of_the_message_before_does_not_move_the_second_try(
    session: Session, sealers: Sealers, said: ReceiptState
) -> None:
    cause_id = an_alert(session, sealers, 1)
    id_ = accepted(session, sealers, cause_id)
    hear(session, id_, OUT_OF_REACH)
    for late in (OUT_OF_REACH, Receipt(provider_id=SID, state=said)):
        assert not hear(session, id_, late)
    accepted(session, sealers, cause_id, "SM2")
    assert not hear(session, id_, Receipt(provider_id=SID, state=said))
    assert the_row(session, id_).state == S.ACCEPTED


def test_an_answer_that_its_callback_overtook_does_not_end_the_second_try(
    session: Session, sealers: Sealers
) -> None:
    claim, (outgoing,) = sending(session, sealers, an_alert(session, sealers, 1))
    id_ = outgoing.delivery_id
    hear(session, id_, OUT_OF_REACH)
    late: dict[UUID, Outcome] = {id_: Accepted(provider_id=SID)}
    actions.record_outcomes(session, token=claim.token, outcomes=late, now=NOON)
    assert the_row(session, id_).state == S.PENDING


def test_a_second_try_that_would_come_too_late_is_a_mail_at_once(
    session: Session, sealers: Sealers
) -> None:
    id_ = accepted(session, sealers, an_alert(session, sealers, 1, life=TRY_AGAIN_AFTER))
    hear(session, id_, OUT_OF_REACH)
    assert (the_row(session, id_).state, the_row(session, id_).mail_owed) == (S.FAILED, True)


def test_out_of_reach_may_be_said_at_once(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    said = Refused(reason="unreachable", unreachable=True)
    id_ = refuse(session, sealers, cause_id, said)
    assert (the_row(session, id_).state, the_row(session, id_).next_at) == (S.PENDING, LATER)
    claim, _ = sending(session, sealers, cause_id, now=LATER)
    outcomes: dict[UUID, Outcome] = {id_: said}
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=LATER)
    assert (the_row(session, id_).state, the_row(session, id_).mail_owed) == (S.FAILED, True)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_filtered_text_stops_its_channel_and_the_rest_goes_by_mail(
    session: Session, sealers: Sealers, *, at_once: bool
) -> None:
    cause_id = an_alert(session, sealers, 3)
    claim = a_claim(session, cause_id, limit=1)
    if at_once:
        refuse(session, sealers, cause_id, Refused(reason="filtered", filtered=True))
    else:
        assert hear(session, accepted(session, sealers, cause_id), FILTERED)
    assert actions.cause(session, cause_id).stopped_channel is Channel.SMS
    assert actions.due(session, now=NOON) == []
    assert not a_claim(session, cause_id).deliveries
    held = list(claim.deliveries)
    assert not actions.begin_sending(session, sealers.contacts, claim, held, now=NOON)
    actions.end_what_is_stopped(session, now=NOON)
    assert states(session, cause_id) == {S.FAILED: 3}
    assert actions.progress(session, cause_id).reasons == {"filtered": 3}
    assert actions.owing_causes(session) == [cause_id]
    assert session.scalars(select(DeliveryRow.mail_owed)).all() == [True] * 3


def test_a_filtered_text_stops_no_mail_and_no_other_cause(
    session: Session, sealers: Sealers
) -> None:
    mails = an_alert(session, sealers, 1, channel=Channel.EMAIL)
    texts = an_alert(session, sealers, 1)
    hear(session, accepted(session, sealers, texts), FILTERED)
    assert {each.channel for each in actions.due(session, now=NOON)} == {Channel.EMAIL}
    assert actions.cause(session, mails).stopped_channel is None


def test_a_failure_heard_before_its_acceptance_keeps_its_reason(
    session: Session, sealers: Sealers
) -> None:
    claim, (outgoing,) = sending(session, sealers, an_alert(session, sealers, 1))
    hear(session, outgoing.delivery_id, FILTERED)
    late: dict[UUID, Outcome] = {outgoing.delivery_id: Accepted(provider_id=SID)}
    actions.record_outcomes(session, token=claim.token, outcomes=late, now=NOON)
    row = the_row(session, outgoing.delivery_id)
    assert (row.state, row.reason, row.mail_owed) == (S.FAILED, "filtered", True)


def test_a_bad_number_is_flagged_and_owes_nothing(session: Session, sealers: Sealers) -> None:
    id_ = accepted(session, sealers, an_alert(session, sealers, 1))
    bad = Receipt(
        provider_id=SID, state=ReceiptState.FAILED, reason="unknown_number", bad_address=True
    )
    hear(session, id_, bad)
    assert not the_row(session, id_).mail_owed
    assert session.scalars(select(ContactRow.bad_since)).all() == [NOON]


def test_what_comes_back_to_wait_after_a_recall_is_recalled(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim = a_claim(session, cause_id)
    actions.recall(session, cause_id)
    actions.release(session, token=claim.token, ids=list(claim.deliveries), now=NOON)
    actions.end_what_is_stopped(session, now=NOON + LIFE)
    assert states(session, cause_id) == {S.RECALLED: 1}
