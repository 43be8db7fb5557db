"""What is held since a restore leaves when the operator says so, and only then."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cli.held import held
from messages import actions as messages
from messages.model import CauseState
from messages.records import CauseRow
from storage.engine import connect
from tests.backups.instance import Place


@pytest.fixture
def restored(
    filled: Engine, place: Place, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Give an instance that was restored a moment ago."""
    filled.dispose()
    assert place.back_up().exit_code == 0
    url = elsewhere()
    assert place.restore(url).exit_code == 0
    monkeypatch.setenv("BROLLY_DATABASE_URL", url)
    engine = connect(url)
    yield engine
    engine.dispose()


def said(*words: str) -> Result:
    return CliRunner().invoke(held, words)


def due(engine: Engine) -> int:
    with Session(engine) as session:
        return len(messages.due(session, now=datetime.now(UTC)))


def states(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return set(session.scalars(select(CauseRow.state)))


def test_it_is_shown_and_let_go(restored: Engine) -> None:
    with Session(restored) as session:
        found = messages.held_since_restore(session, now=datetime.now(UTC))
    words = f"{found.messages:,} messages of {found.causes:,} causes."
    assert found.messages
    assert words in said("show").output
    assert said("release").exit_code == 1  # nobody answered
    assert due(restored) == 0
    assert words in said("release", "--yes").output
    assert due(restored) > 0
    assert states(restored) == {CauseState.OPEN}


def test_what_is_given_up_never_leaves(restored: Engine) -> None:
    assert said("give-up").exit_code == 0
    assert states(restored) == {CauseState.RECALLED}
    assert said("release", "--yes").exit_code == 0
    assert due(restored) == 0
