"""Publishing and what is like it: who one is, once more, unless it was shown lately."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from members import factors
from members.guard import is_for_the_fresh
from members.records import SignInRow
from reports.model import Warning, WarningState
from tests import given
from tests.alerts.steps import a_recipient, alert_of, publish
from tests.members.visits import Visitor
from tests.whole import Whole

ASKED = {
    "alerts.publish",
    "alerts.withdraw",
    "alerts.confirm_withdrawal",
    "alerts.confirm_correction",
    "alerts.counts",
    "members.decide",
    "members.give_access",
}


@pytest.fixture
def stale(house: Whole, colleague: Visitor) -> Visitor:
    """Give a colleague's browser, five minutes after they showed who they are."""
    with house.writing() as session:
        ago = datetime.now(UTC) - factors.FRESH
        session.execute(update(SignInRow).values(proved_at=ago))
    return colleague


def proves(visitor: Visitor) -> None:
    """Show passphrase and code where they are asked for."""
    assert (visitor.status, "Is it still you?" in visitor.text) == (403, True)
    code = given.codes()[1]
    form = next(each for each in visitor.page.forms if "second_code" in each.fields)
    visitor.page.forms = [form]
    visitor.send(passphrase=given.PASSPHRASE, second_code=code)


def test_what_staff_do_for_good_asks(house: Whole) -> None:
    found = {name for name, view in house.app.view_functions.items() if is_for_the_fresh(view)}
    assert found >= ASKED
    assert "alerts.steer" not in found  # to stop an alert must take no longer than a tap


def test_a_warning_is_published_once_it_is_shown_who_publishes(
    house: Whole, stale: Visitor, warning: Warning
) -> None:
    publish(stale, warning)
    assert house.warning(warning).state is WarningState.PROPOSED
    proves(stale)
    assert house.warning(warning).state is WarningState.PUBLISHED


def test_counts_are_downloaded_once_it_is_shown_who_asks(
    house: Whole, colleague: Visitor, warning: Warning
) -> None:
    a_recipient(house, *warning.draft.areas)
    publish(colleague, warning)
    alert = alert_of(house, warning)
    assert alert
    with house.writing() as session:
        ago = datetime.now(UTC) - factors.FRESH
        session.execute(update(SignInRow).values(proved_at=ago))
    colleague.open(f"/alerts/{alert.id}/counts.csv")
    assert alert.reference not in colleague.markup
    form = next(each for each in colleague.page.forms if "second_code" in each.fields)
    fields = form.fields.to_dict() | {
        "passphrase": given.PASSPHRASE,
        "second_code": given.codes()[1],
    }
    answer = colleague.client.post(form.action, data=fields)
    assert answer.content_type == "text/csv; charset=utf-8"
