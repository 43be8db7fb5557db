"""An instance whose register is brought under another key."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from checker import actions, derivation
from checker.actions import rotating, turning
from checker.actions.turning import Rotation
from checker.derivation import Derived
from checker.evaluator import LocalEvaluator, RegisterKeys, load_rotation_secret
from checker.model import Identifier, Payload
from checker.records import EntryRow, LedgerRow
from checker.register import Register
from checker.voprf import random_scalar, ratio
from storage.engine import reading, writing
from tests.checker.samples import SEALER, WARNING, a_payload

CHANGED = a_payload(advice="Changed meanwhile.")


class Stopped(Exception):
    """The command was stopped there."""


class RotatingInstance:
    """A database, a Redis and a data folder of its own, with what happens in them."""

    def __init__(self, engine: Engine, redis_url: str, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.now = now
        self.reading, self.writing = reading(engine), writing(engine)
        self.register = Register.connect(redis_url)
        self.evaluator = LocalEvaluator.load(self.key("register"), self.key("rotation_public"))

    def key(self, name: str) -> Path:
        return self.folder / "keys" / f"{name}.key"

    def report(self, *identifiers: Identifier) -> None:
        with self.writing.begin() as session:
            actions.record_identifiers(
                session, self.evaluator, SEALER, identifiers=identifiers, now=self.now
            )

    def list_warnings(
        self, identifier: Identifier, *payloads: Payload, now: datetime | None = None
    ) -> None:
        with self.writing.begin() as session:
            actions.list_entry(
                session,
                self.evaluator,
                identifier=identifier,
                payloads=payloads,
                now=now or self.now,
            )

    def publish(self, identifier: Identifier, *payloads: Payload) -> None:
        self.report(identifier)
        self.list_warnings(identifier, *(payloads or (WARNING,)))
        self.refresh()

    def refresh(self) -> None:
        with self.writing.begin() as session:
            actions.refresh(session, self.register, now=self.now)

    def check(self, *identifiers: Identifier) -> list[Payload | None]:
        with self.reading() as session:
            answers = actions.check(
                session,
                evaluator=self.evaluator,
                register=self.register,
                identifiers=identifiers,
            )
        return [answer.found for answer in answers]

    def epoch(self) -> int:
        with self.reading() as session:
            return actions.stats(session, self.register).epoch

    def linked(self) -> int:
        """Return how many pairs of lines share an identifier."""
        with self.reading() as session:
            return len(session.execute(actions.shared_lines()).all())

    def lines(self) -> list[LedgerRow]:
        with self.reading() as session:
            return list(session.scalars(select(LedgerRow)))

    def rotation(self, *secrets: Path) -> Rotation:
        """Return a rotation to the key that waits in the key file, made if there is none."""
        held = RegisterKeys.load(self.key("register"))
        if len(held.pairs) == 1:
            held.add(random_scalar())
        former, following = held.pairs
        return Rotation(
            factor=ratio(former.secret, following.secret),
            rotation_secrets=[
                load_rotation_secret(file) for file in secrets or [self.key("rotation-secret")]
            ],
            evaluator=self.evaluator.under(following.public),
            sealer=SEALER,
        )

    def begin(self, rotation: Rotation) -> None:
        with self.writing.begin() as session:
            rotating.begin(session, rotation, now=self.now)

    def turn(self, rotation: Rotation) -> None:
        rotating.turn(self.reading, self.writing, rotation, progress=lambda _, __: None)

    def switch(self, rotation: Rotation) -> None:
        with self.writing.begin() as session:
            rotating.switch(session, self.register, rotation, now=self.now)

    def rotate(self) -> Rotation:
        rotation = self.rotation()
        self.begin(rotation)
        self.turn(rotation)
        self.switch(rotation)
        return rotation


@contextmanager
def stopped_after(parts: int) -> Iterator[None]:
    """Let a rotation be stopped when so many parts were computed, one line or entry each."""
    left = iter(range(parts))

    def derive(element: bytes, epoch: int) -> Derived:
        if next(left, None) is None:
            raise Stopped
        return derivation.derive(element, epoch)

    with patch.object(turning, "AT_ONCE", 1), patch.object(turning, "derive", derive):
        yield


def its_own_keys(keys: Path, folder: Path) -> Path:
    """Return a data folder with a copy of the tests' keys, to be changed."""
    shutil.copytree(keys / "keys", folder / "keys")
    return folder


def rows_of(session: Session, epoch: int) -> list[bytes]:
    """Return the entries of an epoch."""
    found = session.scalars(select(EntryRow.entry).where(EntryRow.epoch == epoch))
    return [entry for entry in found if entry]
