"""Rotation: the same answers under another key, whatever happens on the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import nacl.public
import pytest
import redis
from sqlalchemy import Engine, delete

from checker import actions
from checker.actions import rotating
from checker.derivation import derive, input_of
from checker.evaluator import RegisterKeys
from checker.model import RegisterState, RegisterUnavailable, RotationRefused, WrongRegisterKey
from checker.payload import EntryUnreadable, unseal
from checker.records import EntryRow, LedgerRow
from checker.register import Found
from checker.voprf import random_scalar
from storage.sealing import KeyFileError, write_secret
from tests.checker.rotations import RotatingInstance, Stopped, its_own_keys, rows_of, stopped_after
from tests.checker.samples import EMAIL, LISTED, UNLISTED, WARNING, a_payload, phone

CHANGED = a_payload(advice="Changed meanwhile.")


@pytest.fixture
def instance(
    engine: Engine, redis_url: str, keys: Path, tmp_path: Path, now: datetime
) -> RotatingInstance:
    """Give an instance with two warnings, and a report of somebody else."""
    instance = RotatingInstance(engine, redis_url, its_own_keys(keys, tmp_path), now)
    instance.publish(LISTED)
    instance.publish(EMAIL, CHANGED)
    instance.report(UNLISTED, LISTED)
    return instance


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


def test_an_entry_without_a_line_is_never_left_behind(instance: RotatingInstance) -> None:
    instance.list_warnings(phone(400), WARNING)
    with pytest.raises(RotationRefused, match="without a line in the ledger: 1;"):
        instance.begin(instance.rotation())
    instance.report(phone(400))
    instance.rotate()
    assert instance.check(phone(400)) == [WARNING]


def test_a_switch_that_would_lose_an_entry_is_refused(instance: RotatingInstance) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    with (
        patch.object(rotating, "_turned", return_value=iter(())),
        instance.writing.begin() as session,
    ):
        session.execute(delete(EntryRow).where(EntryRow.epoch == 2))
        with pytest.raises(RotationRefused, match="does not hold every entry"):
            rotating.switch(session, instance.register, rotation, now=instance.now)
    assert instance.epoch() == 1


def test_another_rotation_key_opens_no_line(instance: RotatingInstance, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    write_secret(other, bytes(nacl.public.PrivateKey.generate()).hex())
    rotation = instance.rotation(other)
    instance.begin(rotation)
    with pytest.raises(RotationRefused, match="does not open with this rotation key"):
        instance.turn(rotation)
    both = instance.rotation(other, instance.key("rotation-secret"))
    instance.turn(both)
    instance.switch(both)
    assert instance.check(LISTED) == [WARNING]


def test_one_rotation_at_a_time(instance: RotatingInstance) -> None:
    rotation = instance.rotation()
    instance.begin(rotation)
    instance.turn(rotation)
    held = RegisterKeys.load(instance.key("register"))
    with pytest.raises(KeyFileError, match="another next key"):
        held.add(random_scalar())
    held.drop_all_but(held.current.public)
    other = instance.rotation()
    with pytest.raises(RotationRefused, match="another key is on its way"):
        instance.begin(other)
    with instance.writing.begin() as session:
        assert rotating.abandon(session, instance.register) == instance.evaluator.public_key
    with pytest.raises(RotationRefused, match="abandoned"):
        instance.switch(rotation)
    assert instance.check(LISTED, UNLISTED) == [WARNING, None]
    instance.begin(other)
    instance.turn(other)
    instance.switch(other)
    assert instance.check(LISTED, UNLISTED) == [WARNING, None]


def test_a_next_key_that_is_not_the_factors_is_refused(instance: RotatingInstance) -> None:
    rotation = instance.rotation()
    other = rotating.Rotation(
        factor=random_scalar(),
        rotation_secrets=rotation.rotation_secrets,
        evaluator=rotation.evaluator,
    )
    with pytest.raises(RotationRefused, match="not the factor times"):
        instance.begin(other)


def test_without_the_next_key_nobody_answers(instance: RotatingInstance) -> None:
    former = RegisterKeys.load(instance.key("register")).current
    instance.rotate()
    held = RegisterKeys.load(instance.key("register"))
    held.drop_all_but(former.public)
    instance.evaluator = type(instance.evaluator).load(
        instance.key("register"), instance.key("rotation_public")
    )
    with pytest.raises(RegisterUnavailable, match="another key"):
        instance.check(LISTED)
    with pytest.raises(WrongRegisterKey):
        instance.report(LISTED)


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
