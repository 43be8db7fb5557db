"""The sections of a case on what is done about it: notes, tasks, services, reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import svcs
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.model import LONGEST_WORDS
from casework.pages.opened import Opened
from casework.work import LONGEST_TASK, MOST_SERVICES, Note, Referral, Task
from casework.work_wording import OUTCOMES
from config.settings import Settings
from directory import actions as directory
from directory.hours import is_open
from directory.model import Card, Listing, Wanted
from members import actions as members
from members.guard import current_account
from reports.dates import local_day
from reports.model import QueueRow
from storage.keys import Sealers

LONG = timedelta(days=8)  # what is laid out ahead tells whether hours are known at all
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The notes of a case, and who wrote them."""

    found: tuple[Note, ...]
    names: Mapping[UUID, str]
    longest: int = LONGEST_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The tasks of a case, and for whom one can be."""

    found: tuple[Task, ...]
    names: Mapping[UUID, str]
    whom: Choices
    chosen: str
    today: date
    longest: int = LONGEST_TASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrals:
    """The services that were named, and those that a search on the page of the case found."""

    found: tuple[tuple[Referral, str], ...]
    names: Mapping[UUID, str]
    outcomes: Choices
    sought: str
    services: tuple[tuple[Card, str], ...]


def notes(opened: Opened) -> Notes:
    """Return the notes of a case."""
    session = svcs.flask.get(Session)
    found = actions.notes_of(session, opened.keys.notes, opened.id)
    return Notes(found=found, names=names())


def tasks(opened: Opened) -> Tasks:
    """Return the tasks of a case."""
    session, account = svcs.flask.get(Session), current_account()
    staff, whom = names(), actions.may_do(session, account, opened.id)
    return Tasks(
        found=actions.tasks_of(session, opened.keys.notes, opened.id),
        names=staff,
        whom=[(str(each), name) for each, name in staff.items() if each in whom],
        chosen=opened.typed.form.get("task-for") or str(account.id),
        today=today(),
    )


def referrals(opened: Opened) -> Referrals:
    """Return the services that were named, and up to ten that fit the words of a search."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    found = actions.referrals_of(session, opened.id)
    words = opened.typed.form.get("service", "").strip()
    sought: tuple[Card, ...] = ()
    if words and "service" not in opened.typed.errors:
        fitting = directory.search(session, Wanted(words=words), now=now)
        sought = fitting.listings[:MOST_SERVICES]
    open_words = _whether_open([*(each.listing for each in found), *sought], now)
    return Referrals(
        found=tuple((each, open_words[each.listing.id]) for each in found),
        names=names(),
        outcomes=[(each.value, _(said)) for each, said in OUTCOMES.items()],
        sought=words,
        services=tuple((each, open_words[each.id]) for each in sought),
    )


def reports(opened: Opened) -> tuple[QueueRow, ...]:
    """Return the reports of a case."""
    return actions.linked_reports(svcs.flask.get(Session), opened.id)


def names() -> Mapping[UUID, str]:
    """Return the working names of staff."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return members.staff_names(session, sealers)


def today() -> date:
    """Return the day it is where the instance is."""
    return local_day(datetime.now(UTC), svcs.flask.get(Settings).time_zone)


def _whether_open(listings: Iterable[Listing | Card], now: datetime) -> Mapping[UUID, str]:
    """Return whether each listing is open, in words; "" where its hours are not known."""
    session, ids = svcs.flask.get(Session), [each.id for each in listings]
    openings = directory.openings_of(session, ids, since=now, until=now + LONG) if ids else {}
    closed = {each: _("Closed now") if openings[each] else "" for each in ids}
    return {each: _("Open now") if is_open(openings[each], now) else closed[each] for each in ids}
