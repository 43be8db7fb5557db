"""The watch over failed sign-ins of staff: puts on record whose name was tried, and how often."""

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
from storage import audit
from storage.audit_chain import Act
from storage.engine import writing
from storage.keys import Sealers

log = structlog.get_logger()

TIMES = "times: {count}"


@dataclass(slots=True, kw_only=True)
class FailureWatch:
    """Takes up failed tries and writes them into the audit, in one transaction."""

    writing: sessionmaker[Session]
    sealers: Sealers

    @classmethod
    def of(cls, settings: Settings, engine: Engine) -> Self:
        """Return the watch of an instance over its database; raises KeyFileError."""
        return cls(writing=writing(engine), sealers=Sealers.load(settings))

    def look(self, now: datetime) -> None:
        """Look once; the database may be away."""
        try:
            with self.writing.begin() as session:
                found = members.take_failures(session, self.sealers, now=now)
                for account_id, count in found.items():
                    audit.record(
                        session,
                        self.sealers.audit,
                        Act.SIGN_IN_FAILED,
                        by=None,
                        on=account_id,
                        reason=TIMES.format(count=count),
                        now=now,
                    )
        except (OperationalError, InterfaceError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))
            return
        if found:
            log.warning("sign_ins_failed", accounts=len(found), tries=sum(found.values()))
