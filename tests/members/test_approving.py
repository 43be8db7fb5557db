"""Approvals: two people, once, in time; by the verbs, by the database alone, and two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import actions as members
from members.approval_records import ApprovalRow
from members.approvals import TERMS, Approval, ApprovalKind
from members.model import NotForThisRole
from members.refusals import ApprovalOver, AskedAlready, NoSuchApproval, SecondPersonNeeded
from storage.engine import writing
from storage.keys import Sealers
from tests import given

KIND = ApprovalKind.UNPUBLISH
REASON = "The number belongs to somebody else."
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two caseworkers, and what one of them asked for."""

    session: Session
    sealers: Sealers
    now: datetime
    asker: UUID
    second: UUID
    subject_id: UUID
    approval_id: UUID

    def ask(self, *, by: UUID | None = None, now: datetime | None = None) -> UUID:
        """Ask for the same once more."""
        return members.ask(
            self.session,
            self.sealers,
            kind=KIND,
            subject_id=self.subject_id,
            by=by or self.asker,
            reason=REASON,
            now=now or self.now,
        )

    def grant(self, by: UUID, *, now: datetime | None = None) -> Approval:
        """Grant it."""
        return members.grant(
            self.session, self.sealers, approval_id=self.approval_id, by=by, now=now or self.now
        )

    def refuse(self, by: UUID) -> Approval:
        """Refuse it."""
        return members.refuse(
            self.session, self.sealers, approval_id=self.approval_id, by=by, now=self.now
        )

    def use(self, now: datetime) -> None:
        """Use it."""
        members.use(self.session, approval_id=self.approval_id, now=now)


@pytest.fixture
def pair(session: Session, sealers: Sealers, now: datetime) -> Pair:
    """Give something that was asked for and waits."""
    asker, second = (given.a_caseworker(session, sealers, now=now).id for _ in range(2))
    subject_id = uuid4()
    approval_id = members.ask(
        session,
        sealers,
        kind=KIND,
        subject_id=subject_id,
        by=asker,
        reason=REASON,
        now=now,
    )
    session.commit()
    return Pair(session, sealers, now, asker, second, subject_id, approval_id)


def test_a_second_person_grants_it_and_it_is_used_once(pair: Pair) -> None:
    granted = pair.grant(pair.second)
    assert (granted.granted_by, granted.reason) == (pair.second, REASON)
    pair.use(pair.now + MINUTE)
    with pytest.raises(ApprovalOver):
        pair.use(pair.now + MINUTE)


def test_nobody_grants_what_they_asked_for_whatever_they_are_signed_in_with(pair: Pair) -> None:
    with pytest.raises(SecondPersonNeeded):
        pair.grant(pair.asker)
    with pytest.raises(ApprovalOver):
        pair.use(pair.now)


def test_nobody_grants_what_is_about_themselves(pair: Pair) -> None:
    about = members.ask(
        pair.session,
        pair.sealers,
        kind=KIND,
        subject_id=pair.second,
        by=pair.asker,
        reason=REASON,
        now=pair.now,
    )
    with pytest.raises(SecondPersonNeeded):
        members.grant(pair.session, pair.sealers, approval_id=about, by=pair.second, now=pair.now)


def test_whoever_is_no_caseworker_or_no_longer_one_grants_nothing(pair: Pair) -> None:
    member = given.a_member(pair.session, pair.sealers, now=pair.now).id
    members.suspend(pair.session, account_id=pair.second, now=pair.now)
    for other in (member, pair.second):
        with pytest.raises(NotForThisRole):
            pair.grant(other)


def test_it_is_not_granted_after_its_time(pair: Pair) -> None:
    late = pair.now + TERMS[KIND].waits
    with pytest.raises(ApprovalOver):
        pair.grant(pair.second, now=late)
    assert pair.grant(pair.second, now=late - MINUTE).granted_by == pair.second


def test_what_was_granted_counts_for_its_time_alone(pair: Pair) -> None:
    pair.grant(pair.second)
    with pytest.raises(ApprovalOver):
        pair.use(pair.now + TERMS[KIND].counts)
    pair.use(pair.now + TERMS[KIND].counts - timedelta(seconds=1))


def test_what_was_refused_is_neither_granted_nor_used(pair: Pair) -> None:
    pair.refuse(pair.second)
    with pytest.raises(ApprovalOver):
        pair.grant(pair.second)
    with pytest.raises(ApprovalOver):
        pair.refuse(pair.asker)
    with pytest.raises(ApprovalOver):
        pair.use(pair.now)


def test_whoever_asked_takes_it_back_alone_and_may_ask_again(pair: Pair) -> None:
    with pytest.raises(AskedAlready):
        pair.ask(by=pair.second)
    pair.refuse(pair.asker)
    assert pair.ask() != pair.approval_id


def test_what_ran_out_undecided_makes_place_for_another_wish(pair: Pair) -> None:
    late = pair.now + TERMS[KIND].waits
    assert members.list_waiting(pair.session, pair.sealers, now=late) == []
    again = pair.ask(now=late)
    [waiting] = members.list_waiting(pair.session, pair.sealers, now=late)
    assert waiting.id == again
    with pytest.raises(NoSuchApproval):
        pair.grant(pair.second)


def test_a_reason_is_in_no_column_in_plain(pair: Pair) -> None:
    row = pair.session.get_one(ApprovalRow, pair.approval_id)
    assert REASON.encode() not in bytes(row.sealed_reason)
    assert REASON not in repr(members.approval(pair.session, pair.sealers, pair.approval_id))


# The database by itself


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (lambda pair: {"granted_by": pair.asker, "decided_at": pair.now}, "two_people"),
        (lambda pair: {"granted_by": pair.second}, "decided"),
        (lambda pair: {"used_at": pair.now}, "used"),
        (
            lambda pair: {
                "granted_by": pair.second,
                "refused_by": pair.second,
                "decided_at": pair.now,
            },
            "one_answer",
        ),
        (
            lambda pair: {
                "subject_id": pair.second,
                "granted_by": pair.second,
                "decided_at": pair.now,
            },
            "not_oneself",
        ),
    ],
)
def test_the_database_refuses_it(
    pair: Pair, changes: Callable[[Pair], dict[str, object]], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        pair.session.execute(update(ApprovalRow).values(changes(pair)))


# Two at once


def test_of_two_who_decide_at_once_one_does(engine: Engine, pair: Pair) -> None:
    pair.session.rollback()

    def decide(verb: Callable[..., Approval]) -> bool:
        try:
            with writing(engine).begin() as session:
                verb(
                    session,
                    pair.sealers,
                    approval_id=pair.approval_id,
                    by=pair.second,
                    now=pair.now,
                )
        except ApprovalOver:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(decide, [members.grant, members.refuse] * 4))
    assert done.count(True) == 1


def test_of_two_who_use_it_at_once_one_does(engine: Engine, pair: Pair) -> None:
    pair.grant(pair.second)
    pair.session.commit()

    def use(_: int) -> bool:
        try:
            with writing(engine).begin() as session:
                members.use(session, approval_id=pair.approval_id, now=pair.now)
        except ApprovalOver:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(8))).count(True) == 1


def test_of_two_who_ask_for_the_same_at_once_one_waits(engine: Engine, pair: Pair) -> None:
    pair.refuse(pair.asker)
    pair.session.commit()

    def ask(by: UUID) -> bool:
        try:
            with writing(engine).begin() as session:
                members.ask(
                    session,
                    pair.sealers,
                    kind=KIND,
                    subject_id=pair.subject_id,
                    by=by,
                    reason=REASON,
                    now=pair.now,
                )
        except AskedAlready:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, [pair.asker, pair.second] * 4)).count(True) == 1
