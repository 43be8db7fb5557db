"""The directory at the desk: looking again, writing, hiding; two who write at once."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from directory import actions
from directory.model import Listing, NoSuchListing
from members.model import Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from tests.directory.listings import AREAS, a_draft
from tests.members.visits import Visitor
from tests.whole import Whole

SAID: dict[str, str | list[str]] = {
    "name": "Harbour",
    "kinds": ["housing", "legal"],
    "summary": "A roof.",
    "phones": "0808 802 0300 (helpline)",
    "source": "Its own page",
}


@pytest.fixture
def desk(house: Whole) -> Visitor:
    """Give the browser of a caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def put(house: Whole, **said: object) -> UUID:
    """Write a listing."""
    with house.writing() as session:
        return actions.write_listing(session, a_draft(**said), areas=AREAS, now=house.now)


def listing(house: Whole, listing_id: UUID) -> Listing:
    """Return a listing as it stands now."""
    with house.services.reading() as session:
        return actions.listing_by_id(session, listing_id)


def acts(house: Whole) -> list[str]:
    """Return what was put on record of the directory, the first one first."""
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted())
    return [each.act for each in reversed(found) if each.act.startswith("listing")]


def test_what_was_looked_at_longest_ago_comes_first_and_is_counted(
    house: Whole, desk: Visitor
) -> None:
    put(house, name="Fresh", verified_on=house.now.date())
    put(house, name="Old", verified_on=date(2020, 1, 1))
    desk.open("/desk/directory")
    assert desk.text.index("Old") < desk.text.index("Fresh")
    assert "1 listing was not looked at for half a year." in desk.text


def test_one_button_says_that_a_listing_is_still_right(house: Whole, desk: Visitor) -> None:
    there = put(house, verified_on=date(2020, 1, 1))
    desk.open("/desk/directory").fill(f"/{there}/verified")
    assert listing(house, there).verified_on >= house.now.date() - timedelta(days=1)
    assert "half a year" not in desk.text
    assert acts(house) == [Act.LISTING_CHECKED]


def test_a_listing_is_written(house: Whole, desk: Visitor) -> None:
    desk.open("/desk/directory/new").fill("/new", **SAID)
    assert (desk.path, "Harbour" in desk.text) == ("/desk/directory", True)
    with house.services.reading() as session:
        [found] = actions.all_listings(session)
    assert found.kinds == {"housing", "legal"}
    assert found.phones[0].e164 == "+448088020300"
    assert acts(house) == [Act.LISTING_WRITTEN]


def test_what_was_typed_stays_when_it_is_refused(house: Whole, desk: Visitor) -> None:
    desk.open("/desk/directory/new").fill(
        "/new", **SAID | {"phones": "soon", "hours": "always open"}
    )
    assert desk.status == 422
    assert "One of these is no phone number." in desk.text
    for typed in ("Harbour", "soon", "always open", "A roof."):
        assert typed in desk.markup
    assert 'value="housing" autocomplete="off" checked' in desk.markup
    with house.services.reading() as session:
        assert [*actions.all_listings(session)] == []


def test_a_form_that_is_sent_as_it_came_changes_nothing(house: Whole, desk: Visitor) -> None:
    said = {"areas": frozenset({"GB-MET"}), "languages": ("en", "ro"), "works_with": "One\nTwo"}
    there = put(house, **said)
    before = listing(house, there)
    desk.open(f"/desk/directory/{there}/edit").fill("/edit")
    after = listing(house, there)
    assert desk.path == "/desk/directory"
    assert replace(after, changed_at=before.changed_at) == before


def test_whoever_writes_later_than_a_colleague_sees_both(house: Whole, desk: Visitor) -> None:
    there = put(house)
    colleague = house.sign_in(house.person(Role.LEAD)).open(f"/desk/directory/{there}/edit")
    desk.open(f"/desk/directory/{there}/edit").fill("/edit", summary="Theirs.")
    colleague.fill("/edit", summary="Mine.")
    assert colleague.status == 409
    assert "Somebody else changed this listing meanwhile" in colleague.text
    assert "Theirs." in colleague.text
    assert "Mine." in colleague.markup
    assert listing(house, there).summary == "Theirs."
    colleague.fill("/edit")
    assert listing(house, there).summary == "Mine."


def test_a_listing_is_hidden_and_shown_again(house: Whole, desk: Visitor) -> None:
    there = put(house)
    desk.open(f"/desk/directory/{there}/edit").fill("/hide")
    assert "hidden" in desk.text
    with house.services.reading() as session, pytest.raises(NoSuchListing):
        actions.listing(session, listing(house, there).reference)
    desk.open(f"/desk/directory/{there}/edit").fill("/show")
    assert listing(house, there).shown
    assert acts(house) == [Act.LISTING_HIDDEN, Act.LISTING_SHOWN]


def test_all_of_it_is_downloaded_as_a_sheet(house: Whole, desk: Visitor) -> None:
    put(house)
    answer = desk.client.get("/desk/directory/export.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="directory.csv"'
    assert "Lantern" in answer.text
