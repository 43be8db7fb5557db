"""Mail for people whose text message did not arrive: theirs, once, and only if it may be sent."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from members import actions as members
from members.model import AccountState, Preferences
from members.records import AccountRow
from messages import actions as messages
from messages.model import Channel, DeliveryState
from messages.records import DeliveryRow
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.messages.posting import LIFE, a_cause, everybody, put_into

S = DeliveryState
PHONE, MAIL = "+447700900001", "rosa@example.org"
TEXTS_ONLY = Preferences(everywhere=True, by_sms=True, by_email=False)


def texts_owing_mail(session: Session, sealers: Sealers, now: datetime) -> UUID:
    """Make a cause whose text messages all failed and owe a mail."""
    cause_id = a_cause(session, sealers, now=now)
    audience = everybody().subquery()
    texts = select(audience).where(audience.c.channel == Channel.SMS)
    messages.expand(session, cause_id=cause_id, audience=texts, now=now, not_before=now)
    session.execute(update(DeliveryRow).values(state=S.FAILED.value, mail_owed=True))
    return cause_id


def mailed(session: Session, cause_id: UUID, now: datetime) -> list[UUID]:
    """Let owed mails be made; return whom they go to."""
    assert messages.owing_causes(session) == [cause_id]
    found = messages.mail_instead(session, cause_id=cause_id, mail_of=members.mail_of, now=now)
    assert found > 0
    assert messages.owing_causes(session) == []
    assert not messages.mail_instead(session, cause_id=cause_id, mail_of=members.mail_of, now=now)
    return list(
        session.scalars(select(DeliveryRow.contact_id).where(DeliveryRow.channel == Channel.EMAIL))
    )


@pytest.mark.parametrize("chosen", [None, TEXTS_ONLY])
def test_the_same_person_gets_a_mail_whether_or_not_they_chose_mail(
    session: Session, sealers: Sealers, now: datetime, chosen: Preferences | None
) -> None:
    person = given.a_member(session, sealers, now=now, phone=PHONE, email=MAIL, preferences=chosen)
    given.a_member(session, sealers, now=now, phone="+447700900002")
    cause_id = texts_owing_mail(session, sealers, now)
    assert mailed(session, cause_id, now) == [person.email_contact_id]
    assert [each.channel for each in messages.due(session, now=now)] == [Channel.EMAIL]


def test_who_has_the_mail_already_does_not_get_another(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, phone=PHONE, email=MAIL)
    cause_id = texts_owing_mail(session, sealers, now)
    messages.expand(session, cause_id=cause_id, audience=everybody(), now=now, not_before=now)
    sent = session.scalars(select(DeliveryRow.id).where(DeliveryRow.channel == Channel.EMAIL)).one()
    put_into(session, sent, S.DELIVERED)
    assert mailed(session, cause_id, now) == [person.email_contact_id]
    assert session.get_one(DeliveryRow, sent, populate_existing=True).state == S.DELIVERED


@pytest.mark.parametrize("case", ["unsubscribed", "suspended", "recalled", "over", "no words"])
def test_nobody_gets_a_mail_that_may_not_be_sent(
    session: Session, sealers: Sealers, now: datetime, case: str
) -> None:
    person = given.a_member(session, sealers, now=now, phone=PHONE, email=MAIL)
    cause_id = texts_owing_mail(session, sealers, now)
    if case == "unsubscribed":
        assert person.email_contact_id is not None
        messages.unsubscribe(session, contact_id=person.email_contact_id, now=now)
    elif case == "suspended":
        session.execute(update(AccountRow).values(state=AccountState.SUSPENDED.value))
    elif case == "recalled":
        messages.recall(session, cause_id)
    elif case == "no words":
        session.execute(update(DeliveryRow).values(text_key="cy/plain"))
    assert mailed(session, cause_id, now + LIFE if case == "over" else now) == []


def test_mails_made_by_two_at_once_are_made_once(
    engine: Engine, sealers: Sealers, now: datetime
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("on SQLite the second waits for the first")
    with writing(engine).begin() as session:
        given.a_member(session, sealers, now=now, phone=PHONE, email=MAIL)
        cause_id = texts_owing_mail(session, sealers, now)
    with writing(engine)() as one, writing(engine)() as other:
        counts = [
            messages.mail_instead(each, cause_id=cause_id, mail_of=members.mail_of, now=now)
            for each in (one, other)
        ]
    assert counts == [1, 0]
