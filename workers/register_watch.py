"""The watch over the register: tells the operator of a sweep, and of an evaluator that is away.

It runs in the scheduler, beside the watch over alerts, and needs the database; a mail says counts
and a place to look, nothing of anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from checker import actions as checker
from checker.actions import Alarm
from checker.derivation import CANARY
from checker.evaluator import Evaluator, EvaluatorUnavailable
from checker.model import WrongRegisterKey
from checker.remote_evaluator import evaluator_of
from config.logging import place_of
from config.settings import Settings
from storage.engine import reading, writing
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

QUIET = {Alarm.SWEEP: timedelta(hours=24), Alarm.EVALUATOR: timedelta(hours=6)}
SUBJECTS = {Alarm.SWEEP: "Many checks", Alarm.EVALUATOR: "Checks cannot be answered"}
WORDS = {
    Alarm.SWEEP: """{count} accounts have made all the checks of a day within 24 hours.
Somebody may be trying numbers one after another. Whoever they are, each account gets no
more than its day's checks. Look which accounts they are with `brolly member list`, and
suspend those that nobody knows.
""",
    Alarm.EVALUATOR: """An evaluator does not answer, or cannot prove its answer: {why}.
Until it does, members read "Cannot check now".
""",
}
END = """
{link}

You get this because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class RegisterWatch:
    """Looks at budgets and evaluators; without `mail` an alarm is only logged."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    settings: Settings
    mail: OperatorMail | None
    evaluator: Evaluator | None  # where it is another program's

    @classmethod
    def of(cls, settings: Settings, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database."""
        return cls(
            reading=reading(engine),
            writing=writing(engine),
            settings=settings,
            mail=mail,
            evaluator=evaluator_of(settings) if settings.evaluators else None,
        )

    def look(self, now: datetime) -> None:
        """Look once; the database may be away."""
        try:
            self._look_for_sweeps(now)
            self._ask_evaluators(now)
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))

    def _look_for_sweeps(self, now: datetime) -> None:
        with self.reading() as session:
            count = checker.accounts_spent(session, daily=self.settings.check_daily, now=now)
        if count >= self.settings.sweep_accounts:
            self._tell(Alarm.SWEEP, now, count=count)

    def _ask_evaluators(self, now: datetime) -> None:
        if self.evaluator is None:
            return
        try:
            with self.reading() as session:
                evaluator = checker.in_use(session, self.evaluator)
            evaluator.evaluate([CANARY])
        except (EvaluatorUnavailable, WrongRegisterKey) as error:
            self._tell(Alarm.EVALUATOR, now, why=str(error))
            return
        with self.writing.begin() as session:
            checker.lower_alarm(session, Alarm.EVALUATOR)

    def _tell(self, alarm: Alarm, now: datetime, **found: object) -> None:
        """Note it first, so that of two schedulers one mails; take that back if no mail left."""
        with self.writing.begin() as session:
            if not checker.raise_alarm(session, alarm, now=now, quiet=QUIET[alarm]):
                return
        log.error("register_alarm", alarm=alarm, **found)
        if self.mail is None:
            return
        link = f"{self.settings.public_url}/readyz"
        body = WORDS[alarm].format(**found) + END.format(link=link)
        reason = self.mail.send(subject=SUBJECTS[alarm], body=body, now=now)
        if reason:
            log.error("operator_not_told", alarm=alarm, reason=reason)
            with self.writing.begin() as session:
                checker.lower_alarm(session, alarm)
