"""A backup is of one moment: what is written while it is made is in none of its tables."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from checker.evaluator import LocalEvaluator
from storage import audit, dumping
from storage.audit_chain import Act
from storage.engine import connect, writing
from storage.keys import Sealers
from tests import given_reports
from tests.backups.instance import Place, contents
from tests.backups.test_many_restores import CHANGED
from tests.messages.posting import an_alert


def test_a_backup_is_of_one_moment_whatever_is_written_before_each_of_its_tables(
    filled: Engine,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    place: Place,
    elsewhere: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, whole, url = contents(filled), dumping.dump, elsewhere()

    def somebody_writes() -> None:
        now = datetime.now(UTC)
        with writing(filled).begin() as session:
            an_alert(session, sealers, 2, now=now)
            given_reports.a_report(session, sealers, evaluator, now=now)
            audit.record(session, sealers.audit, Act.REPORT_READ, by=None, now=now)

    def meanwhile(*args: Any, **named: Any) -> Iterator[bytes]:
        for line in whole(*args, **named):
            if not line.startswith(b"["):  # a table begins, or the archive begins or ends
                somebody_writes()
            yield line

    monkeypatch.setattr("cli.backup.dump", meanwhile)
    result = place.back_up()
    assert result.exit_code == 0, result.output
    result = place.restore(url)
    assert result.exit_code == 0, result.output
    restored = connect(url)
    found, after = contents(restored, but=CHANGED), contents(filled, but=CHANGED)
    restored.dispose()
    assert found == {name: rows for name, rows in before.items() if name not in CHANGED}
    assert found != after
