"""Retiring members' rows: sign-ins that ended, codes that ran out, applicants declined."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from members import actions
from members.model import ABSOLUTE, CODE_LIFE
from members.records import AccountRow, ContactCodeRow, ResetRow, SignInRow
from messages.model import Channel
from storage.keys import Sealers
from tests import given
from tests.members.test_contacts import WORDING

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SIGN_INS, CODES, RESETS, DECLINED = actions.retention()


def test_a_sign_in_goes_a_day_after_it_ended(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    amber = given.a_member(session, sealers, now=now)
    token = given.a_sign_in(session, sealers, amber, now=now)
    actions.sign_out(session, token=token, now=now)
    given.a_sign_in(session, sealers, amber, now=now)
    assert SIGN_INS.remove(session, now + DAY, 10) == 0
    assert SIGN_INS.remove(session, now + DAY + SECOND, 10) == 1
    (open_one,) = session.scalars(select(SignInRow))
    assert open_one.ended_at is None
    assert SIGN_INS.remove(session, now + ABSOLUTE + DAY + SECOND, 10) == 1


def test_a_code_goes_a_day_after_it_ran_out(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    amber = given.a_member(session, sealers, now=now)
    actions.request_code(
        session,
        sealers,
        account_id=amber.id,
        channel=Channel.SMS,
        entry="07700 900123",
        region="GB",
        wording=WORDING,
        now=now,
    )
    assert CODES.remove(session, now + CODE_LIFE + DAY, 10) == 0
    assert CODES.remove(session, now + CODE_LIFE + DAY + SECOND, 10) == 1
    assert session.scalars(select(ContactCodeRow)).all() == []


def test_that_a_passphrase_was_forgotten_is_forgotten_after_a_day(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    link = "https://example.org/again"
    actions.ask_for_reset(session, sealers, name="Nobody at all", link=link, now=now)
    assert RESETS.remove(session, now + DAY, 10) == 0
    assert RESETS.remove(session, now + DAY + SECOND, 10) == 1
    assert session.scalars(select(ResetRow)).all() == []


def test_an_applicant_who_was_declined_goes_after_ninety_days(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    declined, waiting = (given.an_applicant(session, sealers, now=now) for _ in range(2))
    vetted = given.a_member(session, sealers, now=now)
    actions.decline(session, account_id=declined.id, by=lead.id, now=now)
    assert DECLINED.remove(session, now + 90 * DAY, 10) == 0
    assert DECLINED.due(session, now + 90 * DAY + SECOND) == 1
    assert DECLINED.remove(session, now + 90 * DAY + SECOND, 10) == 1
    left = set(session.scalars(select(AccountRow.id)))
    assert left == {lead.id, waiting.id, vetted.id}
