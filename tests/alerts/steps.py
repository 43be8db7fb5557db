"""Steps of a warning through the pages, and what is then in the database."""

from alerts import actions
from alerts.model import Alert
from checker import actions as checker
from checker.identifiers import read
from checker.model import Payload
from members.model import Preferences, Role
from messages.model import DeliveryState
from reports.model import Warning
from tests import given
from tests.given_reports import PHONE
from tests.members.visits import Visitor
from tests.whole import Whole, press


def a_recipient(house: Whole, *areas: str) -> given.Person:
    """Return a member who is alerted by text message and by mail."""
    with house.writing() as session:
        return given.a_member(
            session,
            house.services.sealers,
            now=house.now,
            phone="+447700900601",
            email="member601@example.org",
            preferences=Preferences(areas=frozenset(areas), by_sms=True, by_email=True),
        )


def publish(visitor: Visitor, warning: Warning, **fields: str) -> Visitor:
    """Press the button that publishes a warning."""
    return press(visitor, f"/desk/warnings/{warning.id}/publish", **fields)


def ask_to_withdraw(visitor: Visitor, warning: Warning, **fields: str) -> Visitor:
    """Ask for a warning to be withdrawn."""
    return press(
        visitor,
        f"/desk/warnings/{warning.id}/withdraw",
        **{"why": "It is about another.", **fields},
    )


def confirm_withdrawal(visitor: Visitor, warning: Warning) -> Visitor:
    """Confirm what another asked for."""
    visitor.open(f"/desk/warnings/{warning.id}")
    return visitor.fill("/withdraw/confirm")


def withdraw(house: Whole, visitor: Visitor, warning: Warning) -> Visitor:
    """Withdraw a warning by two people, of whom the visitor is the second."""
    ask_to_withdraw(house.sign_in(house.person(Role.CASEWORKER)), warning)
    return confirm_withdrawal(visitor, warning)


def alert_of(house: Whole, warning: Warning) -> Alert | None:
    """Return the alert of a warning."""
    with house.services.reading() as session:
        return actions.alert_of(session, warning.id)


def steer(visitor: Visitor, house: Whole, warning: Warning, step: str) -> Alert:
    """Press a button of a warning's alert; return the alert as it is then."""
    alert = alert_of(house, warning)
    assert alert is not None
    press(visitor, f"/alerts/{alert.id}", step=step)
    assert visitor.path == f"/alerts/{alert.id}"
    after = alert_of(house, warning)
    assert after is not None
    return after


def waiting(house: Whole, warning: Warning) -> int:
    """Return how many deliveries of a warning's alert have not left."""
    with house.services.reading() as session:
        alert = actions.alert_of(session, warning.id)
        assert alert is not None
        return actions.progress(session, alert.id).count(DeliveryState.PENDING)


def on_the_register(house: Whole) -> Payload | None:
    """Return what a check of the reports' number finds."""
    with house.services.reading() as session:
        (answer,) = checker.check(
            session,
            evaluator=house.services.evaluator,
            register=house.services.register,
            identifiers=read(PHONE, region="GB").identifiers,
        )
    return answer.found
