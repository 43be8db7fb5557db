"""The watch over alerts: tells the operator of one that is late, whoever else is away.

It runs in the scheduler and needs the database alone, because no worker, or no Redis, may be the
very reason why nothing leaves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from alerts import actions as alerts
from alerts.actions import Late
from alerts.model import Lateness
from config.logging import place_of
from config.settings import Settings
from storage.engine import reading, writing
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

WATCH_SECONDS = 10.0
SUBJECTS = {
    Lateness.NOTHING_LEFT: "Sending is late",
    Lateness.STALLED: "Sending is late",
    Lateness.FILTERED: "Text messages are filtered",
}
LATE = """{what} is late: {how}.
Messages that should be leaving: {to_send}
"""
HOW = {
    Lateness.NOTHING_LEFT: "nothing has left yet",
    Lateness.STALLED: "nothing has left for some minutes",
}
FILTERED = """{what}: a provider takes its text messages for spam, so no more are sent.
Whoever has not got one gets a mail instead, if there is an address.
Ask the provider why. Until that is mended, the next alert will fare no better.
"""
END = """
{link}

You get this once each time that sending stops, because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks for what is late or filtered; `mail` is None where the operator has no address.

    Only what is late in two looks in a row counts: an alert that was paused for an hour and goes
    on is given until the next look.
    """

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    public_url: str
    mail: OperatorMail | None
    _seen: frozenset[UUID] = field(default_factory=frozenset)

    @classmethod
    def of(cls, settings: Settings, engine: Engine) -> Self:
        """Return the watch of an instance over its database."""
        mail: OperatorMail | None = None
        if settings.operator_mail and settings.smtp_url:
            from messages.mail.smtp_mail import SmtpMail  # noqa: PLC0415 - only where it is needed

            mail = OperatorMail(SmtpMail.of(settings), settings.operator_mail)
        return cls(
            reading=reading(engine),
            writing=writing(engine),
            public_url=settings.public_url,
            mail=mail,
        )

    def look(self, now: datetime) -> int:
        """Tell the operator of what is amiss and was not told yet; return of how many."""
        try:
            return self._look(now)
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))
            return 0

    def _look(self, now: datetime) -> int:
        with self.reading() as session:
            late = alerts.late(session, now=now)
            filtered = alerts.filtered(session, now=now)
        before, self._seen = self._seen, frozenset(each.cause_id for each in late)
        untold = [each for each in late if each.untold and each.cause_id in before]
        return sum(self._tell(each, now) for each in (*filtered, *untold))

    def _tell(self, late: Late, now: datetime) -> bool:
        """Mark it first, so that of two schedulers one mails; take that back if no mail left."""
        with self.writing.begin() as session:
            if not alerts.mark_told(session, late, now=now):
                return False
        log.error("alert_late", cause=str(late.cause_id), how=late.how, to_send=late.to_send)
        if self.mail is None:
            return True
        body = self._words(late)
        reason = self.mail.send(subject=SUBJECTS[late.how], body=body, now=now)
        if not reason:
            return True
        log.error("operator_not_told", cause=str(late.cause_id), reason=reason)
        with self.writing.begin() as session:
            alerts.unmark_told(session, late, told_at=now)
        return False

    def _words(self, late: Late) -> str:
        page = f"/alerts/{late.alert_id}" if late.alert_id else "/desk/sending"
        filtered = late.how is Lateness.FILTERED
        what = "A digest, or a message to those who watch,"
        return ((FILTERED if filtered else LATE) + END).format(
            what=f"Alert {late.reference}" if late.alert_id else what,
            how=HOW.get(late.how, ""),
            to_send=late.to_send,
            link=f"{self.public_url}{page}",
        )
