"""The watch over the directory: tells the operator once a week how many listings grew stale.

It runs in the scheduler. That a week was told is counted in Redis, so that neither a restart nor a
second scheduler tells it twice; where Redis is away nobody is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import place_of
from config.settings import Settings
from directory import actions as directory
from storage.engine import reading
from storage.redis_server import RedisError
from storage.tallies import Tallies
from workers.operator_mail import OperatorMail

log = structlog.get_logger()

LOOK_AGAIN = timedelta(hours=24)
TELL_AGAIN = timedelta(days=7)
TOLD = "listings_stale"
SUBJECT = "The directory needs a look"
WORDS = """Listings in the directory that nobody has looked at for half a year: {stale}.
Please tell a caseworker. They come first on

{link}

You get this once a week at most, because this address is the operator's.
"""


@dataclass(slots=True, kw_only=True)
class ListingWatch:
    """Looks for stale listings once a day; without `mail` it only logs."""

    reading: sessionmaker[Session]
    tallies: Tallies
    public_url: str
    time_zone: str
    mail: OperatorMail | None
    _looked_at: datetime | None = None

    @classmethod
    def of(cls, settings: Settings, engine: Engine, mail: OperatorMail | None) -> Self:
        """Return the watch of an instance over its database."""
        return cls(
            reading=reading(engine),
            tallies=Tallies.at(settings.redis),
            public_url=settings.public_url,
            time_zone=settings.time_zone,
            mail=mail,
        )

    def look(self, now: datetime) -> None:
        """Look once a day; the database or Redis may be away."""
        if self._looked_at is not None and self._looked_at > now - LOOK_AGAIN:
            return
        today = now.astimezone(ZoneInfo(self.time_zone)).date()
        try:
            with self.reading() as session:
                stale = directory.count_stale(session, today=today)
            told = stale > 0 and self.tallies.add([TOLD], life=TELL_AGAIN)[0].count > 1
        except (OperationalError, InterfaceError, RedisError) as error:
            log.warning("cannot_watch", error=type(error).__name__, place=place_of(error))
            return
        self._looked_at = now
        if stale and not told:
            log.warning("listings_stale", count=stale)
            self._tell(stale, now)

    def _tell(self, stale: int, now: datetime) -> None:
        if self.mail is None:
            return
        body = WORDS.format(stale=stale, link=f"{self.public_url}/desk/directory")
        reason = self.mail.send(subject=SUBJECT, body=body, now=now)
        if reason:
            log.error("operator_not_told", reason=reason)
