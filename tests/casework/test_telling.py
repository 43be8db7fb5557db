"""Telling a person that there is something new: one message that says nothing, if they want it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import actions
from casework.keys import Person
from messages.model import PARTING
from messages.records import CauseTextRow, ContactRow, DeliveryRow
from reports.rights import Notice
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import open_key
from tests import given_cases

MORNING = timedelta(hours=9)


def told_case(
    session: Session, sealers: Sealers, tell: str, *, now: datetime
) -> tuple[given_cases.GivenCase, DataKey]:
    intake = replace(given_cases.ASKED, tell=tell)
    case = given_cases.a_case(session, sealers, intake=intake, now=now)
    reader = Person.by_code(sealers.reports, case.code).reader
    return case, open_key(session, reader, case.id)


@pytest.mark.parametrize(
    ("tell", "channel", "subject"),
    [("+447700900741", "sms", ""), ("thrush741@example.org", "email", "Something new")],
)
def test_one_message_goes_to_where_the_person_said(
    session: Session, sealers: Sealers, now: datetime, tell: str, channel: str, subject: str
) -> None:
    case, key = told_case(session, sealers, tell, now=now)
    notice = Notice(subject="Something new", body="Look here.", rings_from=now + MORNING)
    told = actions.tell_person(session, sealers, key, case.id, notice=notice, now=now)
    assert told
    assert told.channels == (channel,)
    delivery, text, contact = session.execute(
        select(DeliveryRow, CauseTextRow, ContactRow)
        .join(CauseTextRow, CauseTextRow.cause_id == DeliveryRow.cause_id)
        .join(ContactRow, ContactRow.id == DeliveryRow.contact_id)
    ).one()
    sealer = sealers.contacts
    sent_to = sealer.text(
        contact.sealed_address, table="contact", column="sealed_address", row=contact.id
    )
    words = sealer.text(
        text.sealed_subject, table="cause_text", column="sealed_subject", row=text.id
    )
    assert (sent_to, words) == (tell, subject)
    waits = delivery.next_at == now + MORNING
    assert waits is (channel == "sms")
    assert contact.leaves_at == now + PARTING


def test_who_said_nowhere_hears_nothing(session: Session, sealers: Sealers, now: datetime) -> None:
    case, key = told_case(session, sealers, "", now=now)
    notice = Notice(subject="Something new", body="Look here.")
    assert actions.tell_person(session, sealers, key, case.id, notice=notice, now=now) is None
    assert session.scalar(select(func.count(ContactRow.id))) == 0
