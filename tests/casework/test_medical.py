"""The sheet for a clinic: every language says all of it, and nothing that is chosen is kept."""

import re

import pytest
from sqlalchemy import event

from casework import medical
from casework.medical import KEYS, Kind, MissingSentence, Part, Since
from tests.whole import Whole

LANGUAGES = {"en", "es", "pt", "ro", "pl", "th", "zh-Hans", "fr"}
ADDRESS = "/help/medical"
NUMBER = re.compile(r"\d+")
HAS_NUMBERS = sorted(key for key in KEYS if NUMBER.search(medical.sentences("en")[key]))


def keys(section: medical.Section) -> list[str]:
    return [line.key for line in section.lines]


def of_part(part: Part, since: Since | None) -> list[str]:
    return keys(medical.sheet([part], since)[0])


def test_there_is_a_sheet_in_eight_languages() -> None:
    assert set(medical.languages()) == LANGUAGES
    assert medical.languages()[0] == "en"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_sentence_of_its_own(language: str) -> None:
    found = medical.sentences(language)
    assert found.keys() == KEYS
    assert all(text.strip() == text for text in found.values())
    same = [key for key in KEYS if found[key] == medical.sentences("en")[key]]
    assert language == "en" or set(same) <= {"hiv_title", "infections_title", "write_allergies"}


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
@pytest.mark.parametrize("key", HAS_NUMBERS)
def test_a_translation_names_the_same_hours_days_and_weeks(language: str, key: str) -> None:
    source, translated = (medical.sentences(each)[key] for each in ("en", language))
    assert sorted(NUMBER.findall(translated)) == sorted(NUMBER.findall(source))


@pytest.mark.parametrize(
    "change",
    [{"hiv_time": ""}, {"hiv_time": "  "}, {"hiv_time": 72}, {"hiv_tiem": "72"}],
)
def test_a_file_that_lacks_a_sentence_is_refused_by_its_key(change: dict[str, object]) -> None:
    whole: dict[str, object] = {**medical.sentences("fr")}
    with pytest.raises(MissingSentence, match=r"fr: .*hiv_ti"):
        medical.check("fr", whole | change)
    with pytest.raises(MissingSentence, match="fr: note"):
        medical.check("fr", {key: text for key, text in whole.items() if key != "note"})


def test_without_a_part_all_of_them_stand_on_it_and_what_one_writes_is_last() -> None:
    titles = [section.title for section in medical.sheet((), None)]
    assert titles == [*(f"{part}_title" for part in Part), "write_title"]
    [mind, written] = medical.sheet([Part.MIND], None)
    assert (mind.title, {line.kind for line in written.lines}) == ("mind_title", {Kind.WRITE})


@pytest.mark.parametrize(
    ("part", "last", "first_late", "instead"),
    [
        (Part.HIV, Since.THREE_DAYS, Since.FIVE_DAYS, "hiv_late"),
        (Part.PREGNANCY, Since.FIVE_DAYS, Since.WEEK, "pregnancy_late"),
        (Part.EVIDENCE, Since.WEEK, Since.LONGER, "evidence_late"),
    ],
)
def test_what_comes_too_late_is_said_and_not_asked_for(
    part: Part, last: Since, first_late: Since, instead: str
) -> None:
    assert of_part(part, None) == of_part(part, last)
    assert f"{part}_want" in of_part(part, last)
    for since in [*Since][[*Since].index(first_late) :]:
        assert of_part(part, since) == [instead]


@pytest.mark.parametrize("since", [None, *Since])
def test_what_is_never_too_late_is_always_asked_for(since: Since | None) -> None:
    for part in (Part.INFECTIONS, Part.INJURIES, Part.MIND):
        assert of_part(part, since) == of_part(part, None)


def test_the_limits_are_those_of_the_guidance() -> None:
    said = medical.sentences("en")
    for key, figures in {
        "hiv_time": ["24", "72", "28"],
        "pregnancy_time": ["72", "120", "5"],
        "infections_times": ["2", "45", "12", "6"],
        "evidence_times": ["48", "72", "7"],
    }.items():
        assert NUMBER.findall(said[key]) == figures


def test_a_sheet_stands_in_both_languages_and_in_no_address(house: Whole) -> None:
    visitor = house.visitor()
    visitor.open(ADDRESS)
    visitor.send(form=ADDRESS, since="week", **{"my-language": "th", "clinic-language": "zh-Hans"})
    assert (visitor.status, visitor.path, visitor.title) == (200, ADDRESS, "Brolly")
    for language in ("th", "zh-Hans"):
        said = medical.sentences(language)
        for key in ("title", "hiv_late", "evidence_want", "write_allergies", "unreviewed"):
            assert f'lang="{language}" dir="ltr"' in visitor.markup
            assert said[key] in visitor.text, key
        assert said["hiv_want"] not in visitor.text
        assert said["since_week"] in visitor.text
    fields = visitor.form(ADDRESS).fields
    assert (fields["my-language"], fields["clinic-language"]) == ("th", "zh-Hans")


def test_english_alone_says_nothing_of_translations(house: Whole) -> None:
    visitor = house.visitor()
    visitor.open(ADDRESS)
    visitor.send(form=ADDRESS, **{"my-language": "en", "clinic-language": "en"})
    assert visitor.text.count(medical.sentences("en")["about"]) == 1
    assert medical.sentences("en")["unreviewed"] not in visitor.text
    visitor.send(form=ADDRESS, **{"my-language": "pl", "clinic-language": "en"})
    for language in ("pl", "en"):
        assert medical.sentences(language)["unreviewed"] in visitor.text


def test_what_is_not_on_the_page_is_left_out(house: Whole) -> None:
    visitor = house.visitor()
    visitor.open(ADDRESS)
    strange = {"my-language": "../../x", "clinic-language": "xx", "parts": "all", "since": "ages"}
    visitor.send(form=ADDRESS, **strange)
    assert (visitor.status, medical.sentences("en")["hiv_want"] in visitor.text) == (200, True)


def test_making_a_sheet_asks_no_database(house: Whole) -> None:
    visitor = house.visitor()
    visitor.open(ADDRESS)
    found: list[str] = []

    def hear(*given: object) -> None:
        found.append(str(given[2]))

    engines = [house.services.singly.engine, house.services.reading.kw["bind"]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    visitor.send(form=ADDRESS, **{"my-language": "ro"})
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)
    assert (visitor.status, found) == (200, [])


@pytest.mark.parametrize("path", ["/help", "/guidance/after-you-report"])
def test_help_leads_to_it(house: Whole, path: str) -> None:
    assert f'href="{ADDRESS}"' in house.visitor().open(path).markup
