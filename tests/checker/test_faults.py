"""Faults: in every case where an answer cannot be known it is "cannot check now"."""

from collections.abc import Callable, Sequence
from pathlib import Path
from socket import AF_UNIX, socket

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from checker import actions
from checker.derivation import CANARY, input_of
from checker.evaluator import EvaluatorUnavailable, LocalEvaluator
from checker.model import RegisterUnavailable
from checker.records import StateRow
from checker.register import Register, card_key
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, UNLISTED, WARNING, another_evaluator


def flush(checks: Checks) -> None:
    checks.redis.flushall()


def lose_the_card(checks: Checks) -> None:
    checks.redis.delete(card_key(1))


def damage_the_card(checks: Checks) -> None:
    checks.redis.set(card_key(1), b"{")


def card_of_another_shape(checks: Checks) -> None:
    checks.change_card(bucket_bits="0")


def card_beyond_reason(checks: Checks) -> None:
    checks.change_card(bucket_bits=200)


def card_of_another_key(checks: Checks) -> None:
    checks.change_card(public_key=another_evaluator().public_key.hex())


def card_of_another_epoch(checks: Checks) -> None:
    checks.change_card(epoch=2)


def card_of_another_version(checks: Checks) -> None:
    checks.change_card(version="sv2")


def card_of_another_entry_size(checks: Checks) -> None:
    checks.change_card(entry=205)


def card_of_another_layout(checks: Checks) -> None:
    checks.change_card(bucket_bits=3)


def card_of_another_pad(checks: Checks) -> None:
    checks.change_card(pad=121)


def older_than_the_database(checks: Checks) -> None:
    """As after Redis came back from an old dump, or lost its last second."""
    checks.session.execute(update(StateRow).values(generation=StateRow.generation + 1))
    checks.session.commit()


def flushed_and_partly_written_again(checks: Checks) -> None:
    key, bucket = checks.bucket_key(input_of(UNLISTED)), checks.bucket(input_of(UNLISTED))
    checks.redis.flushall()
    checks.redis.set(key, bucket)


def lose_the_bucket(checks: Checks) -> None:
    checks.redis.delete(checks.bucket_key(input_of(UNLISTED)))


def truncate_the_bucket(checks: Checks) -> None:
    checks.put_bucket(input_of(UNLISTED), checks.bucket(input_of(UNLISTED))[:-204])


def put_another_type_in_the_buckets_place(checks: Checks) -> None:
    key = checks.bucket_key(input_of(UNLISTED))
    checks.redis.delete(key)
    checks.redis.lpush(key, "x")


def epoch_of_the_database_moves_on(checks: Checks) -> None:
    checks.session.execute(update(StateRow).values(epoch=2))
    checks.session.commit()


def key_of_the_database_is_another(checks: Checks) -> None:
    checks.session.execute(update(StateRow).values(public_key=another_evaluator().public_key))
    checks.session.commit()


def lose_the_canary(checks: Checks) -> None:
    """As if every tag had been made with another key."""
    bucket = checks.bucket(CANARY)
    checks.put_bucket(CANARY, bucket.replace(checks.tag(CANARY), bytes(16)))
    checks.restart()


def damage_the_canary(checks: Checks) -> None:
    bucket = checks.bucket(CANARY)
    at = bucket.index(checks.tag(CANARY)) + 16
    checks.put_bucket(CANARY, bucket[:at] + bytes(188) + bucket[at + 188 :])
    checks.restart()


FAULTS = [
    flush,
    lose_the_card,
    damage_the_card,
    card_of_another_shape,
    card_beyond_reason,
    card_of_another_key,
    card_of_another_epoch,
    card_of_another_version,
    card_of_another_entry_size,
    card_of_another_layout,
    card_of_another_pad,
    older_than_the_database,
    flushed_and_partly_written_again,
    lose_the_bucket,
    truncate_the_bucket,
    put_another_type_in_the_buckets_place,
    epoch_of_the_database_moves_on,
    key_of_the_database_is_another,
    lose_the_canary,
    damage_the_canary,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_never_answered_with_no_warning(
    checks: Checks, fault: Callable[[Checks], None]
) -> None:
    assert checks.check(UNLISTED) == [None]
    fault(checks)
    with pytest.raises(RegisterUnavailable):
        checks.check(UNLISTED)


@pytest.mark.parametrize("fault", FAULTS)
def test_readiness_sees_every_fault(checks: Checks, fault: Callable[[Checks], None]) -> None:
    fault(checks)
    with pytest.raises(RegisterUnavailable):
        actions.prove_register(checks.session, evaluator=checks.evaluator, register=checks.register)


@pytest.mark.parametrize("fault", [flush, lose_the_bucket, truncate_the_bucket, damage_the_card])
def test_a_refresh_heals_what_redis_lost(checks: Checks, fault: Callable[[Checks], None]) -> None:
    fault(checks)
    checks.refresh()
    assert checks.check(LISTED, UNLISTED) == [WARNING, None]


def test_a_damaged_entry_is_never_answered_with_no_warning(checks: Checks) -> None:
    bucket = checks.bucket(input_of(LISTED))
    at = bucket.index(checks.tag(input_of(LISTED))) + 100
    changed = bucket[:at] + bytes([bucket[at] ^ 1]) + bucket[at + 1 :]
    checks.put_bucket(input_of(LISTED), changed)
    with pytest.raises(RegisterUnavailable, match="damaged"):
        checks.check(LISTED)


def test_an_entry_moved_to_another_tag_is_never_answered(checks: Checks) -> None:
    tag, other = checks.tag(input_of(LISTED)), checks.tag(input_of(UNLISTED))
    checks.put_bucket(input_of(LISTED), checks.bucket(input_of(LISTED)).replace(tag, other))
    with pytest.raises(RegisterUnavailable, match="damaged"):
        checks.check(UNLISTED)


def test_another_evaluator_gets_no_answer(checks: Checks) -> None:
    assert checks.check(LISTED) == [WARNING]  # the canary is found, and not looked for again
    with pytest.raises(RegisterUnavailable, match="another key"):
        checks.check(LISTED, evaluator=another_evaluator())


class LyingEvaluator(LocalEvaluator):
    """Shows the right public key and evaluates under another."""

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        return another_evaluator().evaluate(inputs)


def test_an_evaluator_that_lies_is_found_out_by_the_canary(checks: Checks) -> None:
    liar = LyingEvaluator(checks.evaluator.pair, checks.evaluator.rotation_key)
    checks.restart()
    with pytest.raises(RegisterUnavailable, match="canary"):
        checks.check(LISTED, evaluator=liar)


class AbsentEvaluator(LocalEvaluator):
    """Knows its public key and does not answer."""

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        del inputs
        message = "the evaluator does not answer"
        raise EvaluatorUnavailable(message)


def test_without_the_evaluator_there_is_no_answer(checks: Checks) -> None:
    absent = AbsentEvaluator(checks.evaluator.pair, checks.evaluator.rotation_key)
    with pytest.raises(RegisterUnavailable, match="evaluator"):
        checks.check(UNLISTED, evaluator=absent)


def test_without_redis_there_is_no_answer(checks: Checks) -> None:
    checks.register = Register.connect("unix:///nowhere/valkey.sock")
    with pytest.raises(RegisterUnavailable, match="does not answer"):
        checks.check(UNLISTED)


def test_a_redis_that_hangs_is_given_up_soon(checks: Checks, tmp_path: Path) -> None:
    silent = socket(AF_UNIX)
    silent.bind(str(tmp_path / "s"))
    silent.listen()
    with silent:
        checks.register = Register.connect(f"unix://{tmp_path / 's'}", timeout=0.02)
        with pytest.raises(RegisterUnavailable, match="TimeoutError"):
            checks.check(UNLISTED)


def test_before_there_is_a_register_there_is_no_answer(
    session: Session, evaluator: LocalEvaluator, register: Register
) -> None:
    with pytest.raises(RegisterUnavailable, match="brolly register rebuild"):
        actions.check(session, evaluator=evaluator, register=register, identifiers=[LISTED])


def test_the_canary_is_looked_for_again_after_a_rebuild(checks: Checks) -> None:
    checks.check(UNLISTED)
    first = checks.register.proved_build
    actions.rebuild(checks.session, checks.register, now=checks.now)
    checks.session.commit()
    checks.check(UNLISTED)
    assert first
    assert checks.register.proved_build not in {"", first}
