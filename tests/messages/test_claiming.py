"""Claiming, and the moment before a send: who may send what, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from messages import actions
from messages.model import LEASE, Channel, DeliveryState
from messages.records import CauseRow, ContactRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from tests.messages.posting import (
    NOON,
    a_claim,
    an_alert,
    committed,
    phone,
    put_into,
    sending,
    states,
    the_row,
)

MOMENT = timedelta(seconds=1)


def begin(
    session: Session, sealers: Sealers, claim: actions.Claim, *, after: timedelta = MOMENT
) -> list[UUID]:
    going = actions.begin_sending(
        session, sealers.contacts, claim, list(claim.deliveries), now=NOON + after
    )
    return [each.delivery_id for each in going]


def test_two_workers_never_claim_the_same_delivery(engine: Engine, sealers: Sealers) -> None:
    cause_id = committed(engine, lambda session: an_alert(session, sealers, 120))
    sessions = writing(engine)

    def work(_: int) -> list[UUID]:
        mine: list[UUID] = []
        token = new_id()
        for _turn in range(120):
            with sessions.begin() as session:
                claim = actions.claim(
                    session,
                    cause_id=cause_id,
                    channel=Channel.SMS,
                    token=token,
                    now=NOON,
                    limit=7,
                )
            if not claim.deliveries:
                return mine
            mine += claim.deliveries
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [id_ for mine in pool.map(work, range(4)) for id_ in mine]
    assert len(claimed) == len(set(claimed)) == 120


def test_a_claim_takes_only_what_is_due_and_no_more_than_asked(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 5, now=NOON)
    assert not a_claim(session, cause_id, now=NOON - MOMENT).deliveries
    assert len(a_claim(session, cause_id, limit=3).deliveries) == 3
    assert len(a_claim(session, cause_id).deliveries) == 2


def test_the_message_that_goes_has_its_address_and_text(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim, (outgoing,) = sending(session, sealers, cause_id)
    assert outgoing.address == phone(0)
    assert outgoing.body == "An update for your area: x"
    assert outgoing.expires_at == claim.expires_at
    assert phone(0) not in repr(outgoing)
    assert phone(0) not in repr(claim)
    row = the_row(session, outgoing.delivery_id)
    assert (row.state, row.attempts) == (DeliveryState.SENDING, 1)
    assert row.lease_until == NOON + LEASE


def test_only_the_first_of_two_begins_to_send(session: Session, sealers: Sealers) -> None:
    claim = a_claim(session, an_alert(session, sealers, 3))
    assert len(begin(session, sealers, claim)) == 3
    assert begin(session, sealers, claim) == []


def test_nothing_is_sent_under_another_token(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    first = a_claim(session, cause_id)
    actions.expire_leases(session, now=NOON + LEASE)
    second = a_claim(session, cause_id, now=NOON + LEASE)
    assert list(first.deliveries) == list(second.deliveries)
    assert begin(session, sealers, first, after=LEASE + MOMENT) == []
    assert len(begin(session, sealers, second, after=LEASE + MOMENT)) == 1


def test_nothing_is_sent_after_the_lease(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim = a_claim(session, cause_id)
    assert begin(session, sealers, claim, after=LEASE) == []
    assert states(session, cause_id) == {DeliveryState.CLAIMED: 1}  # the sweep's to give back


def test_nothing_is_sent_of_a_paused_cause_and_it_waits(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 2)
    claim = a_claim(session, cause_id)
    actions.pause(session, cause_id)
    assert begin(session, sealers, claim) == []
    assert states(session, cause_id) == {DeliveryState.PENDING: 2}
    actions.resume(session, cause_id)
    assert len(begin(session, sealers, a_claim(session, cause_id))) == 2


def test_nothing_is_sent_of_a_recalled_cause(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 2)
    claim = a_claim(session, cause_id)
    session.execute(update(CauseRow).values(state="recalled"))  # just after it was claimed
    assert begin(session, sealers, claim) == []
    assert states(session, cause_id) == {DeliveryState.RECALLED: 2}


def test_nothing_is_sent_of_a_cause_that_is_over(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 2, life=timedelta(seconds=30))
    claim = a_claim(session, cause_id)
    assert begin(session, sealers, claim, after=timedelta(seconds=30)) == []
    assert states(session, cause_id) == {DeliveryState.EXPIRED: 2}


def test_nothing_is_sent_to_somebody_who_opted_out(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 3)
    claim = a_claim(session, cause_id)
    actions.suppress(
        session,
        sealers.contacts,
        channel=Channel.SMS,
        address=phone(1),
        reason="stop",
        now=NOON,
    )
    assert len(begin(session, sealers, claim)) == 2
    assert states(session, cause_id) == {DeliveryState.SENDING: 2, DeliveryState.SUPPRESSED: 1}


def test_what_was_claimed_and_not_sent_can_be_given_back(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 3)
    claim = a_claim(session, cause_id)
    one, *others = claim.deliveries
    actions.begin_sending(session, sealers.contacts, claim, [one], now=NOON)
    actions.release(session, token=claim.token, ids=list(claim.deliveries), now=NOON)
    assert states(session, cause_id) == {DeliveryState.PENDING: 2, DeliveryState.SENDING: 1}
    assert set(a_claim(session, cause_id).deliveries) == set(others)


def test_a_removed_contact_is_not_written_to(session: Session, sealers: Sealers) -> None:
    claim = a_claim(session, an_alert(session, sealers, 2))
    (gone, *_) = claim.deliveries.values()
    actions.remove_contact(session, contact_id=gone.contact_id, now=NOON)
    assert gone.id not in begin(session, sealers, claim)


def test_what_was_made_for_a_contact_as_it_was_removed_ends(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 2)
    gone, stays = session.scalars(select(ContactRow.id)).all()
    session.execute(delete(ContactRow).where(ContactRow.id == gone))
    claim = a_claim(session, cause_id)
    assert [each.contact_id for each in claim.deliveries.values()] == [stays]
    assert states(session, cause_id) == {DeliveryState.CLAIMED: 1}


def test_only_a_claimed_delivery_begins_to_be_sent(session: Session, sealers: Sealers) -> None:
    others = [state for state in DeliveryState if state is not DeliveryState.CLAIMED]
    claim = a_claim(session, an_alert(session, sealers, len(others)))
    for state, id_ in zip(others, claim.deliveries, strict=True):
        put_into(session, id_, state)
    assert begin(session, sealers, claim) == []
