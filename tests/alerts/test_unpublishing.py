"""Withdrawing a published warning: one asks, a second decides; one alone may only hide it."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from members.approval_records import ApprovalRow
from members.model import Role
from messages.model import CauseState
from reports import actions as reports
from reports.model import Alone, Warning, WarningState
from reports.records import WarningRow
from storage.audit import Wanted, entries
from storage.audit_chain import Act
from tests import given
from tests.alerts.steps import (
    a_recipient,
    alert_of,
    ask_to_withdraw,
    confirm_withdrawal,
    on_the_register,
    publish,
)
from tests.members.visits import Visitor
from tests.whole import Whole, press

REASON = "He proved that it was another man."


@pytest.fixture
def published(house: Whole, warning: Warning, colleague: Visitor) -> Warning:
    """Give a warning that two people published."""
    a_recipient(house, "GB-MET")
    publish(colleague, warning)
    return warning


@pytest.fixture
def other(house: Whole) -> Visitor:
    """Give the browser of a third caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def state(house: Whole, warning: Warning) -> WarningState:
    return house.warning(warning).state


def wish(visitor: Visitor, warning: Warning) -> str:
    """Return which wish the page of a warning shows."""
    visitor.open(f"/desk/warnings/{warning.id}")
    return str(visitor.form("/withdraw/refuse").fields["approval"])


def test_one_asks_with_a_reason_and_a_second_person_withdraws(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published, why=REASON)
    assert "You asked for it" in colleague.text
    assert state(house, published) is WarningState.PUBLISHED
    assert on_the_register(house) is not None
    assert published.reference in other.open("/desk").text
    assert "Withdrawals waiting" in other.text
    assert REASON in other.open("/desk/approvals").text
    confirm_withdrawal(other, published)
    assert "This warning has ended." in other.text
    assert on_the_register(house) is None
    alert = alert_of(house, published)
    assert alert
    assert alert.state is CauseState.RECALLED
    assert "Withdrawals waiting" not in other.open("/desk").text


def test_without_a_reason_nothing_is_asked(published: Warning, colleague: Visitor) -> None:
    for why in ("  ", "x" * 501):
        assert ask_to_withdraw(colleague, published, why=why).status == 422
        assert "Say why" in colleague.text
    assert colleague.form("/withdraw").fields["why"] == "x" * 501


def test_whoever_asked_does_not_confirm_from_another_browser_either(
    house: Whole, published: Warning, verifier: given.Person, other: Visitor
) -> None:
    here, there = house.sign_in(verifier), house.sign_in(verifier)
    ask_to_withdraw(here, published)
    path = f"/desk/warnings/{published.id}/withdraw/confirm"
    assert press(there, path, approval=wish(other, published)).status == 403
    assert "somebody else must confirm" in there.text
    assert state(house, published) is WarningState.PUBLISHED


def test_a_second_wish_is_told_that_one_waits(
    published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published)
    assert ask_to_withdraw(other, published).status == 409
    assert "was quicker" in other.text


def test_confirmed_twice_or_about_another_it_is_refused(
    house: Whole, published: Warning, verifier: given.Person, colleague: Visitor, other: Visitor
) -> None:
    second = house.proposed(verifier)
    publish(colleague, second)
    ask_to_withdraw(colleague, published)
    shown = wish(other, published)
    for path in ("confirm", "refuse"):
        address = f"/desk/warnings/{second.id}/withdraw/{path}"
        assert press(other, address, approval=shown).status == 409
        assert press(other, address, approval="nonsense").status == 409
    assert state(house, second) is WarningState.PUBLISHED
    path = f"/desk/warnings/{published.id}/withdraw/confirm"
    assert press(other, path, approval=shown).status == 200
    assert press(other, path, approval=shown).status == 409


def test_it_stays_published_when_a_colleague_thinks_so(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published)
    other.open(f"/desk/warnings/{published.id}")
    other.fill("/withdraw/refuse")
    assert "Should it be withdrawn?" in other.text
    assert on_the_register(house) is not None


def test_one_hides_it_at_once_and_a_second_look_shows_it_again(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    member = house.sign_in(a_recipient(house, "GB-MET"))
    ask_to_withdraw(colleague, published, at_once="yes")
    assert "Hidden until a second look" in colleague.text
    assert on_the_register(house) is None
    assert member.open(f"/updates/{published.reference}").status == 404
    alert = alert_of(house, published)
    assert alert
    assert alert.state is CauseState.PAUSED
    assert "hidden" in other.open("/desk").text
    other.open(f"/desk/warnings/{published.id}")
    other.fill("/withdraw/refuse")
    assert state(house, published) is WarningState.PUBLISHED
    assert on_the_register(house) is not None
    assert member.open(f"/updates/{published.reference}").status == 200


def test_what_is_hidden_is_withdrawn_by_a_second_person(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published, at_once="yes")
    confirm_withdrawal(other, published)
    assert state(house, published) is WarningState.WITHDRAWN


def test_what_is_hidden_without_a_second_look_stands_on_the_desk_as_overdue(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published, at_once="yes")
    assert "overdue" not in other.open("/desk").text
    with house.writing() as session:
        ago = house.now - timedelta(hours=73)
        session.execute(update(WarningRow).values(suspended_at=ago))
        session.execute(update(ApprovalRow).values(asked_at=ago, expires_at=ago))
    assert "overdue" in other.open("/desk").text
    assert "nobody any more" in other.text
    ask_to_withdraw(other, published)
    colleague.open(f"/desk/warnings/{published.id}")
    colleague.fill("/withdraw/refuse")
    assert state(house, published) is WarningState.PUBLISHED


def test_all_of_it_is_on_record(
    house: Whole, published: Warning, colleague: Visitor, other: Visitor
) -> None:
    ask_to_withdraw(colleague, published, why=REASON, at_once="yes")
    confirm_withdrawal(other, published)
    with house.services.reading() as session:
        found = entries(
            session, house.services.sealers.audit, Wanted(on_ids=frozenset({published.id}))
        )
    assert [each.act for each in found[:3]] == [
        Act.WARNING_WITHDRAWN,
        Act.WARNING_SUSPENDED,
        Act.APPROVAL_ASKED,
    ]
    assert found[2].reason == REASON
    assert found[0].by_id != found[2].by_id


def test_what_was_never_published_takes_one(
    house: Whole, warning: Warning, colleague: Visitor
) -> None:
    press(colleague, f"/desk/warnings/{warning.id}/withdraw")
    assert state(house, warning) is WarningState.WITHDRAWN


def test_a_reporter_withdraws_without_a_second_person(house: Whole, published: Warning) -> None:
    services = house.services
    with house.writing() as session:
        reports.withdraw_report(
            session,
            services.sealers.reports,
            services.evaluator,
            report_id=published.report_id,
            now=house.now,
        )
        assert session.get_one(WarningRow, published.id).alone_because == Alone.REPORTER
    assert state(house, published) is WarningState.WITHDRAWN


# The database by itself


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("state", "rule"), [("withdrawn", "two_withdraw"), ("suspended",) * 2])
def test_the_database_refuses_that_one_ends_or_hides_what_is_published(
    house: Whole, state: str, rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule), house.writing() as session:
        session.execute(text("UPDATE warning SET state = :state"), {"state": state})


def test_the_database_refuses_a_wish_that_nobody_granted(
    house: Whole, published: Warning, colleague: Visitor
) -> None:
    ask_to_withdraw(colleague, published)
    withdrawn = (
        "UPDATE warning SET state = 'withdrawn', withdrawn_by = verified_by,"
        " withdrawal_id = (SELECT id FROM approval)"
    )
    with pytest.raises(IntegrityError), house.writing() as session:
        session.execute(text(withdrawn))
    with pytest.raises(IntegrityError, match="two_people"), house.writing() as session:
        session.execute(text("UPDATE approval SET granted_by = asked_by, decided_at = asked_at"))


def test_the_database_refuses_what_was_granted_for_another_warning(
    house: Whole, published: Warning, verifier: given.Person, colleague: Visitor, other: Visitor
) -> None:
    second = house.proposed(verifier)
    publish(colleague, second)
    ask_to_withdraw(colleague, published)
    confirm_withdrawal(other, published)
    with house.services.reading() as session:
        first = session.get_one(WarningRow, published.id)
    as_the_first = update(WarningRow).values(
        state=WarningState.WITHDRAWN,
        withdrawal_id=first.withdrawal_id,
        withdrawn_by=first.withdrawn_by,
    )
    with pytest.raises(IntegrityError), house.writing() as session:
        session.execute(as_the_first.where(WarningRow.id == second.id))
