"""Failed sign-ins of staff are in the audit, as counts; those of members are nowhere."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from members import actions as members
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, Person
from workers.failure_watch import FailureWatch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watch(engine: Engine, sealers: Sealers) -> FailureWatch:
    return FailureWatch(writing=writing(engine), sealers=sealers)


@pytest.fixture
def ruth(session: Session, sealers: Sealers, now: datetime) -> Person:
    person = given.a_caseworker(session, sealers, now=now, name="Ruth")
    session.commit()
    return person


def on_record(session: Session, sealers: Sealers) -> list[tuple[object, str | None]]:
    found = audit.entries(session, sealers.audit, Wanted(act=Act.SIGN_IN_FAILED))
    session.rollback()  # SQLite has one writer
    return [(each.on_id, each.reason) for each in found]


def tried(session: Session, sealers: Sealers, name: str, times: int, now: datetime) -> None:
    for _ in range(times):
        members.count_try(session, sealers, name=name, now=now)
    session.commit()


def test_tries_at_names_of_staff_are_told_once_with_their_number(
    watch: FailureWatch, ruth: Person, session: Session, sealers: Sealers, now: datetime
) -> None:
    tried(session, sealers, ruth.name, 3, now)
    with capture_logs() as logged:
        for minutes in (0, 1, 2):
            watch.look(now + minutes * MINUTE)
    assert on_record(session, sealers) == [(ruth.id, "times: 3")]
    assert [(each["accounts"], each["tries"]) for each in logged] == [(1, 3)]
    tried(session, sealers, ruth.name, 1, now + 3 * MINUTE)
    watch.look(now + 5 * MINUTE)
    assert on_record(session, sealers) == [(ruth.id, "times: 1"), (ruth.id, "times: 3")]


def test_tries_at_their_second_step_count_too(
    watch: FailureWatch, ruth: Person, session: Session, sealers: Sealers, now: datetime
) -> None:
    members.count_code(session, sealers, account_id=ruth.id, now=now)
    session.commit()
    watch.look(now + MINUTE)
    assert on_record(session, sealers) == [(ruth.id, "times: 1")]


def test_members_and_names_that_nobody_has_are_not_told(
    watch: FailureWatch, session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    for name in (person.name, "Nobody"):
        tried(session, sealers, name, 2, now)
    watch.look(now + MINUTE)
    assert on_record(session, sealers) == []


def test_who_gets_in_is_not_told_of(
    watch: FailureWatch, ruth: Person, session: Session, sealers: Sealers, now: datetime
) -> None:
    members.sign_in(session, sealers, name=ruth.name, passphrase=PASSPHRASE, now=now)
    session.commit()
    watch.look(now + MINUTE)
    assert on_record(session, sealers) == []
