"""The pages of the directory, through HTTP and without JavaScript."""

import re
from datetime import UTC, datetime

from directory import actions
from directory.model import PAGE, Cost, Group, ListingDraft, ListingKind
from tests.directory.listings import AREAS, HELPLINE, a_draft
from tests.directory.test_searching import heard
from tests.whole import Whole

TYPED = "marmoset counselling"
LEGAL, HOUSING = frozenset({ListingKind.LEGAL}), frozenset({ListingKind.HOUSING})
LANTERN = a_draft(
    name="Lantern <& Co>",
    kinds=HOUSING,
    summary="Finds a roof.",
    phones=(HELPLINE,),
    email="hello@lantern.example.org",
    web="https://lantern.example.org/help",
    hours="24/7",
    time_zone="Europe/London",
    region="GB-ENG",
    areas=frozenset({"GB-GMP"}),
    languages=("en", "pt-BR"),
    groups=frozenset({Group.TRANS}),
    cost=Cost.FREE,
    works_with="Whoever comes.",
    involvement="They run it.",
    priorities="Roofs for all.",
    challenges="Rents and raids.",
    source="their own page",
)


def keep(house: Whole, *drafts: ListingDraft) -> list[str]:
    """Write listings; return their references."""
    now = datetime.now(UTC)
    with house.writing() as session:
        ids = [actions.write_listing(session, each, areas=AREAS, now=now) for each in drafts]
        return [actions.listing_by_id(session, each).reference for each in ids]


def test_anybody_finds_a_service_and_all_that_is_known_of_it(house: Whole) -> None:
    (reference,) = keep(house, LANTERN)
    keep(house, a_draft(name="Harbour", kinds=LEGAL))
    visitor = house.visitor()
    visitor.open("/directory")
    visitor.send(
        words="roof man", kind="housing", area="GB-GMP", language="pt", group="trans", open="yes"
    )
    assert (visitor.status, visitor.path) == (200, "/directory")
    assert "Lantern <& Co>" in visitor.text
    assert "Open now, day and night" in visitor.text
    assert "Harbour" not in visitor.text
    assert 'href="tel:+448081570123"' in visitor.markup
    visitor.open(f"/directory/{reference}")
    for words in (
        "Lantern <& Co>", "Housing", "Finds a roof.", "0808 157 0123", "helpline", "Free",
        "hello@lantern.example.org", "lantern.example.org/help", "Greater Manchester",
        "Trans and non-binary people", "English, Brazilian Portuguese", "Whoever comes.",
        "They run it.", "Roofs for all.", "Rents and raids.", "their own page", "1 March 2026",
    ):  # fmt: skip
        assert words in visitor.text, words


def test_what_was_typed_stays_in_the_form_and_in_nothing_else(house: Whole) -> None:
    visitor = house.visitor()
    visitor.open("/directory")
    visitor.send(words=TYPED, kind="legal", group="men", open="yes")
    fields = visitor.form("/directory").fields
    kept = [fields[name] for name in ("words", "kind", "group", "open")]
    assert kept == [TYPED, "legal", "men", "yes"]
    assert visitor.path == "/directory"
    assert visitor.title == "Brolly"


def test_where_nothing_fits_there_is_a_way_on(house: Whole) -> None:
    keep(house, LANTERN)
    visitor = house.visitor()
    visitor.open("/directory")
    visitor.send(words=TYPED)
    assert "Nothing fits all of that." in visitor.text
    assert re.search('class="empty".*href="/help"', visitor.markup, re.DOTALL)


def test_the_next_page_is_asked_for_by_a_form(house: Whole) -> None:
    keep(house, *(a_draft(name=f"Lantern {number:03}") for number in range(PAGE + 1)))
    visitor = house.visitor()
    visitor.open("/directory")
    visitor.send(words="lantern")
    assert ("Lantern 019" in visitor.text, "Lantern 020" in visitor.text) == (True, False)
    more = visitor.page.forms[-1]
    assert more.fields["words"] == "lantern"
    answer = visitor.client.post(more.action, data=more.fields)
    assert ("Lantern 019" in answer.text, "Lantern 020" in answer.text) == (False, True)
    assert "Show more" not in answer.text


def test_an_open_page_is_answered_with_what_was_found_alone(house: Whole) -> None:
    keep(house, LANTERN)
    visitor = house.visitor()
    visitor.open("/directory")
    fields = visitor.form("/directory").fields
    answer = visitor.client.post("/directory", data=fields, headers={"X-Swap": "#found"})
    assert answer.text.lstrip().startswith('<section id="found"')
    assert "Lantern" in answer.text
    assert "<form" not in answer.text


def test_a_choice_that_is_not_on_the_page_is_none(house: Whole) -> None:
    keep(house, LANTERN)
    visitor = house.visitor()
    visitor.open("/directory")
    visitor.send(kind="umbrellas", group="nobody")
    assert (visitor.status, "Finds a roof." in visitor.text) == (200, True)


def test_services_abroad_are_found_by_their_country(house: Whole) -> None:
    keep(house, LANTERN, a_draft(name="Across", country="US"))
    visitor = house.visitor()
    visitor.open("/directory")
    assert "United States" in visitor.markup
    visitor.send(area="country:US")
    assert ("Across" in visitor.text, "Finds a roof." in visitor.text) == (True, False)


def test_what_is_hidden_has_no_page(house: Whole) -> None:
    (reference,) = keep(house, LANTERN)
    now = datetime.now(UTC)
    with house.writing() as session:
        found = actions.listing(session, reference)
        actions.hide_listing(session, found.id, now=now)
    assert house.visitor().open(f"/directory/{reference}").status == 404
    assert house.visitor().open("/directory/00000000").status == 404


def test_a_page_takes_two_statements_and_a_part_of_it_one(house: Whole) -> None:
    (reference, *_) = keep(house, LANTERN, *(a_draft(name=f"x {each}") for each in range(PAGE)))
    visitor = house.visitor()
    fields = visitor.open("/directory").form("/directory").fields
    fields.update({"words": "lan adv", "kind": "housing", "area": "GB-GMP", "open": "yes"})
    client, engine = visitor.client, house.services.singly.engine
    for headers, expected in (({}, 2), ({"X-Swap": "#found"}, 1)):
        for method, form in (("GET", None), ("POST", fields)):
            with heard(engine) as statements, heard(house.services.reading.kw["bind"]) as others:
                page = client.open("/directory", method=method, data=form, headers=headers)
            assert "Lantern" in page.text
            assert (len(statements), others) == (expected, [])
    with heard(house.services.reading.kw["bind"]) as others:
        assert "Lantern" in client.get(f"/directory/{reference}").text
    assert len([each for each in others if each != "BEGIN"]) == 2


def test_a_week_says_each_day_s_hours(house: Whole) -> None:
    zone = {"time_zone": "America/New_York", "country": "US", "region": "US-NY"}
    draft = a_draft(name="Across", hours="Mo-Fr 09:00-17:00", **zone)
    (reference,) = keep(house, draft)
    page = house.visitor().open(f"/directory/{reference}")
    assert page.text.count("09:00 to 17:00") >= 3  # but for public holidays
    assert page.text.count("Closed") >= 2
    assert "By the clock of America/New_York." in page.text


def test_help_and_home_lead_to_it(house: Whole) -> None:
    for page in ("/", "/help"):
        assert 'href="/directory"' in house.visitor().open(page).markup
