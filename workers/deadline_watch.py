"""The watch over requests about data: tells the operator while the law's deadline is near.

It runs in the scheduler; mails say how many, and where to look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import place_of
from config.settings import Settings
from reports import actions as reports
from storage.engine import reading
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

NEAR = timedelta(days=7)
TELL_AGAIN = timedelta(hours=24)
SUBJECT = "A deadline is near"
WORDS = """Requests about data that have to be answered within a week, or should have been: {due}.
Please tell a lead. They are listed, with their deadlines, on

{link}

You get this because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class DeadlineWatch:
    """Looks for requests whose deadline is near; without `mail` it only logs."""

    reading: sessionmaker[Session]
    public_url: str
    mail: OperatorMail | None
    _told_at: datetime | None = None

    @classmethod
    def of(cls, settings: Settings, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database."""
        return cls(reading=reading(engine), public_url=settings.public_url, mail=mail)

    def look(self, now: datetime) -> None:
        """Look once a day; the database may be away."""
        if self._told_at is not None and self._told_at > now - TELL_AGAIN:
            return
        try:
            with self.reading() as session:
                due = reports.requests_due(session, by=now + NEAR)
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))
            return
        if due:
            self._told_at = now
            log.warning("requests_due", count=due)
            self._tell(due, now)

    def _tell(self, due: int, now: datetime) -> None:
        if self.mail is None:
            return
        body = WORDS.format(due=due, link=f"{self.public_url}/desk/requests")
        reason = self.mail.send(subject=SUBJECT, body=body, now=now)
        if reason:
            log.error("operator_not_told", reason=reason)
