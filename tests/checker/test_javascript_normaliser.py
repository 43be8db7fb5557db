"""A browser reads what people paste exactly as the server does."""

import gzip
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from random import Random
from unicodedata import category

import phonenumbers
import pytest

from checker.identifiers import as_written, note_on, read
from checker.identifiers.exporting import plans_for_browsers
from checker.identifiers.refusals import Refusal
from checker.identifiers.withheld import ALONE, WITHIN
from checker.model import Identifier, IdentifierKind, NotAnIdentifier
from tests.checker.comparing import (
    ODD_PLACES,
    SPELLINGS,
    Entry,
    Result,
    differences,
    in_punycode,
    in_python,
    odd_addresses,
)
from tests.checker.entries import REGIONS, entries, examples
from tests.checker.javascript import NORMALISER, NORMALISER_SOURCE, PLANS, Client, running
from tests.checker.names import named_entries
from tests.house.tree import ROOT

E164 = phonenumbers.PhoneNumberFormat.E164
GZIPPED_AT_MOST = {NORMALISER: 14_000, PLANS: 55_000}


@pytest.fixture(scope="module")
def normaliser() -> Iterator[Client]:
    with running("normalise_bridge.js") as client:
        yield client


def _differences(normaliser: Client, given: list[Entry]) -> list[tuple[Entry, Result, Result]]:
    return differences(lambda given: normaliser("read", entries=given), given)


def test_every_spelling_of_the_shared_file_reads_in_a_browser_as_it_says(
    normaliser: Client,
) -> None:
    given = [(row["input"], row["region"]) for row in SPELLINGS]

    assert len(given) >= 900
    assert not _differences(normaliser, given)
    for row, came in zip(SPELLINGS, normaliser("read", entries=given), strict=True):
        expected = {name: row[name] for name in ("identifiers", "error") if name in row}
        assert came == expected | ({} if "error" in row else {"choices": came["choices"]})
        assert [*chain(*came.get("choices", []))] == row.get("candidates", [])


@pytest.mark.parametrize("seed", range(4))
def test_entries_made_by_chance_read_alike(normaliser: Client, seed: int) -> None:
    given = list(entries(seed, 2500))

    assert not _differences(normaliser, given)


@pytest.mark.parametrize("seed", range(4))
def test_usernames_and_plates_made_by_chance_read_alike(normaliser: Client, seed: int) -> None:
    given = list(named_entries(seed, 4000))

    assert not _differences(normaliser, given)


def test_usernames_and_plates_made_by_chance_have_every_kind_of_result() -> None:
    results = [in_python(entry) for entry in named_entries(0, 2500)]
    said = str([result.get("identifiers") for result in results])

    assert min(said.count(repr(kind)) for kind in IdentifierKind) > 20
    assert min(said.count(repr(kind)) for kind in ("username", "vehicle")) > 250
    assert sum(bool(result.get("choices")) for result in results) > 50
    assert {result.get("error") for result in results} >= {
        Refusal.USERNAME,
        Refusal.LOOK_ALIKE,
        Refusal.LINK,
        Refusal.NAME,
    }


@cache
def _identifiers_to_show() -> list[Identifier]:
    numbers = [phonenumbers.format_number(each, E164) for each in examples()]
    numbers += [number[:-1] + last for number in numbers for last in "05"]
    given = [Identifier(IdentifierKind.PHONE, number) for number in numbers]
    for text, region in chain(entries(7, 1500), named_entries(7, 3000)):
        with suppress(NotAnIdentifier):
            given += read(text, region=region).identifiers
    return given


@pytest.mark.parametrize("home", ["GB", "NL", "US"])
def test_identifiers_are_shown_as_the_server_shows_them(normaliser: Client, home: str) -> None:
    given = _identifiers_to_show()
    rows = [{"kind": each.kind, "value": each.value} for each in given]
    came = normaliser("show", identifiers=rows, home=home)
    expected = [
        {"written": as_written(each, home=home), "note": note_on(each) or ""} for each in given
    ]
    assert [pair for pair in zip(came, expected, strict=True) if pair[0] != pair[1]] == []
    assert {each["note"] for each in expected} == {"", "unknown_range", "international_domain"}


def test_entries_made_by_chance_have_every_kind_of_result() -> None:
    results = [in_python(entry) for entry in entries(0, 2500)]
    read_as = [result for result in results if "error" not in result]

    assert len(read_as) > 800
    assert sum(bool(result["choices"]) for result in read_as) > 50
    assert {result.get("error") for result in results} >= set(Refusal) - {
        Refusal.EMPTY,
        Refusal.TOO_LONG,
        Refusal.UNDECODABLE,
    }


def test_the_examples_of_every_country_read_alike_at_home_and_abroad(normaliser: Client) -> None:
    given = []
    for number in examples():
        region = phonenumbers.region_code_for_number(number)
        home = region if region in REGIONS else "GB"
        national = phonenumbers.national_significant_number(number)
        spelt = [national, "0" + national, "+0" + national, f"00{number.country_code}{national}"]
        spelt += [f"{number.country_code}{national}", f"+{number.country_code}0{national}"]
        given += [(text, where) for text in spelt for where in (home, "GB", "US", "IT")]

    assert len(given) > 20_000
    assert not _differences(normaliser, given)


@pytest.mark.parametrize("around", ["07700{}900123", "joe@ab{}a.org", "joe@{}.org", "a{}b@a.org x"])
def test_signs_of_all_scripts_read_alike_within_an_entry(normaliser: Client, around: str) -> None:
    signs = [chr(code) for code in range(0x20000) if category(chr(code)) not in {"Cn", "Co", "Cs"}]
    some = Random(around).sample(signs, 1500)  # noqa: S311 - the same signs each time
    given = [(around.format(sign), "GB") for sign in some]
    given += [(around.format(in_punycode("a" + sign)), "GB") for sign in some[:500]]

    assert not _differences(normaliser, given)


@pytest.mark.parametrize("place", ODD_PLACES)
def test_domains_that_idna_has_rules_of_its_own_for_read_alike(
    normaliser: Client, place: str
) -> None:
    assert not _differences(normaliser, odd_addresses(place))


def test_every_region_tells_short_numbers_alike(normaliser: Client) -> None:
    given = [
        (number, region)
        for region in REGIONS
        for number in ("1", "99", "100", "112", "911", "999", "116123", "12345", "60600", "+112")
    ]

    assert not _differences(normaliser, given)


def test_every_phrase_for_a_withheld_number_is_known(normaliser: Client) -> None:
    phrases = [*sorted(ALONE), *(f"it said {phrase} again" for phrase in WITHIN)]

    came = normaliser("read", entries=[(phrase, "GB") for phrase in phrases])

    assert came == [{"error": Refusal.WITHHELD}] * len(phrases)


@pytest.mark.parametrize("text", ["", " \n", "7" * 1001, "\U0001f600" * 1000, "\U0001f600" * 1001])
def test_entries_that_are_too_short_or_long_are_refused_alike(
    normaliser: Client, text: str
) -> None:
    assert not _differences(normaliser, [(text, "GB")])


def test_the_source_reads_as_the_bundle_does(normaliser: Client) -> None:
    given = [(row["input"], row["region"]) for row in SPELLINGS] + list(entries(5, 500))
    given += named_entries(5, 500)
    given += [each for place in ODD_PLACES for each in odd_addresses(place)]

    with running("normalise_bridge.js", NORMALISER=NORMALISER_SOURCE.as_uri()) as source:
        assert source("read", entries=given) == normaliser("read", entries=given)


def test_the_plans_are_what_the_installed_library_says() -> None:
    assert PLANS.read_text() == plans_for_browsers()


@pytest.mark.parametrize("file", [NORMALISER, PLANS])
def test_what_a_page_loads_is_small(file: Path) -> None:
    assert len(gzip.compress(file.read_bytes(), 9)) <= GZIPPED_AT_MOST[file]


def test_the_notice_names_what_is_shipped() -> None:
    notice = (ROOT / "NOTICE").read_text()

    assert sha256(NORMALISER.read_bytes()).hexdigest() in notice
    assert sha256(PLANS.read_bytes()).hexdigest() in notice
    assert f"libphonenumber {phonenumbers.__version__}" in notice
