"""Writing listings: what finds them is brought up to date in the same breath."""

from dataclasses import fields
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory import actions
from directory.actions.opening import openings_of
from directory.model import Cost, Group, ListingDraft, ListingKind, NoSuchListing
from directory.records import ListingMarkRow
from tests.directory.listings import AREAS, HELPLINE, MONDAY, a_draft, names, written

WHOLE = a_draft(
    kinds=frozenset({ListingKind.LEGAL, ListingKind.HOUSING}),
    phones=(HELPLINE,),
    email="hello@lantern.example.org",
    web="https://lantern.example.org",
    hours="Mo-Fr 09:00-17:00",
    time_zone="Europe/London",
    region="GB-ENG",
    areas=frozenset({"GB-GMP", "GB-MET"}),
    languages=("en", "pt-BR"),
    groups=frozenset({Group.WOMEN, Group.TRANS}),
    cost=Cost.FREE,
    works_with="Everybody.",
    involvement="They run it.",
    priorities="Roofs.",
    challenges="Rents.",
)


def test_a_listing_is_read_as_it_was_written(session: Session) -> None:
    listing_id = actions.write_listing(session, WHOLE, areas=AREAS, now=MONDAY)
    session.flush()
    session.expire_all()
    found = actions.listing_by_id(session, listing_id)
    for each in fields(ListingDraft):
        assert getattr(found, each.name) == getattr(WHOLE, each.name), each.name
    assert (found.shown, found.changed_at, len(found.reference)) == (True, MONDAY, 8)


def test_what_is_written_anew_is_found_by_the_new_alone(session: Session) -> None:
    listing_id = written(session, name="Lantern", languages=("pl",))
    reference = actions.listing_by_id(session, listing_id).reference
    changed = a_draft(name="Harbour", languages=("ro",), hours="24/7", time_zone="Europe/London")
    later = MONDAY + timedelta(days=1)
    actions.write_listing(session, changed, areas=AREAS, listing_id=listing_id, now=later)
    assert (names(session, words="lantern"), names(session, language="pl")) == ([], [])
    assert names(session, words="harbour", language="ro", open_now=True, now=later) == ["Harbour"]
    found = actions.listing_by_id(session, listing_id)
    assert (found.reference, found.changed_at) == (reference, later)


def test_what_is_hidden_is_not_found_until_it_is_shown_again(session: Session) -> None:
    listing_id = written(session)
    actions.hide_listing(session, listing_id, now=MONDAY)
    assert names(session) == []
    actions.write_listing(
        session, a_draft(name="Still"), areas=AREAS, listing_id=listing_id, now=MONDAY
    )
    assert names(session) == []
    assert session.scalar(select(func.count()).select_from(ListingMarkRow)) == 0
    actions.show_listing(session, listing_id, areas=AREAS, now=MONDAY)
    assert names(session) == ["Still"]


def test_writing_lays_out_when_a_listing_is_open(session: Session) -> None:
    listing_id = actions.write_listing(session, WHOLE, areas=AREAS, now=MONDAY)
    until = MONDAY + timedelta(days=7)
    found = openings_of(session, [listing_id], since=MONDAY, until=until)
    assert len(found[listing_id]) == 6  # this Monday to next Monday, without a weekend


def test_a_day_on_which_all_was_looked_at_is_kept(session: Session) -> None:
    listing_id = written(session)
    actions.confirm_listing(session, listing_id, on=date(2026, 9, 1))
    session.expire_all()
    assert actions.listing_by_id(session, listing_id).verified_on == date(2026, 9, 1)


def test_a_listing_that_is_not_there_is_not_written(session: Session) -> None:
    nobody = uuid4()
    with pytest.raises(NoSuchListing):
        actions.write_listing(session, WHOLE, areas=AREAS, listing_id=nobody, now=MONDAY)
    with pytest.raises(NoSuchListing):
        actions.hide_listing(session, nobody, now=MONDAY)
    with pytest.raises(NoSuchListing):
        actions.show_listing(session, nobody, areas=AREAS, now=MONDAY)
    with pytest.raises(NoSuchListing):
        actions.confirm_listing(session, nobody, on=date(2026, 9, 1))
