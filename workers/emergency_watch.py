"""The watch over emergency accesses: the operator hears of each, and of a review that is overdue.

It runs in the scheduler, and needs the database alone; mails say a reference and where to look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import place_of
from config.settings import Settings
from members import actions as members
from members.emergencies import Untold
from storage.engine import writing
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

SUBJECT = "Emergency access"
OPENED = """Emergency access was opened, reference {reference}.
Two people who work here see for an hour how to reach one member.
A third reviews it within 72 hours.
"""
NOBODY_ELSE = """
Nobody else works on the desk now who could review it. Ask somebody you both trust, and have a
role given to them: until then it stays unreviewed.
"""
OVERDUE = """The review of emergency access {reference} is overdue: 72 hours have passed.
"""
END = """
{link}

You get this because this address is the operator's.
"""
Take = Callable[..., list[Untold]]


@dataclass(slots=True, kw_only=True)
class EmergencyWatch:
    """Looks for what the operator was not told of; without `mail` it only logs."""

    writing: sessionmaker[Session]
    public_url: str
    mail: OperatorMail | None

    @classmethod
    def of(cls, settings: Settings, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database."""
        return cls(writing=writing(engine), public_url=settings.public_url, mail=mail)

    def look(self, now: datetime) -> None:
        """Look once; the database may be away."""
        try:
            self._tell_of(members.untold_openings, OPENED, "opened", now)
            self._tell_of(members.untold_overdue, OVERDUE, "review_overdue", now)
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))

    def _tell_of(self, take: Take, words: str, what: str, now: datetime) -> None:
        with self.writing.begin() as session:
            found = take(session, now=now)
        for each in found:
            log.error("emergency", what=what, reference=each.reference)
            body = words.format(reference=each.reference)
            self._tell(each, body if each.has_third else body + NOBODY_ELSE, now)

    def _tell(self, about: Untold, words: str, now: datetime) -> None:
        """Mail the operator; what could not be sent is tried when the watch looks again."""
        if self.mail is None:
            return
        body = words + END.format(link=f"{self.public_url}/desk/emergencies")
        reason = self.mail.send(subject=SUBJECT, body=body, now=now)
        if reason:
            log.error("operator_not_told", reason=reason)
            with self.writing.begin() as session:
                members.unmark_told(session, about.approval_id, told_at=now)
