"""The watch over the register: a sweep, and an evaluator that is away, are told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import EvaluatorUnavailable, LocalEvaluator
from checker.model import BudgetSpent, Limits
from config.settings import Settings
from messages.model import Postponed
from storage.engine import Singly, reading, writing
from storage.keys import Sealers
from tests import given
from tests.checker.samples import another_evaluator
from tests.workers.test_watching import OPERATOR, Postbox
from workers.operator_mail import OperatorMail
from workers.register_watch import RegisterWatch

NUMBERS = 10_000
ACCOUNTS = 50
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class MaybeThere:
    """An evaluator that can be away."""

    real: LocalEvaluator
    away: bool = False

    def under(self, public_key: bytes) -> "MaybeThere":
        """Hold the tests' key alone."""
        self.real.under(public_key)
        return self

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Evaluate, if it is there."""
        if self.away:
            message = "an evaluator does not answer (TimeoutError)"
            raise EvaluatorUnavailable(message)
        return self.real.evaluate(inputs)


def a_watch(engine: Engine, keys: Path, mail: Postbox | None, **others: object) -> RegisterWatch:
    settings = Settings(
        data_dir=keys, operator_mail=OPERATOR, public_url="https://check.example.org"
    )
    given = {"evaluator": None, "settings": settings} | others
    told = OperatorMail(mail, OPERATOR) if mail else None
    return RegisterWatch(reading=reading(engine), writing=writing(engine), mail=told, **given)  # type: ignore[arg-type] # as above


def test_a_sweep_by_fifty_accounts_is_bounded_and_told_of(
    engine: Engine, session: Session, sealers: Sealers, singly: Singly, keys: Path
) -> None:
    people = [given.a_member(session, sealers, now=NOW) for _ in range(ACCOUNTS)]
    session.commit()
    postbox = Postbox()
    watch = a_watch(engine, keys, postbox)
    watch.look(NOW)
    assert postbox.mails == []
    answered = 0
    with singly.connect() as connection:
        for person in people:
            for _ in range(NUMBERS // ACCOUNTS // 20):
                try:
                    checker.spend(
                        connection, account_id=person.id, elements=20, now=NOW, limits=Limits()
                    )
                    answered += 20
                except BudgetSpent:
                    break
    assert answered == 1000
    for seconds in (10, 20, 60, 3600):
        watch.look(NOW + timedelta(seconds=seconds))
    [mail] = postbox.mails
    assert mail.subject == "Many checks"
    assert "50 accounts" in mail.body
    watch.look(NOW + timedelta(hours=25))
    assert len(postbox.mails) == 1  # that day is over


def test_what_a_few_members_check_is_no_sweep(
    engine: Engine, session: Session, sealers: Sealers, singly: Singly, keys: Path
) -> None:
    people = [given.a_member(session, sealers, now=NOW) for _ in range(9)]
    session.commit()
    with singly.connect() as connection:
        for person in people:
            checker.spend(connection, account_id=person.id, elements=20, now=NOW, limits=Limits())
    postbox = Postbox()
    a_watch(engine, keys, postbox).look(NOW)
    assert postbox.mails == []


def test_evaluators_under_another_key_than_the_registers_are_told_of(
    engine: Engine, session: Session, evaluator: LocalEvaluator, keys: Path
) -> None:
    checker.establish(session, another_evaluator(), now=NOW)
    session.commit()
    postbox = Postbox()
    a_watch(engine, keys, postbox, evaluator=MaybeThere(evaluator)).look(NOW)
    [mail] = postbox.mails
    assert "another key" in mail.body


def test_an_evaluator_that_is_away_is_told_once_for_each_time(
    engine: Engine, evaluator: LocalEvaluator, keys: Path
) -> None:
    postbox, asked = Postbox(), MaybeThere(evaluator)
    watches = [a_watch(engine, keys, postbox, evaluator=asked) for _ in range(2)]

    def look(seconds: int) -> int:
        for watch in watches:
            watch.look(NOW + timedelta(seconds=seconds))
        return len(postbox.mails)

    assert look(0) == 0
    asked.away = True
    assert [look(10), look(20), look(600)] == [1, 1, 1]
    assert "Cannot check now" in postbox.mails[0].body
    asked.away = False
    assert look(700) == 1
    asked.away = True
    assert look(800) == 2


def test_a_mail_that_did_not_leave_is_tried_again(
    engine: Engine, evaluator: LocalEvaluator, keys: Path
) -> None:
    postbox = Postbox(says=Postponed(reason="no_connection"))
    watch = a_watch(engine, keys, postbox, evaluator=MaybeThere(evaluator, away=True))
    watch.look(NOW)
    watch.look(NOW + timedelta(seconds=10))
    assert len(postbox.mails) == 2


@pytest.mark.parametrize("mail", [None])
def test_without_an_address_it_is_only_logged(
    engine: Engine, evaluator: LocalEvaluator, keys: Path, mail: None
) -> None:
    watch = a_watch(engine, keys, mail, evaluator=MaybeThere(evaluator, away=True))
    watch.look(NOW)
    with reading(engine)() as session:
        assert not checker.raise_alarm(
            session, checker.Alarm.EVALUATOR, now=NOW, quiet=timedelta(hours=1)
        )
        session.rollback()
