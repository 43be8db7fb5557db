"""Asking under an answer, and stopping among the preferences, without JavaScript."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from checker import actions
from checker.records import WatchRow
from checker.watches import MOST_WATCHES
from members.model import Role
from tests.checker.asking import LISTED, check
from tests.checker.epochs import move_on
from tests.given import Person
from tests.members.visits import Visitor
from tests.whole import Whole, press

WISH, STOP, PREFERENCES = "/check/watch", "/account/watches/stop", "/account/preferences"
NEW, MORE = "Tell me if this is reported in the next", "Tell me if more is reported in the next"


def watch(house: Whole, person: Person, *numbers: int, ago: timedelta = timedelta(0)) -> None:
    """Let somebody watch for what tokens of these numbers stand for."""
    with house.writing() as session:
        actions.watch(
            session,
            house.services.sealers.watches,
            account_id=person.id,
            tokens=[number.to_bytes(32, "big") for number in numbers],
            epoch=1,
            now=house.now - ago,
        )


def watches(house: Whole) -> int:
    with house.services.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM watch")).scalar_one())


def test_each_answer_has_its_button_and_the_form_holds_no_identifier(
    house: Whole, member: Visitor
) -> None:
    house.published()
    check(member, f"{LISTED}, 07700 900124")
    assert (member.text.count(MORE), member.text.count(NEW)) == (1, 1)
    forms = [form for form in member.page.forms if form.action == WISH]
    assert [form.fields["place"] for form in forms] == ["1", "2"]
    assert len({form.fields["watch"] for form in forms}) == 2
    for form in forms:
        assert set(form.fields) == {"csrf_token", "watch", "epoch", "place"}
        assert "90012" not in str(form.fields)


def test_what_was_asked_is_said_with_its_day_and_the_way_to_stop(member: Visitor) -> None:
    check(member, LISTED).send(form=WISH)
    assert member.status == 200
    assert "We will tell you if it is, until" in member.text
    assert f"{PREFERENCES}#watches" in member.markup
    assert "No message can reach you yet" in member.text
    assert "900123" not in member.markup


def test_an_open_page_gets_the_words_for_their_place(house: Whole, member: Visitor) -> None:
    check(member, f"{LISTED}, 07700 900124")
    fields = next(f.fields for f in member.page.forms if f.fields.get("place") == "2")
    reply = member.client.post(WISH, data=fields, headers={"X-Swap": "#watch-2"})
    assert 'id="watch-2"' in reply.text
    assert watches(house) == 1


def test_a_full_house_says_when_the_next_one_ends(house: Whole) -> None:
    person = house.person()
    watch(house, person, *range(1, MOST_WATCHES + 1), ago=timedelta(days=3))
    visitor = check(house.sign_in(person), LISTED).send(form=WISH)
    assert visitor.status == 429
    ends = house.now + timedelta(days=27)
    assert f"The next one ends on {ends.day} {ends:%B %Y}" in visitor.text
    assert watches(house) == MOST_WATCHES


def test_a_key_that_was_changed_meanwhile_is_said(house: Whole, member: Visitor) -> None:
    check(member, LISTED)
    move_on(house)
    member.send(form=WISH)
    assert member.status == 409
    assert "Check again, and ask once more" in member.text
    assert watches(house) == 0


@pytest.mark.parametrize("field", ["watch", "epoch"])
def test_a_form_that_was_tampered_with_is_refused(
    house: Whole, member: Visitor, field: str
) -> None:
    check(member, LISTED)
    member.send(form=WISH, **{field: "x"})
    assert member.status == 400
    assert watches(house) == 0


def test_the_preferences_say_what_is_watched_for_until_when_and_not_what(house: Whole) -> None:
    person = house.person()
    visitor = house.sign_in(person)
    assert "Nothing now." in visitor.open(PREFERENCES).text
    watch(house, person, 1)
    watch(house, person, 2, ago=timedelta(days=10))
    watch(house, house.person(), 3)
    visitor.open(PREFERENCES)
    assert "We watch for 2, and do not know which number" in visitor.text
    buttons = [name for name, _ in visitor.form(STOP).buttons]
    assert buttons == ["watch", "watch", "all"]


def test_one_is_stopped_and_then_all(house: Whole) -> None:
    person = house.person()
    watch(house, person, 1, 2, 3)
    visitor = house.sign_in(person).open(PREFERENCES)
    [(_, first), *_] = visitor.form(STOP).buttons
    visitor.send(form=STOP, watch=first)
    assert (visitor.path, watches(house)) == (PREFERENCES, 2)
    visitor.send(form=STOP, all="yes")
    assert watches(house) == 0


def test_nobody_stops_the_watch_of_somebody_else(house: Whole) -> None:
    one, other = house.person(), house.person()
    watch(house, one, 1)
    watch(house, other, 2)
    [(_, theirs), *_] = house.sign_in(one).open(PREFERENCES).form(STOP).buttons
    visitor = house.sign_in(other)
    visitor.open(PREFERENCES)
    for watch_id in (theirs, str(uuid4())):
        visitor.send(form=STOP, watch=watch_id)
    assert watches(house) == 2
    press(visitor, STOP, watch="no id")
    assert visitor.status == 400
    press(visitor, STOP, all="yes")
    assert watches(house) == 1


def test_what_a_new_key_has_ended_is_said(house: Whole) -> None:
    person = house.person()
    watch(house, person, 1)
    move_on(house)
    assert "It has ended: our key was changed." in house.sign_in(person).open(PREFERENCES).text


def test_what_is_over_is_not_shown(house: Whole) -> None:
    person = house.person()
    watch(house, person, 1)
    with house.writing() as session:
        session.execute(update(WatchRow).values(expires_at=house.now - timedelta(minutes=1)))
    assert "Nothing now." in house.sign_in(person).open(PREFERENCES).text


def test_whoever_may_not_check_sees_nothing_of_it(house: Whole) -> None:
    visitor = house.sign_in(house.person(Role.OPERATOR))
    visitor.open(PREFERENCES)
    assert visitor.status == 200
    assert "What you asked to be told of" not in visitor.text
    press(visitor, STOP, all="yes")
    assert visitor.status == 404
