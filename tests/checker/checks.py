"""A register and what a member, a caseworker or a fault does with it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from redis import Redis
from sqlalchemy.orm import Session

from checker import actions
from checker.derivation import derive
from checker.evaluator import Evaluator, LocalEvaluator
from checker.model import Identifier, Payload, RegisterState
from checker.packing import Layout
from checker.register import Found, Register, card_key


class Checks:
    """One database, one Redis and one program that checks."""

    def __init__(
        self, session: Session, evaluator: LocalEvaluator, redis_url: str, now: datetime
    ) -> None:
        self.session = session
        self.evaluator = evaluator
        self.redis_url = redis_url
        self.redis = Redis.from_url(redis_url)
        self.now = now
        self.restart()

    def restart(self) -> None:
        """Become a program that has looked nothing up yet."""
        self.register = Register.connect(self.redis_url)

    def publish(self, identifier: Identifier, *payloads: Payload) -> None:
        self.list_warnings(identifier, *payloads)
        self.refresh()

    def list_warnings(self, identifier: Identifier, *payloads: Payload) -> None:
        actions.list_entry(
            self.session, self.evaluator, identifier=identifier, payloads=payloads, now=self.now
        )
        self.session.commit()

    def refresh(self) -> None:
        actions.refresh(self.session, self.register, now=self.now)
        self.session.commit()

    def check(
        self, *identifiers: Identifier, evaluator: Evaluator | None = None
    ) -> list[Payload | None]:
        answers = actions.check(
            self.session,
            evaluator=evaluator or self.evaluator,
            register=self.register,
            identifiers=identifiers,
        )
        self.session.rollback()
        assert [answer.identifier for answer in answers] == list(identifiers)
        return [answer.found for answer in answers]

    @contextmanager
    def refreshed_once_redis_was_asked(self) -> Iterator[None]:
        """Let another program bring Redis up to date while a check is between its steps."""
        other = Register.connect(self.redis_url)

        def look_up(tags: Sequence[bytes], state: RegisterState) -> Found:
            found = other.look_up(tags, state)
            self.session.rollback()
            self.refresh()
            return found

        with patch.object(self.register, "look_up", look_up):
            yield

    def tag(self, of: bytes) -> bytes:
        return derive(self.evaluator.evaluate([of])[0], 1).tag

    def bucket_key(self, of: bytes) -> str:
        card = json.loads(self.card())
        layout = Layout(card["bucket_bits"], card["pad"])
        number = layout.number(self.tag(of))
        return f"brolly:register:bucket:1:{layout.bits}-{layout.pad}:{number:x}"

    def bucket(self, of: bytes) -> bytes:
        bucket = self.redis.get(self.bucket_key(of))
        assert isinstance(bucket, bytes)
        return bucket

    def put_bucket(self, of: bytes, bucket: bytes) -> None:
        self.redis.set(self.bucket_key(of), bucket)

    def card(self) -> bytes:
        card = self.redis.get(card_key(1))
        assert isinstance(card, bytes)
        return card

    def change_card(self, **changes: Any) -> None:
        self.redis.set(card_key(1), json.dumps(json.loads(self.card()) | changes))
