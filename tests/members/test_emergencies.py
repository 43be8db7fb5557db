"""Emergency access: two people, one of them a lead; an hour; everybody told; a third reviews."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import actions as members
from members.approval_records import ApprovalRow
from members.cover import Cover
from members.emergencies import EmergencyOver
from members.model import NoSuchAccount, NotForThisRole, NotOneself, Preferences, Role
from members.records import AccountRow
from members.refusals import ApprovalOver, AskedAlready, NoSuchApproval, SecondPersonNeeded
from messages import actions as messages
from messages.model import Channel
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.members.emergencies import FINDINGS, LINK, MAIL, PHONE, Night

HOUR = timedelta(minutes=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def night(session: Session, sealers: Sealers, now: datetime) -> Night:
    """Give a night on which somebody must be reached."""
    return Night.begun(session, sealers, now)


def test_the_two_see_how_to_reach_her_and_nobody_else_does(night: Night) -> None:
    opened = night.opened()
    for one in (night.ruth, night.lead):
        assert night.look(opened, one) == [PHONE, MAIL]
    other_lead = given.a_lead(night.session, night.sealers, now=night.now).id
    for another in (night.third, other_lead, night.rosa):
        with pytest.raises(NoSuchApproval):
            night.look(opened, another)


def test_nobody_sees_it_before_it_is_granted_or_once_it_is_refused(night: Night) -> None:
    asked = night.ask()
    with pytest.raises(NoSuchApproval):
        night.look(asked, night.ruth)
    members.refuse(night.session, night.sealers, approval_id=asked, by=night.lead, now=night.now)
    with pytest.raises(NoSuchApproval):
        night.look(asked, night.ruth)


def test_after_an_hour_nobody_sees_it(night: Night) -> None:
    opened = night.opened()
    assert night.look(opened, night.ruth, night.now + HOUR - SECOND)
    for one in (night.ruth, night.lead):
        with pytest.raises(EmergencyOver):
            night.look(opened, one, night.now + HOUR)


def test_whoever_asked_does_not_grant(night: Night) -> None:
    for asker in (night.ruth, night.lead):
        asked = night.ask(asker)
        refused = SecondPersonNeeded if asker == night.lead else NotForThisRole
        with pytest.raises(refused):
            night.grant(asked, asker)
        members.refuse(night.session, night.sealers, approval_id=asked, by=asker, now=night.now)


def test_one_of_the_two_is_a_lead(night: Night) -> None:
    asked = night.ask()
    with pytest.raises(NotForThisRole):
        night.grant(asked, night.third)
    members.refuse(night.session, night.sealers, approval_id=asked, by=night.ruth, now=night.now)
    night.grant(night.ask(night.lead), night.third)
    assert len(night.listed()) == 1


def test_it_waits_for_four_hours(night: Night) -> None:
    asked = night.ask(now=night.now - timedelta(hours=4))
    with pytest.raises(ApprovalOver):
        night.grant(asked)


def test_it_is_not_asked_for_oneself_twice_or_for_who_left(night: Night) -> None:
    night.ask()
    with pytest.raises(AskedAlready):
        night.ask()
    with pytest.raises(NotOneself):
        night.ask(night.rosa)
    members.leave(night.session, night.sealers, account_id=night.rosa, now=night.now)
    with pytest.raises(NoSuchAccount):
        night.ask(night.lead)


def test_everybody_who_works_here_is_written_to_without_whom_it_is_about(night: Night) -> None:
    for number, role in enumerate((Role.CASEWORKER, Role.OPERATOR, Role.MEMBER)):
        given.a_member(
            night.session,
            night.sealers,
            now=night.now,
            role=role,
            email=f"{role}{number}@example.org",
            preferences=Preferences(cover=Cover.NEWS, by_email=False),
        )
    cause_id = night.grant(night.ask())
    assert cause_id
    claim = messages.claim(
        night.session, cause_id=cause_id, channel=Channel.EMAIL, token=cause_id, now=night.now
    )
    sent = messages.begin_sending(
        night.session, night.sealers.contacts, claim, list(claim.deliveries), now=night.now
    )
    assert {each.address for each in sent} == {"caseworker0@example.org", "operator1@example.org"}
    [emergency] = night.listed()
    for each in sent:
        assert f"Emergency access was opened, reference {emergency.approval.reference}" in each.body
        assert LINK in each.body
        for secret in ("Rosa", PHONE, MAIL, "Ruth", "Imogen", "door"):
            assert secret not in each.body + each.subject
        assert "emergency" not in each.subject.lower()


# The review


def test_a_third_person_reviews_it_once(night: Night) -> None:
    opened = night.opened()
    for one in (night.ruth, night.lead, night.rosa):
        with pytest.raises(SecondPersonNeeded):
            night.review(opened, one)
    night.review(opened, night.third)
    [emergency] = night.listed()
    assert (emergency.reviewed_by, emergency.findings) == (night.third, FINDINGS)
    with pytest.raises(ApprovalOver):
        night.review(opened, night.third)


def test_what_was_not_opened_is_not_reviewed(night: Night) -> None:
    with pytest.raises(NoSuchApproval):
        night.review(night.ask(), night.third)


def test_a_review_is_overdue_after_72_hours(night: Night) -> None:
    opened = night.opened()
    soon, late = (night.now + timedelta(hours=hours) for hours in (71, 72))
    for at, overdue in ((soon, False), (late, True)):
        [waiting] = members.unreviewed(night.session, now=at)
        assert waiting.is_overdue is overdue
    assert [each.is_overdue(late) for each in night.listed(late)] == [True]
    night.review(opened, night.third)
    assert members.unreviewed(night.session, now=late) == []
    assert night.listed(night.now + timedelta(days=31)) == []


# The database by itself


@pytest.mark.parametrize("who", ["ruth", "lead", "rosa"])
def test_the_database_refuses_a_reviewer_who_is_no_third(night: Night, who: str) -> None:
    night.opened()
    with pytest.raises(IntegrityError, match="third_person"):
        night.session.execute(
            update(ApprovalRow).values(reviewed_by=getattr(night, who), reviewed_at=night.now)
        )


def test_the_database_refuses_a_review_of_what_nobody_opened(night: Night) -> None:
    night.ask()
    with pytest.raises(IntegrityError, match="third_person"):
        night.session.execute(
            update(ApprovalRow).values(reviewed_by=night.third, reviewed_at=night.now)
        )


def test_the_database_refuses_one_person_for_both_and_one_who_is_nobody(night: Night) -> None:
    night.ask()
    for changes, rule in (
        ({"granted_by": night.ruth, "decided_at": night.now}, "two_people"),
        ({"asked_by": None}, "by_somebody"),
    ):
        with pytest.raises(IntegrityError, match=rule), night.session.begin_nested():
            night.session.execute(update(ApprovalRow).values(changes))


# Two at once


def test_of_two_who_open_it_at_once_one_does_and_staff_are_told_once(
    engine: Engine, night: Night
) -> None:
    other = given.a_lead(night.session, night.sealers, now=night.now).id
    contact = given.a_contact(
        night.session, night.sealers, Channel.EMAIL, "ruth@example.org", now=night.now
    )
    night.session.execute(
        update(AccountRow).where(AccountRow.id == night.ruth).values(email_contact_id=contact)
    )
    asked = night.ask()
    night.session.commit()

    def open_it(by: UUID) -> UUID | None:
        try:
            with writing(engine).begin() as session:
                return members.open_emergency(
                    session, night.sealers, approval_id=asked, by=by, link=LINK, now=night.now
                )
        except ApprovalOver:
            return None

    with ThreadPoolExecutor(2) as pool:
        causes = list(pool.map(open_it, [night.lead, other]))
    assert causes.count(None) == 1


def test_of_two_who_review_it_at_once_one_does(engine: Engine, night: Night) -> None:
    fourth = given.a_caseworker(night.session, night.sealers, now=night.now).id
    opened = night.opened()
    night.session.commit()

    def review(by: UUID) -> bool:
        try:
            with writing(engine).begin() as session:
                members.review(
                    session,
                    night.sealers,
                    approval_id=opened,
                    by=by,
                    findings=FINDINGS,
                    now=night.now,
                )
        except ApprovalOver:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(review, [night.third, fourth])) == [False, True]
