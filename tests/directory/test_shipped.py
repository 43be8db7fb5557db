"""The listings that come with the program say what the pages that they were read off say."""

from pathlib import Path

import phonenumbers
import pytest

from config.areas import load_areas
from config.settings import Settings
from directory.model import Group, ListingDraft, ListingKind
from directory.shipped import shipped

AREAS = load_areas(Settings(data_dir=Path()))
NUMBERS = {
    "National Ugly Mugs": ["0161 629 9861", "0800 464 7669"],
    "Crimestoppers": ["0800 555 111"],
    "National Stalking Helpline": ["0808 802 0300"],
    "Suzy Lamplugh Trust": ["020 7091 0014", "0808 802 0300"],
    "National Sexual Health Helpline": ["0300 123 7123"],
    "Beyond the Streets": ["0800 133 7870"],
}
HOURS = {
    "National Ugly Mugs": "Mo-Fr 09:00-17:00",
    "National Sexual Health Helpline": "Mo-Fr 09:00-20:00; Sa-Su 11:00-16:00",
    "Beyond the Streets": "Mo-Th 09:30-15:30; Fr 09:30-12:00",
}
WEB = {
    "National Ugly Mugs": "https://nationaluglymugs.org",
    "Crimestoppers": "https://crimestoppers-uk.org",
    "SAAFE: Support and Advice for Escorts": "https://saafe.info/main/index.php",
    "National Stalking Helpline": "https://www.suzylamplugh.org",
    "Suzy Lamplugh Trust": "https://www.suzylamplugh.org",
    "National Sexual Health Helpline": "https://www.nhs.uk",
    "Beyond the Streets": "https://beyondthestreets.org.uk/i-want-support",
}
ABROAD = {
    "Sex Workers Project at the Urban Justice Center": "US",
    "Ugly Mugs Ireland": "IE",
    "Projet Jasmine": "FR",
    "Ugly Mugs Netherlands": "NL",
}


@pytest.fixture
def listings() -> dict[str, ListingDraft]:
    """Give what an instance in Great Britain comes with, by name."""
    found = [*shipped(AREAS, "GB")]
    by_name = {each.name: each for each in found}
    assert len(by_name) == len(found)
    return by_name


def test_phones_hours_and_addresses_are_those_of_the_sources(
    listings: dict[str, ListingDraft],
) -> None:
    def said(what: str) -> dict[str, object]:
        return {name: getattr(each, what) for name, each in listings.items() if getattr(each, what)}

    phones = {name: [phone.number for phone in each.phones] for name, each in listings.items()}
    assert {name: numbers for name, numbers in phones.items() if numbers} == NUMBERS
    assert said("hours") == HOURS
    assert said("web") == WEB
    assert said("email") == {}


def test_each_number_is_one_and_dials_as_it_is_written(listings: dict[str, ListingDraft]) -> None:
    for each in listings.values():
        for phone in each.phones:
            parsed = phonenumbers.parse(phone.number, each.country)
            assert phonenumbers.is_valid_number(parsed), phone
            assert phonenumbers.parse(phone.e164) == parsed


def test_organisations_in_other_countries_say_where_they_are(
    listings: dict[str, ListingDraft],
) -> None:
    assert {each.name: each.country for each in listings.values() if each.country != "GB"} == ABROAD
    project = listings["Sex Workers Project at the Urban Justice Center"]
    assert all((project.works_with, project.involvement, project.priorities, project.challenges))


def test_each_listing_says_where_it_is_from_and_when_it_was_looked_at(
    listings: dict[str, ListingDraft],
) -> None:
    assert {f"{each.verified_on}" for each in listings.values()} == {"2026-11-28"}
    assert all(each.source and each.summary and each.kinds for each in listings.values())
    assert all(each.time_zone for each in listings.values() if each.hours)


def test_who_they_are_for_is_what_the_sources_say(listings: dict[str, ListingDraft]) -> None:
    assert listings["Beyond the Streets"].groups == {Group.WOMEN}
    assert listings["Archway Centre"].areas == {"GB-MET"}
    assert ListingKind.STALKING in listings["Suzy Lamplugh Trust"].kinds


def test_another_country_comes_with_those_of_the_world_alone() -> None:
    assert {each.name for each in shipped({"FR-75": "Paris"}, "FR")} == set(ABROAD)


def test_what_is_in_areas_that_an_instance_does_not_have_is_left_out() -> None:
    names = {each.name for each in shipped({"GB-X": "All of it"}, "GB")}
    assert ("Archway Centre" in names, "Crimestoppers" in names) == (False, True)
