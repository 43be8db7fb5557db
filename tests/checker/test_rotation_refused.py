"""Rotation refused: what would lose an entry, or mix two rotations, changes nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nacl.public
import pytest
from sqlalchemy import delete

from checker.actions import rotating, turning
from checker.evaluator import RegisterKeys
from checker.model import RegisterUnavailable, RotationRefused, WrongRegisterKey
from checker.records import EntryRow
from checker.voprf import random_scalar
from storage.sealing import KeyFileError, write_secret
from tests.checker.rotations import CHANGED, RotatingInstance
from tests.checker.samples import EMAIL, LISTED, UNLISTED, WARNING, phone


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
        patch.object(rotating, "turned", return_value=iter(())),
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


def test_of_two_who_rotate_at_once_the_slower_one_changes_nothing(
    instance: RotatingInstance,
) -> None:
    slower, compute = instance.rotation(), turning._next_entry  # noqa: SLF001 - to be in between
    instance.begin(slower)

    def overtaken(*given: Any) -> dict[str, object]:
        row = compute(*given)
        if instance.epoch() == 1:
            with patch.object(turning, "_next_entry", compute):
                instance.rotate()
            instance.list_warnings(LISTED, CHANGED, now=instance.now + timedelta(seconds=1))
        return row

    with (
        patch.object(turning, "_next_entry", overtaken),
        pytest.raises(RotationRefused, match="somebody else"),
    ):
        instance.turn(slower)
    assert instance.check(LISTED, UNLISTED, EMAIL) == [CHANGED, None, CHANGED]
    kept = RegisterKeys.load(instance.key("register"))
    kept.drop_all_but(kept.pairs[-1].public)
    instance.rotate()
    assert instance.check(LISTED, UNLISTED, EMAIL) == [CHANGED, None, CHANGED]


def test_a_next_key_that_is_not_the_factors_is_refused(instance: RotatingInstance) -> None:
    rotation = instance.rotation()
    other = turning.Rotation(
        factor=random_scalar(),
        rotation_secrets=rotation.rotation_secrets,
        evaluator=rotation.evaluator,
        sealer=rotation.sealer,
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
