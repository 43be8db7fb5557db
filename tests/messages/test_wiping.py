"""What providers keep of text messages is listed when a cause is done, and wiped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from messages import actions
from messages.actions.wiping import GIVEN_UP_AFTER, SOON, YOUNG
from messages.model import (
    LEASE,
    Accepted,
    CauseKind,
    Channel,
    DeliveryState,
    Outcome,
    Receipt,
    ReceiptState,
    Refused,
)
from messages.records import DeliveryRow, ProviderCopyRow
from storage.keys import Sealers
from tests.messages.posting import (
    LIFE,
    NOON,
    a_cause,
    an_alert,
    everybody,
    put_into,
    sending,
    some_contacts,
    the_row,
)

S = DeliveryState
LATER = NOON + YOUNG


def sid(delivery_id: UUID, attempt: str = "SM") -> str:
    return f"{attempt}{delivery_id.hex}"


def send(
    session: Session, sealers: Sealers, cause_id: UUID, *, now: datetime = NOON, attempt: str = "SM"
) -> list[UUID]:
    """Send what is due, and have it accepted."""
    claim, outgoing = sending(session, sealers, cause_id, now=now)
    ids = [each.delivery_id for each in outgoing]
    outcomes: dict[UUID, Outcome] = {each: Accepted(provider_id=sid(each, attempt)) for each in ids}
    actions.record_outcomes(session, token=claim.token, outcomes=outcomes, now=now)
    return ids


def arrived(session: Session, ids: list[UUID], state: ReceiptState, *, now: datetime) -> None:
    for each in ids:
        receipt = Receipt(provider_id=sid(each), state=state)
        actions.record_receipt(session, delivery_id=each, receipt=receipt, now=now)


def listed(session: Session) -> set[str]:
    return set(session.scalars(select(ProviderCopyRow.provider_id)))


def take(session: Session, now: datetime, limit: int = 100) -> list[actions.Copy]:
    return actions.take_copies(session, limit=limit, now=now)


def test_texts_are_listed_an_hour_later_once_none_is_open(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 3)
    ids = send(session, sealers, cause_id)
    arrived(session, ids[:2], ReceiptState.DELIVERED, now=NOON)
    actions.list_copies(session, now=LATER - timedelta(seconds=1))
    assert listed(session) == set()
    actions.list_copies(session, now=LATER)
    assert listed(session) == {sid(each) for each in ids}


@pytest.mark.parametrize("state", [S.PENDING, S.CLAIMED, S.SENDING, S.UNKNOWN])
def test_texts_wait_while_one_of_their_cause_is_open(
    session: Session, sealers: Sealers, state: DeliveryState
) -> None:
    cause_id = an_alert(session, sealers, 2)
    ids = send(session, sealers, cause_id)
    put_into(session, ids[0], state)
    actions.list_copies(session, now=LATER)
    assert listed(session) == set()
    actions.list_copies(session, now=NOON + LIFE + YOUNG)
    assert listed(session) == {sid(each) for each in ids}


def test_what_was_sent_since_the_list_was_made_is_listed_when_the_cause_is_over(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    actions.list_copies(session, now=LATER)
    (early,) = send(session, sealers, cause_id)
    arrived(session, [early], ReceiptState.DELIVERED, now=NOON)
    actions.list_copies(session, now=LATER)
    for each in take(session, LATER):
        actions.record_wiped(session, each, said=None, now=LATER)
    some_contacts(session, sealers, 1)
    late_at = LATER + timedelta(hours=1)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=late_at, not_before=NOON)
    (late,) = send(session, sealers, cause_id, now=late_at)
    for when in (late_at, NOON + LIFE, NOON + LIFE + YOUNG):
        assert listed(session) == set()
        actions.list_copies(session, now=when)
    assert listed(session) == {sid(late)}
    actions.list_copies(session, now=NOON + LIFE + 2 * YOUNG)
    assert listed(session) == {sid(late)}


def test_a_mail_is_never_listed(session: Session, sealers: Sealers) -> None:
    an_alert(session, sealers, 1, channel=Channel.EMAIL)
    session.execute(update(DeliveryRow).values(provider_id="250 queued", state=S.ACCEPTED))
    actions.list_copies(session, now=NOON + LIFE + YOUNG)
    assert listed(session) == set()


def test_the_message_before_is_wiped_too_if_there_is_one(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    (id_,) = send(session, sealers, cause_id)
    off = Receipt(provider_id=sid(id_), state=ReceiptState.FAILED, unreachable=True)
    actions.record_receipt(session, delivery_id=id_, receipt=off, now=NOON)
    again = the_row(session, id_).next_at
    send(session, sealers, cause_id, now=again, attempt="MM")
    actions.list_copies(session, now=LATER)
    assert listed(session) == {sid(id_, "SM"), sid(id_, "MM")}


def test_a_message_that_was_refused_at_once_has_no_copy(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim, (outgoing,) = sending(session, sealers, cause_id)
    off = Refused(reason="unreachable", unreachable=True)
    actions.record_outcomes(
        session, token=claim.token, outcomes={outgoing.delivery_id: off}, now=NOON
    )
    actions.list_copies(session, now=NOON + LIFE + YOUNG)
    assert listed(session) == set()


def take_away(session: Session, delivery_id: UUID) -> None:
    contact_id = the_row(session, delivery_id).contact_id
    actions.remove_contact(session, contact_id=contact_id, now=NOON)


def let_its_day_pass(session: Session, _delivery_id: UUID) -> None:
    actions.list_copies(session, now=NOON + timedelta(days=3))
    actions.forget_codes(session, now=NOON + timedelta(days=3))


@pytest.mark.parametrize("forget", [take_away, let_its_day_pass])
def test_a_copy_outlives_its_delivery(
    session: Session, sealers: Sealers, forget: Callable[[Session, UUID], None]
) -> None:
    some_contacts(session, sealers, 1)
    cause_id = a_cause(session, sealers, kind=CauseKind.CODE)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=NOON, not_before=NOON)
    (id_,) = send(session, sealers, cause_id)
    forget(session, id_)
    assert session.scalars(select(DeliveryRow)).all() == []
    assert listed(session) == {sid(id_)}


def test_a_contact_that_goes_later_does_not_have_it_wiped_twice(
    session: Session, sealers: Sealers
) -> None:
    (id_,) = send(session, sealers, an_alert(session, sealers, 1))
    actions.list_copies(session, now=LATER)
    session.execute(delete(ProviderCopyRow))
    take_away(session, id_)
    assert listed(session) == set()


def test_a_copy_is_taken_by_one_worker_at_a_time(session: Session, sealers: Sealers) -> None:
    ids = send(session, sealers, an_alert(session, sealers, 3))
    actions.list_copies(session, now=LATER)
    first, rest = take(session, LATER, limit=2), take(session, LATER)
    assert {each.delivery_id for each in (*first, *rest)} == set(ids)
    assert len(first) == 2
    assert take(session, LATER) == []
    assert len(take(session, LATER + LEASE)) == 3


def test_what_the_provider_says_settles_a_text_that_was_not_heard_of(
    session: Session, sealers: Sealers
) -> None:
    heard, unheard = send(session, sealers, an_alert(session, sealers, 2))
    arrived(session, [heard], ReceiptState.DELIVERED, now=NOON)
    actions.list_copies(session, now=LATER)
    for each in take(session, LATER):
        said = Receipt(provider_id=each.provider_id, state=ReceiptState.FAILED, reason="failed")
        actions.record_wiped(session, each, said=said, now=LATER)
    assert the_row(session, heard).state == S.DELIVERED
    assert (the_row(session, unheard).state, the_row(session, unheard).reason) == (
        S.FAILED,
        "failed",
    )
    assert actions.count_copies(session) == 0


def test_what_cannot_be_wiped_is_tried_ever_later_and_given_up_in_the_end(
    session: Session, sealers: Sealers
) -> None:
    send(session, sealers, an_alert(session, sealers, 1))
    actions.list_copies(session, now=LATER)
    now, tries, given_up = LATER, 0, False
    while not given_up:
        (copy,) = take(session, now)
        given_up = actions.put_off(session, copy, now=now)
        if not given_up:
            after = session.scalars(select(ProviderCopyRow.next_at)).one()
            assert after - now >= SOON
            now, tries = after, tries + 1
    assert now - LATER > GIVEN_UP_AFTER
    assert tries < 20
    assert actions.count_copies(session) == 0
