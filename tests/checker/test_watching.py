"""Watches: kept as hashes, for thirty days, twenty a member, each told once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from checker import actions
from checker.evaluator import LocalEvaluator
from checker.watches import MOST_WATCHES, WATCH_LIFE, TooManyWatches, WatchOutdated
from members import actions as members
from storage.keys import Sealers
from tests import given

DAY = timedelta(days=1)


def a_token(number: int = 1) -> bytes:
    return number.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Lookout:
    """An instance with a register, and members who watch."""

    session: Session
    sealers: Sealers
    now: datetime

    def member(self) -> UUID:
        """Return somebody new."""
        return given.a_member(self.session, self.sealers, now=self.now).id

    def watch(
        self, member: UUID, *numbers: int, epoch: int = 1, now: datetime | None = None
    ) -> datetime:
        """Let a member watch for what tokens of these numbers stand for."""
        return actions.watch(
            self.session,
            self.sealers.watches,
            account_id=member,
            tokens=[a_token(number) for number in numbers or (1,)],
            epoch=epoch,
            now=now or self.now,
        )

    def take(self, *numbers: int, now: datetime | None = None) -> frozenset[UUID]:
        """Take who watches for these."""
        tokens = [a_token(number) for number in numbers or (1,)]
        return actions.take_watchers(
            self.session, self.sealers.watches, tokens=tokens, now=now or self.now
        )

    def count(self, member: UUID, now: datetime | None = None) -> int:
        """Return how many watches a member has."""
        return len(actions.watches_of(self.session, account_id=member, now=now or self.now))

    def rotate(self) -> None:
        """Let the register be in its next epoch."""
        self.session.execute(text("UPDATE register_state SET epoch = epoch + 1"))


@pytest.fixture
def lookout(
    session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> Lookout:
    actions.establish(session, evaluator, now=now)
    return Lookout(session, sealers, now)


def test_a_watch_is_taken_once_by_its_token_alone(lookout: Lookout) -> None:
    one, two = lookout.member(), lookout.member()
    lookout.watch(one)
    lookout.watch(two, 1, 2)
    assert lookout.take(3) == frozenset()
    assert lookout.take() == {one, two}
    assert lookout.take() == frozenset()
    assert lookout.count(two) == 1


def test_a_watch_lasts_thirty_days_and_no_longer(lookout: Lookout) -> None:
    until = lookout.watch(lookout.member())
    assert until == lookout.now + 30 * DAY
    assert lookout.take(now=until) == frozenset()
    assert len(lookout.take(now=until - timedelta(seconds=1))) == 1


def test_asking_again_renews_it(lookout: Lookout) -> None:
    member = lookout.member()
    lookout.watch(member)
    again = lookout.watch(member, now=lookout.now + 20 * DAY)
    assert lookout.count(member) == 1
    assert lookout.take(now=again - DAY) == {member}


def test_the_twenty_first_is_refused_and_says_when_the_next_is_free(lookout: Lookout) -> None:
    member = lookout.member()
    first = lookout.watch(member)
    lookout.watch(member, *range(2, MOST_WATCHES + 1), now=lookout.now + DAY)
    with pytest.raises(TooManyWatches) as refused:
        lookout.watch(member, 21, now=lookout.now + 2 * DAY)
    assert refused.value.free_at == first
    with pytest.raises(TooManyWatches) as refused:
        lookout.watch(member, 21, 22, now=lookout.now + 2 * DAY)
    assert refused.value.free_at == first + DAY
    lookout.watch(member, 1, now=lookout.now + 2 * DAY)  # renewed, so no more than before
    lookout.watch(member, *range(21, 40), now=lookout.now + 31 * DAY)
    assert lookout.count(member, lookout.now + 31 * DAY) == MOST_WATCHES
    lookout.watch(lookout.member())


def test_the_database_holds_no_token(lookout: Lookout) -> None:
    lookout.watch(lookout.member())
    kept = lookout.session.execute(text("SELECT token_hash FROM watch")).scalar_one()
    assert len(kept) == 32
    assert bytes(kept) != a_token()


def test_nobody_stops_the_watch_of_somebody_else(lookout: Lookout) -> None:
    one, two = lookout.member(), lookout.member()
    lookout.watch(one)
    lookout.watch(two)
    [watch] = actions.watches_of(lookout.session, account_id=one, now=lookout.now)
    stopped = actions.unwatch(lookout.session, account_id=two, watch_ids=[watch.id, uuid4()])
    assert stopped == 0
    assert lookout.take() == {one, two}


def test_one_is_stopped_or_all_of_them(lookout: Lookout) -> None:
    member = lookout.member()
    lookout.watch(member, 1, 2, 3)
    [first, *_] = actions.watches_of(lookout.session, account_id=member, now=lookout.now)
    assert actions.unwatch(lookout.session, account_id=member, watch_ids=[first.id]) == 1
    assert lookout.count(member) == 2
    assert actions.unwatch(lookout.session, account_id=member) == 2
    assert lookout.take(1, 2, 3) == frozenset()


def test_a_token_of_another_epoch_is_refused(lookout: Lookout) -> None:
    with pytest.raises(WatchOutdated):
        lookout.watch(lookout.member(), epoch=2)


def test_what_was_watched_for_before_a_rotation_has_ended(lookout: Lookout) -> None:
    one, two = lookout.member(), lookout.member()
    lookout.watch(one, *range(1, MOST_WATCHES + 1))
    lookout.watch(two)
    assert actions.end_watches(lookout.session, limit=500) == frozenset()
    lookout.rotate()
    lookout.watch(one, 21, epoch=2)  # what has ended takes no room
    watches = actions.watches_of(lookout.session, account_id=one, now=lookout.now)
    assert sorted(each.ended for each in watches) == [False] + [True] * MOST_WATCHES
    ended = [actions.end_watches(lookout.session, limit=1) for _ in range(3)]
    assert sorted(map(len, ended)) == [0, 1, 1]
    assert frozenset().union(*ended) == {one, two}
    assert lookout.count(one) == 1


def test_what_is_over_is_forgotten(lookout: Lookout) -> None:
    member = lookout.member()
    lookout.watch(member)
    lookout.watch(member, 2, now=lookout.now + DAY)
    assert actions.forget_watches(lookout.session, now=lookout.now + WATCH_LIFE) == 1
    assert lookout.session.execute(text("SELECT count(*) FROM watch")).scalar_one() == 1


def test_what_somebody_who_left_watched_for_is_forgotten(lookout: Lookout) -> None:
    stays, leaves = lookout.member(), lookout.member()
    lookout.watch(stays)
    lookout.watch(leaves)
    members.leave(lookout.session, lookout.sealers, account_id=leaves, now=lookout.now)
    assert actions.forget_watches(lookout.session, now=lookout.now) == 1
    assert lookout.take() == {stays}


def test_watches_go_with_their_account(lookout: Lookout) -> None:
    member = lookout.member()
    lookout.watch(member)
    for table in ("account_area", "account_setting"):
        lookout.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a constant
    lookout.session.execute(text("DELETE FROM account"))
    assert lookout.session.execute(text("SELECT count(*) FROM watch")).scalar_one() == 0
