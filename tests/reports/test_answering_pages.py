from datetime import date

import pytest
from sqlalchemy.orm import Session

from reports.model import Consent, Precision, When
from storage.keys import Sealers
from tests.given_reports import a_submission
from tests.reports.browser import Browser
from tests.reports.reporter import begin, resume, said_by, to

TUESDAY = date(2025, 3, 4)


def test_a_story_of_twenty_thousand_characters_is_taken_and_one_more_is_not(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    longest = "\N{GRINNING FACE}\r\n" * 10_000
    begin(browser).send(story=longest + "more")
    assert browser.status == 422
    assert "This is 20004 characters long" in browser.text
    assert browser.form().fields["story"].endswith("more")
    assert "Up to 20,000 characters" in browser.text
    browser.send(story=longest)
    assert browser.path == "/report/kinds"
    assert len(said_by(session, sealers, browser).narrative) == 19_999


def test_marks_that_cannot_be_seen_are_dropped(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    begin(browser).send(story="\x00He \x1b[31mran\u202e away.\x7f\r\nI \tstayed.\u2066")
    said = said_by(session, sealers, browser)
    assert said.narrative == "He [31mran away.\nI \tstayed."


def test_markup_in_an_answer_stays_words(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    nasty = "<script>alert(1)</script>{{ 7*7 }}"
    said = a_submission(narrative=nasty, district=nasty, first_contact=nasty)
    resume(session, sealers, browser, said)
    assert "<script>alert" not in browser.markup
    assert "{{ 7*7 }}" in browser.text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"day_day": "31", "day_month": "2"}, "day", "does not have this day"),
        ({"day_day": "1", "day_month": "1", "day_year": "2999"}, "day", "not come yet"),
        ({"day_day": "1", "day_month": "14"}, "day", "1 to 12"),
        ({"day_day": "first", "day_month": "1"}, "day", "in numbers"),
        ({"when": "day"}, "day", "give the day"),
        ({"when": "month"}, "day", "give the day"),
        ({"when": "today", "time": "25:00"}, "time", "cannot read this time"),
        (
            {"when": "today", "until_day": "1", "until_month": "1", "until_year": "2020"},
            "until",
            "before",
        ),
        ({"when": "today", "until_day": "x", "until_month": "1"}, "until", "in numbers"),
    ],
)
def test_a_time_that_cannot_be_is_told_and_everything_typed_stays(
    browser: Browser, fields: dict[str, str], field: str, words: str
) -> None:
    to(browser, "when").send(**{"part": "night"} | fields)
    assert browser.status == 422
    assert words in browser.text
    assert f'href="#{field}"' in browser.markup
    typed = {name.replace("_", "-"): value for name, value in fields.items()} | {"part": "night"}
    assert {name: browser.form().fields[name] for name in typed} == typed


@pytest.mark.parametrize(
    ("fields", "precision", "time_of_day"),
    [
        ({"when": "today"}, Precision.DAY, ""),
        ({"when": "yesterday", "time": "11pm"}, Precision.EXACT, "23:00"),
        ({"when": "about", "day_day": "3", "day_month": "2"}, Precision.ABOUT, ""),
        ({"when": "month", "day_month": "2", "day_year": "25"}, Precision.MONTH, ""),
        ({"day_month": "2"}, Precision.MONTH, ""),
        ({"day_day": "3", "day_month": "2", "part": "night"}, Precision.DAY, "night"),
        ({"when": "today", "part": "over lunch"}, Precision.DAY, ""),
    ],
)
def test_the_time_is_kept_as_exactly_as_it_is_known(
    browser: Browser,
    session: Session,
    sealers: Sealers,
    fields: dict[str, str],
    precision: Precision,
    time_of_day: str,
) -> None:
    to(browser, "when").send(**fields)
    when = said_by(session, sealers, browser).when
    assert when
    assert (when.precision, when.time_of_day) == (precision, time_of_day)


def test_not_knowing_when_takes_an_earlier_answer_back(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    resume(session, sealers, browser, a_submission()).open("/report/when").send(when="unknown")
    assert said_by(session, sealers, browser).when is None


def test_choices_that_are_not_on_the_page_are_not_taken(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    begin(browser).send(story="It happened.")
    browser.send(kinds=["arson", "non_payment"])
    browser.send()
    browser.open("/report/where").send(area="XX-NOWHERE", setting="the moon")
    browser.open("/report/person").send(age_range="immortal", alias="Dave")
    browser.open("/report/sharing").send(consents=["everything", "research"])
    said = said_by(session, sealers, browser.open("/report/where"))
    assert [harm.kind for harm in said.harms] == ["non_payment"]
    assert (said.area, said.setting) == ("", None)
    assert said.people[0].age_range == ""
    assert said.consents == {Consent.RESEARCH}


def test_a_person_of_whom_nothing_is_said_is_left_out(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    resume(session, sealers, browser, a_submission())
    browser.open("/report/person/1").send(alias="", hair="")
    assert [each.alias for each in said_by(session, sealers, browser).people] == ["The driver"]


def test_at_most_five_people_are_described(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    to(browser, "person")
    for number in range(1, 6):
        assert browser.path.startswith("/report/person")
        browser.send("add", alias=f"Person {number}")
    assert browser.path == "/report/person/5"
    assert ("add", "yes") not in browser.form().buttons
    assert len(said_by(session, sealers, browser).people) == 5


def test_an_answer_that_is_too_long_stays_in_its_field(browser: Browser) -> None:
    to(browser, "where").send(district="x" * 201, setting="street")
    assert browser.status == 422
    assert "This is 201 characters long" in browser.text
    assert browser.form().fields["district"] == "x" * 201
    assert browser.form().fields["setting"] == "street"


def test_the_details_are_asked_only_where_there_are_any(browser: Browser) -> None:
    begin(browser).send(story="Nobody came.")
    browser.send(kinds="no_show_or_time_wasting")
    assert browser.path == "/report/when"
    assert browser.open("/report/details").path == "/report/kinds"
    browser.send(kinds=["no_show_or_time_wasting", "non_payment"])
    assert browser.path == "/report/details"


def test_each_switch_shows_exactly_what_would_leave(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    text = resume(session, sealers, browser, a_submission()).open("/report/sharing").text
    assert text.count("What exactly would leave") == len(Consent)
    register = text.partition("Put what you know them by")[2].partition("Warn members")[0]
    for words in ("+44 7700 900123", "Danger", "Robbery or theft", "March 2026", "London"):
        assert words in register
    for kept in ("ZZ99 ABC", "ran out", "Dave", "Brixton", "kettle", "900200"):
        assert kept not in register
    alert = text.partition("Warn members")[2].partition("Tell the police")[0]
    for kept in ("900123", "ran out", "Dave", "Brixton", "23:15", "kettle"):
        assert kept not in alert
    assert "kettle" not in text
    assert "ran out" not in text


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (When(precision=Precision.DAY, from_day=TUESDAY), "Tuesday"),
        (When(precision=Precision.ABOUT, from_day=TUESDAY), "about Tuesday"),
        (When(precision=Precision.MONTH, from_day=date(2025, 3, 1)), "March 2025"),
        (When(precision=Precision.DAY, from_day=TUESDAY, to_day=date(2025, 3, 6)), " to Thursday"),
        (When(precision=Precision.DAY, from_day=TUESDAY, time_of_day="night"), ", Night"),
        (When(precision=Precision.EXACT, from_day=TUESDAY, time_of_day="23:15"), ", 23:15"),
    ],
)
def test_the_time_is_shown_as_it_was_told_and_survives_being_sent_again(
    browser: Browser, session: Session, sealers: Sealers, when: When, shown: str
) -> None:
    assert shown in resume(session, sealers, browser, a_submission(when=when)).text
    browser.open("/report/when").send()
    assert said_by(session, sealers, browser).when == when


def test_the_last_day_may_be_the_first(
    browser: Browser, session: Session, sealers: Sealers
) -> None:
    to(browser, "when").send(
        day_day="4", day_month="3", day_year="2025", until_day="4", until_month="3", until_year="25"
    )
    when = said_by(session, sealers, browser).when
    assert when
    assert when.to_day is None


def test_details_of_a_report_without_kinds_lead_on(browser: Browser) -> None:
    to(browser, "kinds").send(kinds="non_payment")
    other = Browser(browser.client).open("/report/details")
    browser.open("/report/kinds").send(kinds=[])
    assert other.send().path == "/report/when"
