"""The audience as a query: who is in none, its indexes, and its deliveries in one statement."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from members import actions as members
from members.model import (
    Severity,
    WorkSetting,
)
from messages import actions as messages
from messages.model import CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.keys import Sealers
from tests import given


def test_an_address_that_opted_out_is_in_no_audience(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    given.a_member(session, sealers, now=now, phone="+447700900123")
    kept = given.a_member(session, sealers, now=now, phone="+447700900124")
    messages.suppress(
        session,
        sealers.contacts,
        channel=Channel.SMS,
        address="+447700900123",
        reason="opted out",
        now=now,
    )
    rows = session.execute(members.audience(areas=(), severity=Severity.DANGER, settings=())).all()
    assert [row.contact_id for row in rows] == [kept.sms_contact_id]


def test_whoever_left_or_took_a_contact_away_is_in_no_audience(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    leaves = given.a_member(session, sealers, now=now, phone="+447700900123")
    takes = given.a_member(session, sealers, now=now, phone="+447700900124")
    members.leave(session, sealers, account_id=leaves.id, now=now)
    members.take_contact(session, account_id=takes.id, channel=Channel.SMS, now=now)
    everybody = members.audience(areas=(), severity=Severity.DANGER, settings=())
    assert session.execute(everybody).all() == []


def test_a_large_audience_is_found_through_indexes(session: Session) -> None:
    query = members.audience(
        areas=("GB-GMP",), severity=Severity.DANGER, settings=(WorkSetting.STREET,)
    )
    sql = query.compile(connection := session.connection(), compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
        scanned = [row[3].split()[1:] for row in plan if row[3].startswith("SCAN")]
        assert not [each for each in scanned if each in (["account"], ["contact"])]
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the tables are empty
        plan = connection.exec_driver_sql(f"EXPLAIN {sql}").all()
        assert not [row[0] for row in plan if "Seq Scan" in row[0]]


def test_the_audience_becomes_deliveries_in_one_statement(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    given.a_member(session, sealers, now=now, phone="+447700900123", email="rosa@example.org")
    cause_id = new_id()
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=CauseKind.ALERT,
        queue=Queue.ROUTINE,
        texts=[Text(channel=each, text_key="en/plain", body="An update") for each in Channel],
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    query = members.audience(areas=("GB-GMP",), severity=Severity.RISK, settings=())
    for _ in range(2):
        counts = messages.expand(
            session, cause_id=cause_id, audience=query, now=now, not_before=now
        )
        assert counts == {Channel.SMS: 1, Channel.EMAIL: 1}
