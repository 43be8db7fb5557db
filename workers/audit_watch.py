"""The watch over the audit: anchors its end, and tells of who reads too much or breaks it.

It runs in the scheduler, and needs the database alone; mails say counts and places to look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import place_of
from config.settings import Settings
from storage import audit
from storage.anchors import AnchorFile
from storage.audit import READS_AN_HOUR
from storage.audit_chain import Act, Broken
from storage.engine import reading, writing
from storage.sealing import KeyRing, Sealer
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

ANCHOR_EVERY = timedelta(minutes=5)
TELL_AGAIN = timedelta(hours=24)
SUBJECT = "The audit needs a look"
READER = """Somebody has opened more than {most} reports within an hour.
A lead sees who, and which, on the page of the audit. Ask them why.
"""
BROKEN = """The audit is not what was written: {why}.
Somebody has changed the database, or it was restored from a backup. Keep copies of the
database and of the file of anchors as they are, and run `brolly audit verify`.
"""
END = """
{link}

You get this because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class AuditWatch:
    """Looks at who read what, and at the end of the chain; without `mail` it only logs."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    sealer: Sealer
    anchors: AnchorFile
    public_url: str
    mail: OperatorMail | None
    _anchor_at: datetime | None = None

    @classmethod
    def of(cls, settings: Settings, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database; raises KeyFileError."""
        sealer = Sealer(KeyRing.load(settings.key_file("audit")))
        return cls(
            reading=reading(engine),
            writing=writing(engine),
            sealer=sealer,
            anchors=AnchorFile(settings.audit_anchors, sealer),
            public_url=settings.public_url,
            mail=mail,
        )

    def look(self, now: datetime) -> None:
        """Look once; the database may be away."""
        try:
            self._look_for_readers(now)
            if self._anchor_at is None or self._anchor_at <= now:
                self._anchor(now)
                self._anchor_at = now + ANCHOR_EVERY
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))

    def _look_for_readers(self, now: datetime) -> None:
        with self.reading() as session:
            found = audit.bulk_readers(session, now=now)
        for reader in found:
            if self._note(reader, now):
                log.error("bulk_reading", account=str(reader))
                self._tell(READER.format(most=READS_AN_HOUR), now)

    def _note(self, reader: UUID, now: datetime) -> bool:
        """Write down who read too much, unless another scheduler just did."""
        with self.writing.begin() as session:
            if reader not in audit.bulk_readers(session, now=now):
                return False
            audit.record(session, self.sealer, Act.BULK_READING, by=None, on=reader, now=now)
        return True

    def _anchor(self, now: datetime) -> None:
        with self.reading() as session:
            head = audit.head(session)
        if head is None:
            return
        try:
            self.anchors.append(head, now=now)
        except Broken as error:
            self._raise_alarm(str(error), now)
        except OSError as error:
            log.warning("cannot_anchor", error=type(error).__name__)

    def _raise_alarm(self, why: str, now: datetime) -> None:
        with self.writing.begin() as session:
            if audit.was_done(session, Act.AUDIT_BROKEN, since=now - TELL_AGAIN):
                return
            audit.record(session, self.sealer, Act.AUDIT_BROKEN, by=None, now=now)
        log.error("audit_broken", why=why)
        self._tell(BROKEN.format(why=why), now)

    def _tell(self, words: str, now: datetime) -> None:
        """Mail the operator; the alarm stands in the audit too, so a mail that fails is logged."""
        if self.mail is None:
            return
        body = words + END.format(link=f"{self.public_url}/desk/audit")
        reason = self.mail.send(subject=SUBJECT, body=body, now=now)
        if reason:
            log.error("operator_not_told", reason=reason)
