"""Corrections: word of them to exactly those whom the alert may have reached."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from sqlalchemy import text

from alerts import actions
from alerts.composing import compose_correction
from alerts.model import Alert
from members.model import Preferences, Role, Severity
from messages import actions as messages
from messages.model import CauseState, Channel, DeliveryState, Queue
from reports.model import Warning
from tests import given
from tests.alerts.corrections import TRUTH, confirm, correction_id, corrections, wrote
from tests.alerts.steps import a_recipient, publish, withdraw
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole, press

NUMBERS = count(300)


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


def test_withdrawing_recalls_the_correction_too(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    with house.writing() as session:
        session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
    wrote(colleague, warning)
    confirm(house.sign_in(house.person(Role.CASEWORKER)), warning)
    withdraw(house, colleague, warning)
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
