"""Finding a service: a form, what fits it, and a page for each; nothing typed is in an address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from zoneinfo import ZoneInfo

import svcs
from flask import render_template, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from config.areas import load_areas
from config.settings import Settings
from directory import actions
from directory.hours import is_open, week_of
from directory.model import AHEAD, Card, Group, ListingKind, Opening, Wanted
from directory.pages import words
from directory.pages.blueprint import Page, pages
from directory.pages.times import when_open
from members.guard import public
from storage.engine import Singly

SWAP, FOUND = "X-Swap", "#found"  # what brolly.js says that it will put in place
COUNTRY = "country:"  # before a country among the areas of the form
LONGEST_TYPED = 200
FIELDS = ("words", "kind", "area", "language", "group", "open")


@dataclass(frozen=True, slots=True)
class Shown:
    """A listing as it stands among others: what it does, and whether it is open, in words."""

    listing: Card
    kinds: str
    is_open: bool
    when: str


@pages.get("/directory")
@public
def directory() -> Page:
    """Show the form, and what there is from the beginning of the alphabet on."""
    return _shown(MultiDict(), "")


@pages.post("/directory")
@public
def find() -> Page:
    """Show what fits under the form; what was typed stays in it."""
    return _shown(request.form, request.form.get("after", ""))


@pages.get("/directory/<reference>")
@public
def listing(reference: str) -> Page:
    """Show all that is known of a service."""
    session, settings = svcs.flask.get(Session, Settings)
    found, now = actions.listing(session, reference), datetime.now(UTC)
    zone = ZoneInfo(found.time_zone or settings.time_zone)
    today = now.astimezone(zone).date()
    openings = actions.openings_of(session, [found.id], since=now, until=now + AHEAD)[found.id]
    return render_template(
        "directory/listing.html",
        listing=found,
        is_open=is_open(openings, now),
        when=when_open(openings, now),
        week=week_of(found.hours, region=found.region, today=today),
        clock="" if zone.key == settings.time_zone else zone.key,
        say=words,
        areas=load_areas(settings),
    )


def _shown(typed: MultiDict[str, str], after: str) -> str:
    """Return the page; only what was found to a page that is open and puts it in its place.

    It reads without a transaction: a form's own would wait for whoever writes.
    """
    settings, singly = svcs.flask.get(Settings, Singly)
    areas, now = load_areas(settings), datetime.now(UTC)
    alone = request.headers.get(SWAP) == FOUND
    with singly.connect() as connection:
        found = actions.search(connection, _wanted(typed), now=now, after=after)
        choices = {} if alone else _choices(connection, areas, settings.home_region)
    return render_template(
        "directory/found.html" if alone else "directory/search.html",
        cards=[_card(each, now) for each in found.listings],
        typed={name: typed.get(name, "")[:LONGEST_TYPED] for name in FIELDS},
        after=found.after,
        goes_on=bool(after),
        say=words,
        **choices,
    )


def _choices(
    connection: Connection, areas: Mapping[str, str], home_region: str
) -> dict[str, words.Pairs]:
    """Return the options of the form: what no listing has is not among them."""
    offered = actions.offered(connection)
    abroad = [code for code in offered.countries if code != home_region]
    return {
        "places": [
            *areas.items(),
            *_by_name((f"{COUNTRY}{code}", words.country(code)) for code in abroad),
        ],
        "languages": _by_name((code, words.language(code)) for code in offered.languages),
    }


def _by_name(pairs: Iterable[tuple[str, str]]) -> words.Pairs:
    return sorted(pairs, key=itemgetter(1))


def _wanted(typed: MultiDict[str, str]) -> Wanted:
    """Return what somebody looks for; a choice that is not on the page is none."""
    area, kind, group = (typed.get(name, "") for name in ("area", "kind", "group"))
    abroad = area.startswith(COUNTRY)
    return Wanted(
        words=typed.get("words", "")[:LONGEST_TYPED],
        kind=ListingKind(kind) if kind in set(ListingKind) else None,
        area="" if abroad else area,
        country=area.removeprefix(COUNTRY) if abroad else "",
        language=typed.get("language", ""),
        group=Group(group) if group in set(Group) else None,
        open_now="open" in typed,
    )


def _card(listing: Card, now: datetime) -> Shown:
    openings: tuple[Opening, ...] = (listing.opening,) if listing.opening else ()
    return Shown(
        listing, words.kinds(listing.kinds), is_open(openings, now), when_open(openings, now)
    )
