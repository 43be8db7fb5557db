"""The watch over emergency accesses: the operator hears of each, and of overdue reviews."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from members import actions as members
from messages.model import Postponed
from storage.engine import writing
from storage.keys import Sealers
from tests.members.emergencies import MAIL, PHONE, WHY, Night
from tests.workers.test_watching import OPERATOR, Postbox
from workers.emergency_watch import EmergencyWatch
from workers.operator_mail import OperatorMail

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def watch(engine: Engine, postbox: Postbox) -> EmergencyWatch:
    return EmergencyWatch(
        writing=writing(engine),
        public_url="https://check.example.org",
        mail=OperatorMail(postbox, OPERATOR),
    )


@pytest.fixture
def night(session: Session, sealers: Sealers) -> Night:
    return Night.begun(session, sealers, NOON)


def test_each_opening_is_told_once_and_names_nobody(
    night: Night, watch: EmergencyWatch, postbox: Postbox
) -> None:
    night.ask()
    night.session.commit()
    watch.look(NOON)
    assert postbox.mails == []
    night.session.rollback()
    [asked] = members.list_waiting(night.session, night.sealers, now=NOON)
    night.grant(asked.id)
    night.session.commit()
    for minutes in range(3):
        watch.look(NOON + minutes * MINUTE)
    [mail] = postbox.mails
    assert f"opened, reference {asked.reference}" in mail.body
    assert "https://check.example.org/desk/emergencies" in mail.body
    assert "Nobody else works" not in mail.body
    for secret in ("Rosa", "Ruth", "Imogen", PHONE, MAIL, WHY, asked.id.hex):
        assert secret not in mail.body + mail.subject


def test_where_no_third_works_on_the_desk_the_operator_reads_it(
    night: Night, watch: EmergencyWatch, postbox: Postbox
) -> None:
    members.suspend(night.session, account_id=night.third, now=NOON)
    night.opened()
    night.session.commit()
    watch.look(NOON)
    assert "Nobody else works on the desk" in postbox.mails[0].body


def test_an_overdue_review_is_told_once(
    night: Night, watch: EmergencyWatch, postbox: Postbox
) -> None:
    night.opened()
    night.session.commit()
    for hours in (0, 71, 72, 73, 100):
        watch.look(NOON + timedelta(hours=hours))
    assert ["overdue" in each.body for each in postbox.mails] == [False, True]


def test_what_was_reviewed_in_time_is_not_overdue(
    night: Night, watch: EmergencyWatch, postbox: Postbox
) -> None:
    night.review(night.opened(), night.third)
    night.session.commit()
    watch.look(NOON)
    watch.look(NOON + 4 * DAY)
    assert len(postbox.mails) == 1


def test_a_mail_that_is_refused_goes_when_the_watch_looks_again(
    night: Night, watch: EmergencyWatch, postbox: Postbox
) -> None:
    night.opened()
    night.session.commit()
    taken, postbox.says = postbox.says, Postponed(reason="no_connection")
    watch.look(NOON)
    postbox.says = taken
    for minutes in (1, 2):
        watch.look(NOON + minutes * MINUTE)
    assert len(postbox.mails) == 2
