"""The calendar of due days: its address, and what a calendar program reads there (RFC 5545)."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import svcs
from flask import Response, render_template, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from casework import actions
from casework.pages.blueprint import caseworkers, pages
from casework.pages.worked import today
from casework.work import DueDay
from config.settings import Settings
from members.guard import current_account, fresh, public
from members.recording import put_on_record
from storage.audit_chain import Act
from storage.keys import Sealers

NOT_THERE = 404


@pages.get("/desk/tasks/feed")
@caseworkers
def feed() -> str:
    """Show whether there is an address, and what one is."""
    since = actions.feed_since(svcs.flask.get(Session), current_account().id)
    return render_template("casework/feed.html", since=since, address="")


@pages.post("/desk/tasks/feed")
@caseworkers
@fresh
def make_feed() -> str:
    """Make an address and show it this once; the one before ends."""
    session, settings = svcs.flask.get(Session, Settings)
    now = datetime.now(UTC)
    token = actions.make_feed(session, current_account().id, now=now)
    put_on_record(Act.CASE_TASKED, reason=_("made a calendar address"))
    session.commit()
    path = url_for("casework.read_feed", token=token)
    return render_template(
        "casework/feed.html", since=now, address=settings.public_url.rstrip("/") + path
    )


@pages.post("/desk/tasks/feed/remove")
@caseworkers
def drop_feed() -> AnyResponse:
    """End the address."""
    session = svcs.flask.get(Session)
    actions.drop_feed(session, current_account().id)
    put_on_record(Act.CASE_TASKED, reason=_("removed a calendar address"))
    session.commit()
    return redirect(url_for("casework.feed"), 303)


@pages.get("/calendar/<token>.ics")
@public
def read_feed(token: str) -> Response:
    """Give a calendar program its due days; the same nothing to whoever has no such address."""
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    try:
        found = actions.due_days(session, sealers, token=token, today=today())
    except actions.NoSuchFeed:
        return Response(_("There is nothing here."), NOT_THERE, mimetype="text/plain")
    return Response(_calendar(found, settings), mimetype="text/calendar")


def _calendar(due: tuple[DueDay, ...], settings: Settings) -> bytes:
    """Write a calendar in which nothing says what a task is or whom it is about."""
    calendar, host = Calendar(), urlsplit(settings.public_url).hostname or "localhost"
    calendar.add("prodid", "-//Brolly//due days//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", settings.instance_name)
    for each in due:
        event = Event()
        event.add("uid", f"{each.id}@{host}")
        event.add("dtstamp", each.made_at)  # of when it was made: the same on each fetch
        event.add("dtstart", each.due_on)
        words = _("Case %(reference)s: something is due", reference=each.reference)
        event.add("summary", f"{settings.instance_name}: {words}")
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
