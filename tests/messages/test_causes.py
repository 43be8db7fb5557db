"""Causes: expanding, steering, counting."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from messages import actions
from messages.model import (
    Accepted,
    CauseKind,
    CauseState,
    Channel,
    DeliveryState,
    NoSuchCause,
    Postponed,
    Queue,
    Refused,
    TextMissing,
)
from messages.records import CauseTextRow, DeliveryRow
from storage.base import new_id
from storage.keys import Sealers
from tests.messages.posting import (
    NOON,
    a_cause,
    a_claim,
    an_alert,
    everybody,
    sending,
    some_contacts,
    states,
)


def test_expanding_makes_one_delivery_a_row_of_the_audience(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 3)
    some_contacts(session, sealers, 2, Channel.EMAIL)
    cause_id = a_cause(session, sealers)
    later = now + timedelta(hours=1)
    counts = actions.expand(
        session, cause_id=cause_id, audience=everybody(), now=now, not_before=later
    )
    assert counts == {Channel.SMS: 3, Channel.EMAIL: 2}
    rows = session.scalars(select(DeliveryRow)).all()
    assert len({row.id for row in rows}) == 5
    assert {(row.state, row.next_at, row.attempts, row.segments) for row in rows} == {
        (DeliveryState.PENDING, later, 0, 1)
    }
    assert {row.why for row in rows} == {"any area; danger"}


def test_a_delivery_has_the_segments_of_its_own_channels_text(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    for channel in Channel:
        some_contacts(session, sealers, 1, channel)
    cause_id = a_cause(session, sealers)
    of_texts = update(CauseTextRow).where(CauseTextRow.channel == Channel.SMS)
    session.execute(of_texts.values(segments=3))
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=now, not_before=now)
    found = session.execute(select(DeliveryRow.channel, DeliveryRow.segments)).all()
    assert sorted(map(tuple, found)) == [(Channel.EMAIL, 1), (Channel.SMS, 3)]


def test_ids_tell_nobody_how_many_there_are_and_on_sqlite_rise_with_the_contacts(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 40)
    cause_id = a_cause(session, sealers)
    actions.expand(session, cause_id=cause_id, audience=everybody(), now=now, not_before=now)
    ids = session.scalars(select(DeliveryRow.id).order_by(DeliveryRow.contact_id)).all()
    if session.get_bind().dialect.name == "sqlite":
        assert ids == sorted(ids)
        assert int(ids[0].hex[8:16], 16) > 40
    assert len({each.hex[16:] for each in ids}) == 40


def test_expanding_twice_changes_nothing(session: Session, sealers: Sealers, now: datetime) -> None:
    cause_id = an_alert(session, sealers, 3)
    sending(session, sealers, cause_id, limit=1)
    counts = actions.expand(
        session, cause_id=cause_id, audience=everybody(), now=now, not_before=now
    )
    assert counts == {Channel.SMS: 3}
    assert states(session, cause_id) == {DeliveryState.PENDING: 2, DeliveryState.SENDING: 1}


def test_nobody_drops_out_for_want_of_a_text(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 1)
    cause_id = a_cause(session, sealers)
    with pytest.raises(TextMissing):
        actions.expand(
            session, cause_id=cause_id, audience=everybody("pl/news"), now=now, not_before=now
        )


def test_one_delivery_can_be_made_by_itself(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    (contact_id,) = some_contacts(session, sealers, 1)
    cause_id = a_cause(session, sealers, kind=CauseKind.CODE, queue=Queue.SERVICE)
    delivery_id = actions.deliver_one(
        session,
        cause_id=cause_id,
        contact_id=contact_id,
        channel=Channel.SMS,
        text_key="en/plain",
        why="code asked for",
        now=now,
    )
    assert list(a_claim(session, cause_id).deliveries) == [delivery_id]
    with pytest.raises(TextMissing):
        actions.deliver_one(
            session,
            cause_id=cause_id,
            contact_id=contact_id,
            channel=Channel.SMS,
            text_key="fr/plain",
            why="",
            now=now,
        )


def test_texts_are_sealed(session: Session, sealers: Sealers) -> None:
    a_cause(session, sealers)
    stored = session.execute(text("SELECT sealed_subject, sealed_body FROM cause_text")).all()
    assert all(b"update" not in bytes(each) for row in stored for each in row)


def test_a_cause_can_be_paused_resumed_and_recalled(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 3)

    def state() -> CauseState:
        return actions.cause(session, cause_id).state

    actions.pause(session, cause_id)
    assert state() is CauseState.PAUSED
    assert not a_claim(session, cause_id).deliveries
    actions.resume(session, cause_id)
    assert state() is CauseState.OPEN
    assert len(a_claim(session, cause_id, limit=1).deliveries) == 1
    actions.recall(session, cause_id)
    assert state() is CauseState.RECALLED
    assert states(session, cause_id) == {DeliveryState.RECALLED: 3}
    actions.resume(session, cause_id)
    actions.pause(session, cause_id)
    assert state() is CauseState.RECALLED


def test_recalling_leaves_what_is_in_flight(session: Session, sealers: Sealers) -> None:
    cause_id = an_alert(session, sealers, 3)
    sending(session, sealers, cause_id, limit=1)
    actions.pause(session, cause_id)
    actions.recall(session, cause_id)
    assert states(session, cause_id) == {DeliveryState.RECALLED: 2, DeliveryState.SENDING: 1}


def test_a_cause_that_is_not_there_says_so(session: Session) -> None:
    with pytest.raises(NoSuchCause):
        actions.cause(session, new_id())


def test_progress_counts_states_and_reasons(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    cause_id = an_alert(session, sealers, 5)
    claim, outgoing = sending(session, sealers, cause_id, limit=3)
    first, second, third = (each.delivery_id for each in outgoing)
    actions.record_outcomes(
        session,
        token=claim.token,
        outcomes={
            first: Accepted(provider_id="SM1"),
            second: Refused(reason="bad_number_21211", bad_address=True),
            third: Refused(reason="bad_number_21211", bad_address=True),
        },
        now=now + timedelta(seconds=5),
    )
    progress = actions.progress(session, cause_id)
    assert progress.by_state == {
        Channel.SMS: {
            DeliveryState.PENDING: 2,
            DeliveryState.ACCEPTED: 1,
            DeliveryState.FAILED: 2,
        }
    }
    assert progress.reasons == {"bad_number_21211": 2}
    assert progress.first_left_at == now + timedelta(seconds=5)
    assert progress.last_change_at == now + timedelta(seconds=5)
    assert not progress.finished
    assert progress.count() == 5


def test_progress_of_nothing_is_empty(session: Session) -> None:
    progress = actions.progress(session, new_id())
    assert progress.by_state == {}
    assert progress.finished


def test_postponed_deliveries_can_be_tried_again_at_once(
    session: Session, sealers: Sealers
) -> None:
    cause_id = an_alert(session, sealers, 1)
    claim, (outgoing,) = sending(session, sealers, cause_id)
    actions.record_outcomes(
        session,
        token=claim.token,
        outcomes={outgoing.delivery_id: Postponed(reason="x", retry_after=timedelta(hours=1))},
        now=NOON,
    )
    assert not a_claim(session, cause_id).deliveries
    actions.reset_backoff(session, cause_id, now=NOON)
    assert a_claim(session, cause_id).deliveries


def test_resetting_the_wait_does_not_send_what_is_kept_for_later(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    some_contacts(session, sealers, 1)
    cause_id = a_cause(session, sealers)
    actions.expand(
        session,
        cause_id=cause_id,
        audience=everybody(),
        now=now,
        not_before=now + timedelta(hours=1),
    )
    actions.reset_backoff(session, cause_id, now=now)
    assert not a_claim(session, cause_id).deliveries
