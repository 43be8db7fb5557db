"""Whom somebody can ring now: the instance's own caseworkers, and helplines of the directory."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.settings import PREFIX, Settings, SettingsError
from directory import actions as directory
from directory.hours import check_hours, openings, region_exists
from directory.model import ListingKind, Phone
from directory.pages.times import when_open
from storage.engine import Singly

AHEAD = timedelta(days=8)
MOST_HELPLINES = 3
AFTER_HARM = (ListingKind.SEXUAL_VIOLENCE, ListingKind.SEX_WORKERS, ListingKind.CRIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """A service that answers now, and until when, in words."""

    name: str
    phone: Phone
    when: str


def require_hours(settings: Settings) -> None:
    """Raise SettingsError if nobody can tell when caseworkers answer from what was set."""
    try:
        check_hours(settings.caseworker_hours)
    except ValueError as error:
        message = f"{PREFIX}CASEWORKER_HOURS: {error}"
        raise SettingsError(message) from None


def when_we_answer(settings: Settings, now: datetime) -> str:
    """Say whether our own phone is answered, and until when or from when; "" if that is not set."""
    region = settings.home_region
    found = openings(
        settings.caseworker_hours,
        time_zone=settings.time_zone,
        region=region if region_exists(region) else "",
        since=now,
        until=now + AHEAD,
    )
    return when_open(found, now)


def helplines(singly: Singly, *, country: str, now: datetime) -> tuple[Helpline, ...]:
    """Return who else answers now; none while the database is away, for our own number is not."""
    try:
        with Session(singly.engine) as session:
            return _helplines(session, country, now)
    except SQLAlchemyError:
        return ()


def _helplines(session: Session, country: str, now: datetime) -> tuple[Helpline, ...]:
    found = directory.answering_now(
        session, AFTER_HARM, country=country, now=now, most=MOST_HELPLINES
    )
    ids = [each.id for each in found]
    laid_out = directory.openings_of(session, ids, since=now, until=now + AHEAD) if ids else {}
    return tuple(
        Helpline(name=each.name, phone=each.phones[0], when=when_open(laid_out[each.id], now))
        for each in found
    )
