"""Steps of a correction through the pages."""

from alerts import actions
from alerts.model import Alert
from reports.model import Warning
from tests.alerts.steps import alert_of
from tests.members.visits import Visitor
from tests.whole import Whole

TRUTH = "He drives a red van, not a blue one."


def wrote(visitor: Visitor, warning: Warning, description: str = TRUTH) -> Visitor:
    """Write a correction and hand it over."""
    visitor.open(f"/desk/warnings/{warning.id}/correct")
    return visitor.fill("/correct", description=description, advice="Look for a red van.")


def correction_id(visitor: Visitor, warning: Warning) -> str:
    """Return which correction the page of a warning shows."""
    visitor.open(f"/desk/warnings/{warning.id}")
    return str(visitor.form("/correct/confirm").fields["correction"])


def confirm(visitor: Visitor, warning: Warning) -> Visitor:
    """Confirm the correction that waits."""
    visitor.open(f"/desk/warnings/{warning.id}")
    return visitor.fill("/correct/confirm")


def corrections(house: Whole, warning: Warning) -> list[Alert]:
    """Return the alerts that told of corrections."""
    original = alert_of(house, warning)
    assert original is not None
    with house.services.reading() as session:
        return list(actions.corrections_of(session, original.id))
