"""An alert that is out: paused, resumed and recalled, and the end of its warning."""

from datetime import timedelta

from sqlalchemy import update

from messages.model import CauseState, Queue
from reports.model import WarningState
from reports.records import WarningRow
from tests import given
from tests.alerts.steps import (
    a_recipient,
    ask_to_withdraw,
    on_the_register,
    publish,
    steer,
    waiting,
    withdraw,
)
from tests.given_reports import DRAFT
from tests.members.visits import Visitor
from tests.whole import Whole
from workers.jobs import tidy
from workers.shift import Shift


def test_an_alert_is_paused_resumed_and_recalled_from_its_page(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert steer(colleague, house, warning, "pause").state is CauseState.PAUSED
    assert "Paused" in colleague.text
    assert steer(colleague, house, warning, "resume").state is CauseState.OPEN
    assert "Sending" in colleague.text
    assert steer(colleague, house, warning, "recall").state is CauseState.RECALLED
    assert "Recalled in time" in colleague.text
    assert waiting(house, warning) == 0
    assert steer(colleague, house, warning, "resume").state is CauseState.RECALLED


def test_an_unknown_step_changes_nothing(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert steer(colleague, house, warning, "explode").state is CauseState.OPEN


def test_a_withdrawn_warning_is_found_nowhere_and_what_has_not_left_stays(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    member = house.sign_in(a_recipient(house, "GB-MET"))
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert warning.reference in member.open("/updates").markup
    assert DRAFT.description in member.open(f"/updates/{warning.reference}").text
    withdraw(house, colleague, warning)
    assert "This warning has ended." in colleague.text
    assert warning.reference not in member.open("/updates").markup
    assert member.open(f"/updates/{warning.reference}").status == 404
    assert on_the_register(house) is None
    assert waiting(house, warning) == 0
    assert ask_to_withdraw(colleague, warning).status == 409


def test_a_warning_that_has_run_out_is_taken_off_the_register_by_the_workers(
    house: Whole, verifier: given.Person, colleague: Visitor
) -> None:
    warning = house.proposed(verifier)
    publish(colleague, warning)
    assert on_the_register(house) is not None
    with house.writing() as session:
        past = house.now - timedelta(days=1)
        session.execute(
            update(WarningRow).where(WarningRow.id == warning.id).values(expires_at=past)
        )
    tidy(Shift(name="one", queue=Queue.SERVICE, services=house.services, senders={}))
    assert on_the_register(house) is None
    assert house.warning(warning).state is WarningState.EXPIRED
