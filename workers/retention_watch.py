"""The watch over retention: tells the operator of what is held back, and of a clock that jumped.

It runs in the scheduler; mails say counts and commands, nothing of anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import place_of
from storage import retention_runs
from storage.engine import reading, writing
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

TELL_AGAIN = timedelta(hours=24)
SUBJECT = "What is kept needs a look"
HELD = """Today's retention has removed nothing of:

{counts}

So much is due at once that somebody has to look at it first: did the clock jump, or a setting
change? `brolly retention report` shows the numbers. If they are right, `brolly retention run
--agree NAME` removes it.
"""
JUMPED = """The clock of this machine is not where it was left, or the service was away for more
than a week. Nothing is ended or removed until somebody has looked. If the clock is right, run
`brolly retention accept-clock`.
"""
END = """
You get this because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class RetentionWatch:
    """Looks at the last run and at the clock; without `mail` it only logs."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    mail: OperatorMail | None
    _jump_told_at: datetime | None = None

    @classmethod
    def of(cls, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database."""
        return cls(reading=reading(engine), writing=writing(engine), mail=mail)

    def look(self, now: datetime) -> None:
        """Look once; the database may be away."""
        try:
            self._look_at_the_last_run(now)
            self._look_at_the_clock(now)
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))

    def _look_at_the_last_run(self, now: datetime) -> None:
        with self.writing.begin() as session:
            run = retention_runs.held_and_untold(session, now=now)
        if run is None:
            return
        log.error("retention_held", run=str(run.id), rules=len(run.held))
        lines = (f"  {each.rule}: {each.due} of {each.total}" for each in run.held)
        self._tell(HELD.format(counts="\n".join(lines)), now)

    def _look_at_the_clock(self, now: datetime) -> None:
        with self.reading() as session:
            jumped = retention_runs.clock_jumped(session, now=now)
        if not jumped:
            self._jump_told_at = None
            return
        if self._jump_told_at is None or self._jump_told_at <= now - TELL_AGAIN:
            self._jump_told_at = now
            self._tell(JUMPED, now)

    def _tell(self, words: str, now: datetime) -> None:
        if self.mail is None:
            return
        reason = self.mail.send(subject=SUBJECT, body=words + END, now=now)
        if reason:
            log.error("operator_not_told", reason=reason)
