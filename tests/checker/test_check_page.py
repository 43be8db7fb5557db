"""The check in a browser: every kind of entry, the budget, and a register that is away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from checker.identifiers.refusals import MESSAGES, Refusal
from config.settings import Settings
from members.model import Role
from tests import given
from tests.checker.asking import LISTED, NOTHING, check
from tests.members.visits import Visitor
from tests.reports.browser import Page
from tests.servers import ValkeyServer
from tests.whole import Whole, whole

BAD = {
    "empty": ("", Refusal.EMPTY),
    "spaces": ("   ", Refusal.EMPTY),
    "10,000 characters": ("0" * 10_000, Refusal.TOO_LONG),
    "control characters": ("07700\x07900123", Refusal.CONTROL_CHARACTERS),
    "emoji": ("\N{SMILING FACE WITH SUNGLASSES}\N{FIRE}", Refusal.NO_IDENTIFIER),
    "half a number": ("07700 9", Refusal.HALF_NUMBER),
    "too many digits": ("07700 900123 07700 9001", Refusal.TOO_MANY_DIGITS),
    "a name": ("Dave from Salford", Refusal.NAME),
    "a username that cannot be one": ("twitter @dave.1987", Refusal.USERNAME),
    "a link": ("https://example.org/profile", Refusal.LINK),
    "no caller id": ("No Caller ID", Refusal.WITHHELD),
    "private": ("private", Refusal.WITHHELD),
    "impossible": ("+999 1234 5678", Refusal.IMPOSSIBLE),
    "premium": ("0906 123 4567", Refusal.PREMIUM),
    "an address without a domain": ("dave@", Refusal.EMAIL_WITHOUT_DOMAIN),
    "a look-alike": ("d\N{CYRILLIC SMALL LETTER A}ve@example.org", Refusal.LOOK_ALIKE),
}


@pytest.mark.parametrize(("entry", "refusal"), BAD.values(), ids=BAD)
def test_what_cannot_be_checked_gets_its_own_words_and_stays_in_the_field(
    member: Visitor, entry: str, refusal: Refusal, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logged:
        check(member, entry)
    assert member.status == 422
    assert member.text.count(MESSAGES[refusal]) == 1
    assert member.form("/check").fields["entry"] == entry
    assert NOTHING not in member.text
    assert member.path == "/check"
    assert logged == []
    assert caplog.records == []


def test_each_kind_of_bad_entry_has_words_of_its_own() -> None:
    assert len(set(MESSAGES.values())) == len(MESSAGES)


def test_what_is_refused_costs_nothing_of_the_budget(member: Visitor) -> None:
    for _ in range(7):
        assert check(member, "Dave").status == 422
    assert check(member, LISTED).status == 200


def test_several_entries_are_each_answered_in_their_order(house: Whole, member: Visitor) -> None:
    house.published()
    check(member, f"{LISTED}, 07700 900124 and dave@example.org")
    assert member.status == 200
    assert member.text.count(NOTHING) == 2
    places = [member.text.index(each) for each in ("900123", "Physical assault", "900124", "dave@")]
    assert places == sorted(places)


def test_the_tips_stand_once_however_many_are_not_found(member: Visitor) -> None:
    check(member, "07700 900124, 07700 900125, 07700 900126")
    assert member.text.count(NOTHING) == 3
    assert member.markup.count('<ul class="tips">') == 1
    last = member.text.rindex(NOTHING)
    assert last < member.text.index("Speak to the person yourself")


def test_a_domain_beyond_ascii_is_checked_with_a_note(member: Visitor) -> None:
    check(member, "dave@b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example")
    assert member.status == 200
    assert NOTHING in member.text
    assert "letters beyond a to z" in member.text


def test_a_number_in_no_known_range_is_checked_with_a_note(member: Visitor) -> None:
    check(member, LISTED)
    assert "in no range that we know of" in member.text


def test_a_warning_is_shown_with_what_it_says_and_ways_on(house: Whole, member: Visitor) -> None:
    warning = house.published()
    with capture_logs() as logged:
        check(member, "O7700 900 123")
    for words in ("Danger", "Physical assault", "Metropolitan", "Do not meet alone."):
        assert words in member.text
    assert f"/updates/{warning.reference}" in member.markup
    assert "Talk to a caseworker" in member.text
    assert member.form("/check").fields["entry"] == "O7700 900 123"
    assert "900123" not in member.title
    assert logged == []


def test_the_sixth_check_in_a_burst_says_when_to_try_again_even_after_a_restart(
    house: Whole, settings: Settings, scratch: Path
) -> None:
    person = house.person()
    first = house.sign_in(person)
    for number in range(5):
        assert check(first, f"07700 90012{number}").status == 200
    check(first, LISTED)
    assert first.status == 429
    assert "Try again" in first.text
    assert 0 < int(first.headers["Retry-After"]) <= 60
    assert NOTHING not in first.text
    assert first.form("/check").fields["entry"] == LISTED
    with whole(settings, scratch / "compiled") as again:
        second = again.sign_in(person)
        assert check(second, LISTED).status == 429


def test_a_day_that_is_spent_says_on_which_day_to_try_again_where_the_instance_is(
    settings: Settings, scratch: Path
) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead
    small = settings.model_copy(update={"check_daily": 1, "time_zone": zone.key})
    with whole(small, scratch / "compiled") as house:
        house.refresh()
        visitor = house.sign_in(house.person())
        before = datetime.now(zone)
        assert check(visitor, LISTED).status == 200
        assert check(visitor, LISTED).status == 429
        days = {before, datetime.now(zone) + timedelta(minutes=1)}
    assert any(f"Try again on {day + timedelta(days=1):%A} at" in visitor.text for day in days)
    assert 86_000 < int(visitor.headers["Retry-After"]) <= 86_400


def test_more_at_once_than_a_burst_are_refused_and_cost_nothing(member: Visitor) -> None:
    check(member, ", ".join(f"07700 90012{number}" for number in range(6)))
    assert member.status == 422
    assert "at most 5" in member.text
    assert check(member, LISTED).status == 200


def test_a_register_that_is_away_is_said_and_never_read_as_no_warning(
    keys: Path, database_url: str, scratch: Path
) -> None:
    nobody = Settings(
        data_dir=keys, database_url=database_url, redis_url=f"unix://{scratch / 'nobody.sock'}"
    )
    with whole(nobody, scratch / "compiled") as house:
        visitor = house.sign_in(house.person())
        with capture_logs() as logged:
            for _ in range(7):  # and no answer costs no check
                assert_cannot_check(visitor)
        assert logged == []


def test_a_flushed_register_is_said_and_never_read_as_no_warning(
    house: Whole, member: Visitor, valkey: ValkeyServer
) -> None:
    house.published()
    valkey.client.flushall()
    for _ in range(7):
        assert_cannot_check(member)
    house.refresh()
    assert "Physical assault" in check(member, LISTED).text


def assert_cannot_check(visitor: Visitor) -> None:
    fields = visitor.open("/check").form("/check").fields
    answer = visitor.client.post("/check", data={**fields, "entry": LISTED})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 503
    assert "Cannot check now" in page.text
    assert "No warning" not in page.text
    assert page.forms[1].fields["entry"] == LISTED


def test_who_is_not_vetted_gets_no_verdict(house: Whole) -> None:
    house.published()
    with house.writing() as session:
        person = given.an_applicant(session, house.services.sealers, now=datetime.now(UTC))
    applicant = house.sign_in(person)
    assert applicant.open("/check").status == 404
    token = applicant.open("/account").page.forms[0].fields["csrf_token"]
    answer = applicant.client.post("/check", data={"csrf_token": token, "entry": LISTED})
    assert answer.status_code == 404
    assert "Physical assault" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.OPERATOR])
def test_who_needs_no_verdict_gets_none(house: Whole, role: Role) -> None:
    assert house.sign_in(house.person(role)).open("/check").status == 404


def test_a_visitor_is_asked_to_sign_in(house: Whole) -> None:
    assert house.visitor().open("/check").path == "/sign-in"
