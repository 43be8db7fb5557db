"""An instance with a bit of everything, its backups and where they are restored to."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from pyrage.x25519 import Identity
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import LocalEvaluator
from cli.backup import backup
from cli.restore import restore
from storage import audit
from storage.audit_chain import Act
from storage.base import Base
from storage.keys import Sealers
from tests import given, given_cases, given_reports
from tests.alerts.published import publish_danger
from tests.directory.listings import HELPLINE, written
from tests.messages.posting import an_alert

BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an instance's backups go, and what opens them."""

    folder: Path
    keys_folder: Path
    identity: Path
    recipient: str
    environment: dict[str, str]

    @classmethod
    def of(cls, root: Path, database_url: str, redis_url: str) -> "Place":
        """Make the folders, and an age key."""
        folder, keys_folder, identity = root / "backups", root / "apart", root / "age.key"
        folder.mkdir()
        keys_folder.mkdir()
        key = Identity.generate()
        identity.touch(mode=0o600)
        identity.write_text(f"# made for a test\n{key}\n", encoding="ascii")
        return cls(
            folder=folder,
            keys_folder=keys_folder,
            identity=identity,
            recipient=str(key.to_public()),
            environment={"BROLLY_DATABASE_URL": database_url, "BROLLY_REDIS_URL": redis_url},
        )

    def back_up(self, *words: str) -> Result:
        """Run `brolly backup` as an operator would."""
        given_words = ["--to", str(self.folder), "--record-keys-to", str(self.keys_folder)]
        return CliRunner().invoke(
            backup,
            [*given_words, "--recipient", self.recipient, *words],
            env=self.environment,
        )

    def restore(self, url: str, *words: str, file: Path | None = None) -> Result:
        """Run `brolly restore` into another database."""
        given_words = [str(file or self.newest), "--record-keys", str(self.newest_keys)]
        return CliRunner().invoke(
            restore,
            [*given_words, "--identity", str(self.identity), *words],
            env={**self.environment, "BROLLY_DATABASE_URL": url},
        )

    @property
    def newest(self) -> Path:
        """Return the last backup."""
        return max(self.folder.glob("brolly-database-*.age"))

    @property
    def newest_keys(self) -> Path:
        """Return the last archive of the keys of records."""
        return max(self.keys_folder.glob("brolly-record-keys-*.age"))


def fill(
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    *,
    now: datetime,
    chance: random.Random | None = None,
) -> None:
    """Put people, reports, a warning, deliveries, a listing, cases, an audit into a database."""
    chance = chance or random.Random(1)  # noqa: S311 - a seed, to do it again
    case = given_reports.TwoCaseworkers(session, sealers, evaluator, now=now)
    member = given.a_member(session, sealers, now=now)
    given.a_sign_in(session, sealers, member, now=now)
    for _ in range(chance.randint(1, 4)):
        case.proposed()
    for _ in range(chance.randint(1, 3)):
        an_alert(session, sealers, chance.randint(1, 20), now=now)
    checker.establish(session, evaluator, now=now)
    publish_danger(session, sealers, evaluator, now=now)
    written(
        session, now=now, phones=(HELPLINE,), hours="Mo-Fr 22:00-04:00", time_zone="Europe/London"
    )
    for _ in range(chance.randint(1, 3)):
        given_cases.a_case_by_form(session, sealers, now=now)
    given_cases.a_form(session, sealers, now=now)
    for _ in range(chance.randint(1, 9)):
        audit.record(session, sealers.audit, Act.REPORT_READ, by=member.id, reason="é", now=now)


def contents(engine: Engine, *, but: frozenset[str] = frozenset()) -> dict[str, Counter[str]]:
    """Return every row of every table, in any order."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                rows = connection.execute(table.select())
                found[table.name] = Counter(repr(tuple(row)) for row in rows)
    return found
