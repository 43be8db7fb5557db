"""Corrections: two people, and word of it to exactly those whom the alert may have reached."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alerts import actions
from alerts.composing import compose_correction
from alerts.model import Alert
from members.model import Preferences, Role, Severity
from messages import actions as messages
from messages.model import CauseState, Channel, DeliveryState, Queue
from reports.model import Warning
from tests import given
from tests.alerts.steps import a_recipient, alert_of, on_the_register, publish
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole, press

TRUTH = "He drives a red van, not a blue one."
NUMBERS = count(300)


@pytest.fixture
def warning(house: Whole, verifier: given.Person) -> Warning:
    """Give a proposed warning."""
    return house.proposed(verifier)


def a_phone(house: Whole) -> given.Person:
    """Return a member who is alerted by text message alone."""
    with house.writing() as session:
        return given.a_member(
            session,
            house.services.sealers,
            now=house.now,
            phone=f"+447700900{next(NUMBERS)}",
            preferences=Preferences(everywhere=True, by_sms=True, by_email=False),
        )


def wrote(visitor: Visitor, warning: Warning, description: str = TRUTH) -> Visitor:
    visitor.open(f"/desk/warnings/{warning.id}/correct")
    return visitor.fill("/correct", description=description, advice="Look for a red van.")


def correction_id(visitor: Visitor, warning: Warning) -> str:
    visitor.open(f"/desk/warnings/{warning.id}")
    return str(visitor.form("/correct/confirm").fields["correction"])


def confirm(visitor: Visitor, warning: Warning) -> Visitor:
    visitor.open(f"/desk/warnings/{warning.id}")
    return visitor.fill("/correct/confirm")


def corrections(house: Whole, warning: Warning) -> list[Alert]:
    original = alert_of(house, warning)
    assert original is not None
    with house.services.reading() as session:
        return list(actions.corrections_of(session, original.id))


def contacts(house: Whole, alert: Alert) -> set[tuple[str, str]]:
    with house.services.reading() as session:
        rows = session.execute(
            messages.reached(alert.cause_id).with_only_columns(text("contact_id"), text("channel"))
        )
        return {(str(row[0]).replace("-", ""), str(row[1])) for row in rows}


def put(house: Whole, person: given.Person, state: str, **more: str) -> None:
    assert person.sms_contact_id is not None
    is_sqlite = house.services.engine.dialect.name == "sqlite"
    changes = ", ".join(
        [f"state = '{state}'", *(f"{name} = {value}" for name, value in more.items())]
    )
    with house.writing() as session:
        session.execute(
            text(f"UPDATE delivery SET {changes} WHERE contact_id = :id"),  # noqa: S608 - the test's own
            {"id": person.sms_contact_id.hex if is_sqlite else person.sms_contact_id},
        )


def sent_to(house: Whole, alert: Alert) -> set[str]:
    is_sqlite = house.services.engine.dialect.name == "sqlite"
    with house.services.reading() as session:
        rows = session.scalars(
            text("SELECT contact_id FROM delivery WHERE cause_id = :cause"),
            {"cause": alert.cause_id.hex if is_sqlite else alert.cause_id},
        )
        return {str(each).replace("-", "") for each in rows}


MAY_HAVE = (
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.UNKNOWN,
)


def test_a_correction_goes_to_exactly_those_who_got_or_may_have_got_the_alert(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    people = {state: a_phone(house) for state in DeliveryState}
    twice = a_phone(house)
    publish(colleague, warning)
    a_phone(house)  # who came later got nothing
    for state, person in people.items():
        put(house, person, state)
    put(house, twice, "pending", resent="true")
    wrote(colleague, warning)
    confirm(house.sign_in(house.person(Role.CASEWORKER)), warning)
    [correction] = corrections(house, warning)
    expected = {people[state].sms_contact_id for state in MAY_HAVE} | {twice.sms_contact_id}
    assert sent_to(house, correction) == {each.hex for each in expected if each}
    assert correction.estimate.sms_recipients == 5
    assert correction.severity is Severity.DANGER


def test_it_goes_by_the_same_channels_in_the_same_queue_and_in_neutral_words(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
    wrote(colleague, warning)
    confirm(house.sign_in(house.person(Role.CASEWORKER)), warning)
    [correction] = corrections(house, warning)
    with house.services.reading() as session:
        cause = messages.cause(session, correction.cause_id)
        progress = actions.progress(session, correction.id)
    assert (cause.kind, cause.queue) == ("correction", Queue.DANGER)
    assert {each: progress.count(channel=each) for each in Channel} == {"sms": 1, "email": 1}
    assert {each.body for each in compose_correction("LINK") if each.channel is Channel.SMS} == {
        "There is a correction to an update: LINK",
        "Your local newsletter has a correction: LINK",
        "A change to your calendar was corrected: LINK",
    }


def test_one_writes_and_a_second_person_confirms(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    member = house.sign_in(a_recipient(house, "GB-MET"))
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'delivered', left_at = next_at"))
    wrote(colleague, warning)
    assert "A correction waits for a second person" in colleague.text
    assert "You wrote it" in colleague.text
    other = house.sign_in(house.person(Role.CASEWORKER))
    assert warning.reference in other.open("/desk").text
    assert TRUTH not in member.open(f"/updates/{warning.reference}").text
    confirm(other, warning)
    [correction] = corrections(house, warning)
    assert other.path == f"/alerts/{correction.id}"
    assert f"Correction to {warning.reference}" in other.text
    assert "0 of 2" in other.text
    assert TRUTH in member.open(f"/updates/{warning.reference}").text
    found = on_the_register(house)
    assert found is not None
    assert found.advice == "Look for a red van."
    original = alert_of(house, warning)
    assert original is not None
    assert f"/alerts/{correction.id}" in other.open(f"/alerts/{original.id}").markup


def test_whoever_wrote_it_cannot_confirm_it(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    path = f"/desk/warnings/{warning.id}/correct/confirm"
    assert press(colleague, path, correction=correction_id(other, warning)).status == 403
    assert "somebody else must confirm" in colleague.text
    assert house.warning(warning).draft.description == DRAFT.description


def test_the_database_refuses_a_lone_corrector(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    with pytest.raises(IntegrityError), house.writing() as session:
        session.execute(
            text("UPDATE correction SET confirmed_by = written_by, confirmed_at = written_at")
        )


def test_nobody_confirms_words_that_they_have_not_seen(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    seen = correction_id(other, warning)
    wrote(colleague, warning, "He drives a green van.")
    path = f"/desk/warnings/{warning.id}/correct/confirm"
    assert press(other, path, correction=seen).status == 409
    assert press(other, path, correction="nonsense").status == 409
    assert "green van" in other.text
    assert house.warning(warning).draft.description == DRAFT.description


def test_confirmed_twice_is_told_and_sent_once(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    seen = correction_id(other, warning)
    path = f"/desk/warnings/{warning.id}/correct/confirm"
    press(other, path, correction=seen)
    assert press(other, path, correction=seen).status == 409
    assert len(corrections(house, warning)) == 1


def test_without_a_change_or_without_words_nothing_is_handed_over(
    warning: Warning, colleague: Visitor
) -> None:
    publish(colleague, warning)
    colleague.open(f"/desk/warnings/{warning.id}/correct")
    assert colleague.fill("/correct").status == 422
    assert "Nothing differs" in colleague.text
    assert wrote(colleague, warning, "  ").status == 422
    assert wrote(colleague, warning, "x" * 1001).status == 422
    assert "waits for a second" not in colleague.open(f"/desk/warnings/{warning.id}").text


def test_a_correction_is_rewritten_or_dropped(warning: Warning, colleague: Visitor) -> None:
    publish(colleague, warning)
    wrote(colleague, warning)
    assert TRUTH in colleague.open(f"/desk/warnings/{warning.id}/correct").markup
    wrote(colleague, warning, "He drives a green van.")
    assert "green van" in colleague.text
    assert TRUTH not in colleague.text
    colleague.fill("/correct/discard")
    assert "waits for a second" not in colleague.text
    assert "Corrections waiting" not in colleague.open("/desk").text


def test_when_nobody_got_the_alert_only_the_text_changes(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    wrote(colleague, warning)
    other = house.sign_in(house.person(Role.CASEWORKER))
    assert "only the text changes" in other.open(f"/desk/warnings/{warning.id}").text
    confirm(other, warning)
    assert other.path == f"/desk/warnings/{warning.id}"
    assert house.warning(warning).draft.description == TRUTH
    assert corrections(house, warning) == []


def test_what_is_not_published_has_no_correction(warning: Warning, colleague: Visitor) -> None:
    path = f"/desk/warnings/{warning.id}/correct"
    assert colleague.open(path).status == 409
    assert press(colleague, path, description=TRUTH).status == 409


def test_withdrawing_recalls_the_correction_too(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
    wrote(colleague, warning)
    confirm(house.sign_in(house.person(Role.CASEWORKER)), warning)
    press(colleague, f"/desk/warnings/{warning.id}/withdraw")
    assert [each.state for each in corrections(house, warning)] == [CauseState.RECALLED]


def test_a_routine_correction_does_not_ring_in_quiet_hours(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    quiet, mailed = a_recipient(house, "GB-MET"), Channel.EMAIL
    warning = house.proposed(verifier, replace(DRAFT, severity=Severity.RISK))
    publish(colleague, warning)
    local = house.now.hour * 60 + house.now.minute
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
        session.execute(
            text("UPDATE account SET quiet_from = :begins, quiet_until = :ends, time_zone = 'UTC'"),
            {"begins": (local - 60) % 1440, "ends": (local + 120) % 1440},
        )
    assert quiet.sms_contact_id
    wrote(colleague, warning)
    confirm(house.sign_in(house.person(Role.CASEWORKER)), warning)
    [correction] = corrections(house, warning)
    with house.services.reading() as session:
        [motion] = [
            each
            for each in messages.due(session, now=house.now + timedelta(minutes=1))
            if each.cause_id == correction.cause_id
        ]
        later = actions.progress(session, correction.id).count()
    assert motion.channel is mailed
    assert later == 2
