"""Rotation: the same answers under another key, whatever happens on the way."""

from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import patch

import pytest
import redis
from sqlalchemy import delete

from checker import actions
from checker.actions import rotating
from checker.derivation import derive, input_of
from checker.evaluator import RegisterKeys
from checker.model import Payload, RegisterState, RegisterUnavailable
from checker.payload import EntryUnreadable, unseal
from checker.records import LedgerRow
from checker.register import Found
from tests.checker.rotations import (
    CHANGED,
    RotatingInstance,
    Stopped,
    rows_of,
    stopped_after,
)
from tests.checker.samples import EMAIL, LISTED, SEALER, UNLISTED, WARNING, phone


def test_checks_find_the_same_under_the_next_key(instance: RotatingInstance) -> None:
    before = instance.lines()
    instance.rotate()
    assert instance.epoch() == 2
    assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, None, CHANGED]
    assert instance.linked() == 2  # the two lines of LISTED, each way
    after = {row.id: row for row in instance.lines()}
    for row in before:
        assert (after[row.id].epoch, after[row.id].next_tag) == (2, None)
        assert after[row.id].tag != row.tag
        assert after[row.id].sealed_element != row.sealed_element


def test_a_program_that_starts_afterwards_and_one_that_ran_all_the_while_agree(
    instance: RotatingInstance,
) -> None:
    running = instance.evaluator
    instance.rotate()
    instance.evaluator = type(running).load(
        instance.key("register"), instance.key("rotation_public")
    )
    assert instance.check(LISTED) == [WARNING]
    RegisterKeys.load(instance.key("register")).drop_all_but(
        RegisterKeys.load(instance.key("register")).pairs[-1].public
    )
    instance.evaluator = running
    assert instance.check(LISTED) == [WARNING]


def test_reports_and_warnings_go_on_under_the_next_key(instance: RotatingInstance) -> None:
    instance.rotate()
    instance.report(UNLISTED)
    assert instance.linked() == 4
    instance.publish(phone(200), CHANGED)
    instance.list_warnings(LISTED)
    instance.refresh()
    assert instance.check(phone(200), LISTED) == [CHANGED, None]


def test_it_can_be_done_again_and_again(instance: RotatingInstance) -> None:
    for epoch in (2, 3, 4):
        instance.rotate()
        kept = RegisterKeys.load(instance.key("register"))
        kept.drop_all_but(kept.pairs[-1].public)
        assert instance.epoch() == epoch
        assert instance.check(LISTED, UNLISTED) == [WARNING, None]


def test_the_old_key_opens_nothing_of_the_next_epoch(instance: RotatingInstance) -> None:
    (former,) = instance.evaluator.evaluate([input_of(LISTED)])
    instance.rotate()
    with instance.reading() as session:
        entries = rows_of(session, 2)
    assert len(entries) == 3  # two and the canary
    for epoch in (1, 2):
        derived = derive(former, epoch)
        assert derived.tag not in {entry[:16] for entry in entries}
        for entry in entries:
            with pytest.raises(EntryUnreadable):
                unseal(derived, entry)


def test_what_is_published_and_taken_off_on_the_way_is_carried_over(
    instance: RotatingInstance,
) -> None:
    rotation, later = instance.rotation(), instance.now + timedelta(seconds=1)
    instance.publish(phone(300))
    instance.begin(rotation)
    instance.turn(rotation)
    instance.list_warnings(LISTED, CHANGED, now=later)
    instance.list_warnings(EMAIL, now=later)
    instance.publish(phone(301))  # refreshed, in the epoch in use
    instance.report(phone(302))
    instance.list_warnings(phone(302), CHANGED)  # and this one is not
    assert instance.check(LISTED, EMAIL, phone(302)) == [CHANGED, None, CHANGED]
    instance.switch(rotation)
    found = instance.check(LISTED, EMAIL, phone(300), phone(301), phone(302))
    assert found == [CHANGED, None, WARNING, WARNING, CHANGED]


def test_a_warning_that_was_taken_off_and_forgotten_on_the_way_does_not_come_back(
    instance: RotatingInstance,
) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    instance.list_warnings(EMAIL, now=instance.now + timedelta(seconds=1))
    with instance.writing.begin() as session:
        session.execute(delete(LedgerRow).where(LedgerRow.kind == "email"))
    instance.switch(rotation)
    assert instance.check(LISTED, EMAIL) == [WARNING, None]


@pytest.mark.parametrize("parts", range(8))
def test_it_may_be_stopped_anywhere_and_gone_on_with(
    instance: RotatingInstance, parts: int
) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    with stopped_after(parts), pytest.raises(Stopped):
        instance.turn(rotation)
    assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, None, CHANGED]
    again = instance.rotation()
    assert again == rotation
    instance.begin(again)
    instance.turn(again)
    with patch.object(rotating, "keep_layout", side_effect=Stopped), pytest.raises(Stopped):
        instance.switch(again)
    assert instance.epoch() == 1
    assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, None, CHANGED]
    instance.refresh()
    instance.switch(again)
    assert instance.epoch() == 2
    assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, None, CHANGED]


def test_what_was_computed_is_not_computed_again(instance: RotatingInstance) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    with stopped_after(0):
        instance.turn(rotation)


def test_a_check_that_is_under_way_at_the_switch_ends_in_its_epoch(
    instance: RotatingInstance,
) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    instance.list_warnings(UNLISTED, CHANGED)  # which Redis never gets in the former epoch
    look_up = instance.register.look_up

    def switched_first(tags: Sequence[bytes], state: RegisterState) -> Found:
        if instance.epoch() == 1:
            instance.switch(rotation)
            with instance.reading() as session:
                rotating.retire(session, instance.register)
        return look_up(tags, state)

    with patch.object(instance.register, "look_up", switched_first):
        assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, CHANGED, CHANGED]
    assert instance.check(LISTED, UNLISTED, EMAIL) == [WARNING, CHANGED, CHANGED]


def test_after_the_last_check_nothing_of_the_former_epoch_is_left(
    instance: RotatingInstance,
) -> None:
    instance.rotate()
    with instance.reading() as session:
        assert rotating.has_former(session)
        rotating.retire(session, instance.register)
    with instance.writing.begin() as session:
        rotating.forget_former(session)
        assert not rotating.has_former(session)
        assert rows_of(session, 1) == []
    assert instance.check(LISTED, UNLISTED) == [WARNING, None]


def test_a_flushed_redis_on_the_way_is_rebuilt_in_either_epoch(
    instance: RotatingInstance, redis_url: str
) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    redis.Redis.from_url(redis_url).flushall()
    with pytest.raises(RegisterUnavailable):
        instance.check(LISTED)
    instance.switch(rotation)
    assert instance.check(LISTED) == [WARNING]
    redis.Redis.from_url(redis_url).flushall()
    with pytest.raises(RegisterUnavailable):
        instance.check(LISTED)
    instance.refresh()
    assert instance.check(LISTED, UNLISTED) == [WARNING, None]


def test_figures_say_how_far_it_has_come(instance: RotatingInstance) -> None:
    def turned() -> int | None:
        with instance.reading() as session:
            return actions.stats(session, instance.register).turned_lines

    assert turned() is None
    rotation = instance.rotation()
    instance.begin(rotation)
    assert turned() == 0
    with stopped_after(2), pytest.raises(Stopped):
        instance.turn(rotation)
    assert turned() == 2
    instance.turn(rotation)
    instance.switch(rotation)
    assert turned() is None


def test_what_a_line_lists_can_be_taken_off_after_a_rotation(instance: RotatingInstance) -> None:
    with instance.writing.begin() as session:
        [line] = actions.record_identifiers(
            session, instance.evaluator, SEALER, identifiers=[UNLISTED], now=instance.now
        )

    def say(*payloads: Payload) -> list[Payload | None]:
        with instance.writing.begin() as session:
            actions.list_line(
                session,
                instance.evaluator,
                SEALER,
                line=line.id,
                payloads=payloads,
                now=instance.now,
            )
        instance.refresh()
        return instance.check(UNLISTED)

    assert say(WARNING) == [WARNING]
    instance.rotate()
    assert instance.check(UNLISTED) == [WARNING]
    assert say() == [None]
