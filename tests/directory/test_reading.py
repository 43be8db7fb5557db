"""Fields become a listing, or words on each that cannot be read."""

from datetime import date

import pytest

from directory.model import Cost, Group, ListingKind, Phone, Refused
from directory.reading import read_draft
from tests.directory.listings import AREAS

TODAY = date(2026, 3, 4)
FIELDS = {
    "name": " The   Lantern\u202e ",
    "kinds": "legal; housing",
    "summary": "Advice.\r\nAnd tea.",
    "phones": "0808 802 0300 (helpline); 116 123; 101",
    "email": "hello@Example.org",
    "web": "example.org/help",
    "hours": "Mo-Fr 09:00-17:00",
    "time_zone": "Europe/London",
    "country": "gb",
    "region": "gb-sct",
    "areas": "GB-MET;GB-GMP",
    "languages": "en;pt-br",
    "groups": "women",
    "cost": "free",
    "source": "Its own page",
    "verified_on": "2026-03-01",
}
WRONG = {
    "name": ["", "n" * 121],
    "kinds": ["", "law"],
    "summary": ["", "s" * 601],
    "phones": ["soon", "0808", "0808 802 0300 extra", "07700 90012", ";".join(["101"] * 6)],
    "email": ["hello", "hello@"],
    "web": ["javascript:alert(1)", "ftp://example.org", "https://me:word@example.org", "here"],
    "hours": ["always", "Mo-Fr 25:00-26:00"],
    "time_zone": ["London", ""],
    "country": ["ZZ", "Britain"],
    "region": ["GB-XYZ", "FR"],
    "areas": ["GB-NOPE", "GB-MET,GB-GMP"],
    "languages": ["english", "xx", "en-ZZZ"],
    "groups": ["everybody"],
    "cost": ["cheap"],
    "source": ["", "s" * 301],
    "verified_on": ["", "1 March", "2026-03-05"],
    "works_with": ["w" * 2001],
}


def errors(**said: str) -> dict[str, str]:
    """Return what is wrong with fields."""
    try:
        read_draft(FIELDS | said, areas=AREAS, home_region="GB", today=TODAY)
    except Refused as refused:
        return refused.errors
    return {}


def test_what_is_written_is_read() -> None:
    draft = read_draft(FIELDS, areas=AREAS, home_region="GB", today=TODAY)
    assert draft.name == "The Lantern"
    assert draft.kinds == {ListingKind.LEGAL, ListingKind.HOUSING}
    assert draft.summary == "Advice.\nAnd tea."
    assert draft.web == "https://example.org/help"
    assert (draft.country, draft.region) == ("GB", "GB-SCT")
    assert draft.areas == {"GB-MET", "GB-GMP"}
    assert draft.languages == ("en", "pt-BR")
    assert draft.groups == {Group.WOMEN}
    assert draft.cost is Cost.FREE


def test_free_short_and_helpline_numbers_are_taken_for_what_they_are() -> None:
    draft = read_draft(FIELDS, areas=AREAS, home_region="GB", today=TODAY)
    assert draft.phones == (
        Phone(number="0808 802 0300", e164="+448088020300", purpose="helpline"),
        Phone(number="116 123", e164="116123"),
        Phone(number="101", e164="101"),
    )


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0300 123 3393", "+443001233393"),
        ("0800 555 111", "+44800555111"),
        ("+44 (0)161 629 9861", "+441616299861"),
        ("+64 800 161 161", "+64800161161"),
        ("07700 900123", "+447700900123"),
    ],
)
def test_a_number_is_kept_as_written_and_as_dialled(typed: str, e164: str) -> None:
    draft = read_draft(FIELDS | {"phones": typed}, areas=AREAS, home_region="GB", today=TODAY)
    assert draft.phones == (Phone(number=typed, e164=e164),)


def test_a_web_address_without_encryption_stays_so_and_is_seen() -> None:
    said = FIELDS | {"web": "http://example.org"}
    assert read_draft(said, areas=AREAS, home_region="GB").web == "http://example.org"


@pytest.mark.parametrize(
    ("name", "typed"), [(n, typed) for n, many in WRONG.items() for typed in many]
)
def test_what_is_wrong_is_refused_by_its_field(name: str, typed: str) -> None:
    assert [*errors(**{name: typed})] == [name]


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = errors(**{name: many[0] for name, many in WRONG.items()})
    assert found.keys() == WRONG.keys()


def test_a_listing_without_a_country_is_of_the_instance_s() -> None:
    said = FIELDS | {"country": "", "region": ""}
    assert read_draft(said, areas=AREAS, home_region="GB").country == "GB"
