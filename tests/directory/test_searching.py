"""Searching, on both databases: what fits is found, in its order, and nothing else is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event, literal, select
from sqlalchemy.orm import Session

from directory import actions
from directory.actions import searching
from directory.marks import words_in
from directory.model import PAGE, Group, ListingKind, NoSuchListing, Wanted
from tests.directory.listings import AREAS, MONDAY, a_draft, names, written

KINDS = [ListingKind.LEGAL, ListingKind.HOUSING, ListingKind.MONEY]


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """Hear the statements that are run."""
    found: list[str] = []

    def keep(*given: object) -> None:
        found.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", keep)
    yield found
    event.remove(engine, "before_cursor_execute", keep)


def test_listings_come_by_name_whatever_its_capitals_and_accents(session: Session) -> None:
    for name in ("Zora", "élan", "Amber", "elan b"):
        written(session, name=name)
    assert names(session) == ["Amber", "élan", "elan b", "Zora"]


@pytest.mark.parametrize("typed", ["man", "MANCH", "manchester night", "nig", "m", "noctu manc"])
def test_words_are_found_by_their_beginnings(session: Session, typed: str) -> None:
    written(
        session,
        name="Night Lantern",
        summary="A nocturnal van.",
        areas=frozenset({"GB-GMP"}),
    )
    written(session, name="Day Lantern", summary="Advice by day.")
    assert names(session, words=typed) == ["Night Lantern"]


@pytest.mark.parametrize("typed", ["anchester", "nightly", "night day", "%", "_ight"])
def test_what_only_looks_alike_is_not_found(session: Session, typed: str) -> None:
    written(session, name="Night Lantern", areas=frozenset({"GB-GMP"}))
    written(session, name="Day Lantern")
    found = names(session, words=typed)
    assert found == ([] if words_in(typed) else ["Day Lantern", "Night Lantern"])


def test_a_search_for_an_area_finds_what_serves_the_whole_country(session: Session) -> None:
    written(session, name="Everywhere")
    written(session, name="Here", areas=frozenset({"GB-GMP"}))
    written(session, name="There", areas=frozenset({"GB-MET"}))
    written(session, name="Abroad", country="US")
    assert names(session, area="GB-GMP") == ["Everywhere", "Here"]
    assert names(session, country="US") == ["Abroad"]


def test_a_language_is_found_however_it_is_written(session: Session) -> None:
    written(session, name="Lisbon", languages=("pt",))
    written(session, name="Recife", languages=("en", "pt-BR"))
    written(session, name="London", languages=("en",))
    assert names(session, language="pt") == ["Lisbon", "Recife"]
    assert names(session, language="pt-PT") == ["Lisbon", "Recife"]


def test_open_now_is_what_answers_at_this_minute(session: Session) -> None:
    for name, hours in (("Days", "Mo-Fr 09:00-17:00"), ("Nights", "Mo-Su 22:00-06:00")):
        written(session, name=name, hours=hours, time_zone="Europe/London", region="GB-ENG")
    written(session, name="Not known")
    assert names(session, open_now=True) == ["Days"]
    assert names(session, open_now=True, now=MONDAY + timedelta(hours=5)) == []
    assert names(session, open_now=True, now=MONDAY + timedelta(hours=12)) == ["Nights"]


def test_a_card_has_the_first_opening_that_is_not_over(session: Session) -> None:
    written(
        session,
        name="Days",
        hours="Mo-Fr 09:00-17:00",
        time_zone="Europe/London",
        region="GB-ENG",
    )
    written(session, name="Not known")
    for hours, expected in (
        (0, (MONDAY, timedelta(hours=5))),
        (4, (MONDAY, timedelta(hours=5))),
        (5, (MONDAY + timedelta(hours=21), timedelta(hours=8))),
    ):
        now = MONDAY + timedelta(hours=hours)
        days, unknown = actions.search(session, Wanted(), now=now).listings
        assert days.opening
        assert (days.opening.begins, days.opening.ends - days.opening.begins) == expected
        assert unknown.opening is None


def test_all_that_is_asked_for_has_to_fit_as_a_plain_look_at_each_says(session: Session) -> None:
    random = Random(7)  # noqa: S311 - not for secrets
    drafts = [
        a_draft(
            name=f"{random.choice(('Amber', 'Blue', 'Coral'))} {number:02}",
            kinds=frozenset(random.sample(KINDS, random.randint(1, 2))),
            areas=frozenset(random.sample(sorted(AREAS), random.randint(0, 2))),
            languages=tuple(random.sample(("en", "pl", "ro"), random.randint(1, 2))),
            groups=frozenset(random.sample(sorted(Group), random.choice((0, 0, 2)))),
        )
        for number in range(60)
    ]
    for draft in drafts:
        actions.write_listing(session, draft, areas=AREAS, now=MONDAY)
    for _ in range(40):
        wanted = Wanted(
            words=random.choice(("", "", "amb", "cor", "blue")),
            kind=random.choice((None, *KINDS)),
            area=random.choice(("", *AREAS)),
            language=random.choice(("", "pl", "ro")),
            group=random.choice((None, Group.MEN, Group.TRANS)),
        )
        expected = sorted(
            draft.name
            for draft in drafts
            if draft.name.casefold().startswith(wanted.words)
            and (wanted.kind is None or wanted.kind in draft.kinds)
            and (not wanted.area or not draft.areas or wanted.area in draft.areas)
            and (not wanted.language or wanted.language in draft.languages)
            and (wanted.group is None or not draft.groups or wanted.group in draft.groups)
        )
        found = actions.search(session, wanted, now=MONDAY)
        assert [each.name for each in found.listings] == expected[:PAGE], wanted


def test_pages_follow_each_other_without_a_gap(session: Session) -> None:
    for number in range(2 * PAGE + 1):
        written(session, name=f"Lantern {number:03}")
    seen: list[str] = []
    after = ""
    for _ in range(3):
        found = actions.search(session, Wanted(words="lan"), now=MONDAY, after=after)
        seen += [each.name for each in found.listings]
        after = found.after
    assert seen == [f"Lantern {number:03}" for number in range(2 * PAGE + 1)]
    assert after == ""


def test_a_search_is_one_statement(engine: Engine, session: Session) -> None:
    written(session, languages=("en",))
    wanted = Wanted(
        words="adv lant", kind=ListingKind.LEGAL, area="GB-MET", language="en", open_now=True
    )
    with heard(engine) as statements:
        actions.search(session, wanted, now=MONDAY)
    assert len(statements) == 1


def test_the_rarest_mark_is_walked(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "ENOUGH", 5)
    for number in range(9):
        written(session, name=f"Lantern {number}")
    written(session, name="Roof", kinds=frozenset({ListingKind.HOUSING}))
    marks = ["area:GB-GMP", "kind:housing", "kind:legal"]
    chosen = searching.rarest([literal(mark) for mark in marks])
    assert session.scalar(select(chosen)) == "kind:housing"


def test_what_can_be_chosen_is_what_some_listing_has(session: Session) -> None:
    assert actions.offered(session) == actions.Offered(countries=(), languages=())
    written(session, languages=("en", "pt-BR"))
    written(session, country="US", languages=("es",))
    hidden = written(session, country="FR", languages=("fr",))
    actions.hide_listing(session, hidden, now=MONDAY)
    found = actions.offered(session)
    assert found == actions.Offered(countries=("GB", "US"), languages=("en", "es", "pt"))


def test_a_listing_is_found_by_its_reference_while_it_is_shown(session: Session) -> None:
    listing_id = written(session)
    reference = actions.listing_by_id(session, listing_id).reference
    assert actions.listing(session, reference).id == listing_id
    actions.hide_listing(session, listing_id, now=MONDAY)
    with pytest.raises(NoSuchListing):
        actions.listing(session, reference)
    assert not actions.listing_by_id(session, listing_id).shown
