"""Redis follows the database, whoever is interrupted and whatever Redis loses."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from checker import actions
from checker.derivation import input_of
from checker.evaluator import LocalEvaluator
from checker.model import Refreshed, RegisterUnavailable
from checker.packing import Layout
from checker.records import EntryRow
from checker.register import Card, Register
from checker.state import read_state
from storage.engine import writing
from storage.redis_store import RedisStore
from tests.checker.checks import Checks
from tests.checker.samples import LISTED, SEALER, UNLISTED, WARNING, a_payload, phone


def fill(checks: Checks, entries: int, *, prefix: bytes = b"") -> list[bytes]:
    """List entries that nobody can open, for their number alone."""
    tags = [(prefix + os.urandom(16))[:16] for _ in range(entries)]
    rows = [
        {"epoch": 1, "tag": tag, "entry": tag + os.urandom(188), "updated_at": checks.now}
        for tag in tags
    ]
    checks.session.execute(insert(EntryRow), rows)
    checks.session.commit()
    return tags


def found(checks: Checks, tags: Sequence[bytes]) -> int:
    """Count the tags that are in Redis."""
    entries = checks.register.look_up(tags, read_state(checks.session)).entries
    return sum(entry is not None for entry in entries)


def refresh(checks: Checks) -> Refreshed:
    done = actions.refresh(checks.session, checks.register, now=checks.now)
    checks.session.commit()
    return done


def test_a_refresh_writes_only_the_buckets_that_changed(checks: Checks) -> None:
    fill(checks, 1000)
    assert refresh(checks).rebuilt
    checks.list_warnings(UNLISTED, WARNING)
    assert refresh(checks) == Refreshed(entries=1, buckets=1, rebuilt=False)
    assert checks.check(LISTED, UNLISTED) == [WARNING, WARNING]


def test_a_refresh_with_nothing_to_do_does_nothing(checks: Checks) -> None:
    before = checks.card()
    assert refresh(checks) == Refreshed(entries=0, buckets=0, rebuilt=False)
    assert checks.card() == before


def test_an_entry_is_not_in_redis_before_it_is_committed(checks: Checks) -> None:
    actions.list_entry(
        checks.session, checks.evaluator, identifier=UNLISTED, payloads=[WARNING], now=checks.now
    )
    checks.session.rollback()
    refresh(checks)
    assert checks.check(UNLISTED) == [None]


def test_the_register_grows_without_losing_an_entry(checks: Checks) -> None:
    tags: list[bytes] = []
    layouts = []
    for _ in range(6):
        tags += fill(checks, 100)
        refresh(checks)
        layouts.append(read_state(checks.session).bucket_bits)
        assert found(checks, tags) == len(tags)
        assert checks.check(LISTED, UNLISTED) == [WARNING, None]
    assert layouts == [0, 1, 2, 2, 3, 3]


def test_a_reader_of_the_former_layout_is_answered_from_the_new_one(checks: Checks) -> None:
    former = read_state(checks.session)
    checks.list_warnings(UNLISTED, WARNING)
    fill(checks, 200)
    assert refresh(checks).rebuilt
    tag = checks.tag(input_of(UNLISTED))
    assert checks.register.look_up([tag], former).entries[0] is not None


def test_buckets_of_the_former_layout_fade_away_within_a_minute(checks: Checks) -> None:
    former = checks.bucket_key(input_of(LISTED))
    fill(checks, 200)
    refresh(checks)
    current = checks.bucket_key(input_of(LISTED))
    assert former != current
    assert 0 < checks.redis.ttl(former) <= 60
    assert checks.redis.ttl(current) == -1


def test_more_entries_than_a_bucket_holds_change_the_layout(checks: Checks) -> None:
    fill(checks, 119)
    refresh(checks)
    before = read_state(checks.session)
    tags = fill(checks, 90, prefix=b"\xaa\xaa")
    assert refresh(checks).rebuilt
    after = read_state(checks.session)
    assert (after.bucket_bits, after.pad > before.pad) == (before.bucket_bits, True)
    assert found(checks, tags) == 90
    assert checks.check(LISTED) == [WARNING]


def test_a_rebuild_makes_room_for_a_bucket_beyond_all_odds(checks: Checks) -> None:
    tags = fill(checks, 160, prefix=b"\xaa\xaa")
    assert refresh(checks).rebuilt
    assert found(checks, tags) == 160
    assert read_state(checks.session).pad == 2 * Layout.of(162).pad


def test_what_was_stopped_before_the_commit_is_done_again(checks: Checks) -> None:
    checks.list_warnings(UNLISTED, WARNING)
    actions.refresh(checks.session, checks.register, now=checks.now)
    checks.session.rollback()
    assert checks.check(LISTED) == [WARNING]
    assert refresh(checks) == Refreshed(entries=1, buckets=1, rebuilt=False)
    assert checks.check(LISTED, UNLISTED) == [WARNING, WARNING]


def test_a_growth_stopped_before_the_commit_is_done_again(checks: Checks) -> None:
    tags = fill(checks, 200)
    actions.refresh(checks.session, checks.register, now=checks.now)
    checks.session.rollback()
    assert checks.check(LISTED) == [WARNING]
    assert refresh(checks).rebuilt
    assert found(checks, tags) == 200


def test_a_former_generation_that_comes_back_is_noticed_and_replaced(checks: Checks) -> None:
    dump = {key: checks.redis.get(key) for key in checks.redis.scan_iter()}
    checks.publish(UNLISTED, WARNING)
    for key, octets in dump.items():
        assert isinstance(octets, bytes)
        checks.redis.set(key, octets)
    with pytest.raises(RegisterUnavailable, match="older"):
        checks.check(UNLISTED)
    assert refresh(checks).rebuilt
    assert checks.check(UNLISTED) == [WARNING]


class LosingRegister(Register):
    """Loses everything after the buckets are written and before the card is."""

    def __init__(self, client: Redis) -> None:
        super().__init__(RedisStore(lambda: client))
        self.loses = client

    def advance(self, card: Card) -> bool:
        self.loses.flushall()
        return super().advance(card)


def test_a_flush_in_the_middle_of_a_refresh_leads_to_a_rebuild(checks: Checks) -> None:
    checks.list_warnings(UNLISTED, WARNING)
    checks.register = LosingRegister(checks.redis)
    assert refresh(checks).rebuilt
    assert checks.check(LISTED, UNLISTED) == [WARNING, WARNING]


class StoppedRegister(Register):
    """Stops before the card of a new build is set."""

    def publish(self, card: Card) -> None:
        del card
        raise KeyboardInterrupt


def test_a_rebuild_after_a_flush_that_is_stopped_answers_nothing(checks: Checks) -> None:
    checks.redis.flushall()
    with pytest.raises(KeyboardInterrupt):
        actions.rebuild(
            checks.session, StoppedRegister(RedisStore(lambda: checks.redis)), now=checks.now
        )
    checks.session.rollback()
    with pytest.raises(RegisterUnavailable):
        checks.check(UNLISTED)
    checks.refresh()
    assert checks.check(LISTED, UNLISTED) == [WARNING, None]


def test_a_rebuild_tells_how_far_it_is(checks: Checks) -> None:
    fill(checks, 8000)
    steps: list[tuple[int, int]] = []
    done = actions.rebuild(
        checks.session,
        checks.register,
        now=checks.now,
        progress=lambda done, of: steps.append((done, of)),
    )
    assert done == Refreshed(entries=8001, buckets=128, rebuilt=True)
    assert steps == [(64, 128), (128, 128)]


def test_a_very_long_queue_of_changes_is_written_as_a_rebuild(checks: Checks) -> None:
    tags = fill(checks, 10_001)
    refresh(checks)
    checks.session.execute(update(EntryRow).values(synced_at=None))
    checks.session.commit()
    assert refresh(checks).rebuilt
    assert found(checks, tags[:500]) == 500


def test_without_redis_nothing_is_marked_as_written(checks: Checks) -> None:
    checks.list_warnings(UNLISTED, WARNING)
    lost = Register.connect("unix:///nowhere/valkey.sock")
    with pytest.raises(RegisterUnavailable):
        actions.refresh(checks.session, lost, now=checks.now)
    checks.session.rollback()
    assert refresh(checks).entries == 1
    assert checks.check(UNLISTED) == [WARNING]


def test_a_register_that_was_never_made_cannot_be_refreshed(
    session: Session, register: Register, now: datetime
) -> None:
    with pytest.raises(RegisterUnavailable, match="no register yet"):
        actions.refresh(session, register, now=now)


def test_publishing_and_refreshing_at_once_loses_nothing(
    checks: Checks, engine: Engine, evaluator: LocalEvaluator
) -> None:
    sessions = writing(engine)

    def publish(number: int) -> None:
        with sessions.begin() as session:
            actions.list_entry(
                session,
                evaluator,
                identifier=phone(number),
                payloads=[a_payload(references=(f"W-{number}",))],
                now=checks.now,
            )
        with sessions.begin() as session:
            actions.refresh(session, checks.register, now=checks.now)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(publish, range(200, 224)))
    answers: list[Any] = checks.check(*(phone(number) for number in range(200, 224)))
    assert [answer.references for answer in answers] == [(f"W-{n}",) for n in range(200, 224)]
    assert actions.stats(checks.session, checks.register).waiting == 0


def test_two_programs_may_make_the_register_at_once(
    engine: Engine, evaluator: LocalEvaluator, register: Register, now: datetime
) -> None:
    sessions = writing(engine)

    def establish(_: int) -> int:
        with sessions.begin() as session:
            return actions.establish(session, evaluator, now=now).epoch

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(establish, range(8))) == [1] * 8
    with sessions.begin() as session:
        actions.rebuild(session, register, now=now)
        actions.prove_register(session, evaluator=evaluator, register=register)
        assert actions.stats(session, register).entries == 0


def test_figures_tell_what_is_listed_waiting_and_wrong(checks: Checks) -> None:
    actions.record_identifiers(
        checks.session, checks.evaluator, SEALER, identifiers=[LISTED, UNLISTED], now=checks.now
    )
    checks.list_warnings(UNLISTED, WARNING)
    figures = actions.stats(checks.session, checks.register)
    assert (figures.entries, figures.waiting, figures.ledger_lines) == (2, 1, 2)
    assert (figures.buckets, figures.bucket_octets) == (1, 120 * 204)
    assert figures.rebuilt_at == checks.now
    assert figures.trouble == ""
    checks.redis.delete(checks.bucket_key(input_of(LISTED)))
    assert "missing" in actions.stats(checks.session, checks.register).trouble
    checks.redis.flushall()
    assert "rebuild" in actions.stats(checks.session, checks.register).trouble


def test_the_card_says_what_a_client_needs(checks: Checks) -> None:
    card = json.loads(checks.card())
    assert {key: card[key] for key in ("version", "epoch", "bucket_bits", "pad", "entry")} == {
        "version": "sv1",
        "epoch": 1,
        "bucket_bits": 0,
        "pad": 120,
        "entry": 204,
    }
    assert bytes.fromhex(card["public_key"]) == checks.evaluator.public_key
