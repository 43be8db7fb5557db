"""An alert's page: what stands out, what is counted apart, and the counts as a file."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from alerts.model import Alert
from tests import given
from tests.alerts.steps import a_recipient, alert_of, publish
from tests.members.visits import Visitor
from tests.whole import Whole


@pytest.fixture
def alert(house: Whole, verifier: given.Person, colleague: Visitor) -> Alert:
    """Give a danger alert to a phone and a mailbox."""
    a_recipient(house, "GB-MET")
    warning = house.proposed(verifier)
    publish(colleague, warning)
    found = alert_of(house, warning)
    assert found is not None
    return found


def change(house: Whole, statement: str, **values: object) -> None:
    with house.writing() as session:
        session.execute(text(statement), values)


def published_ago(house: Whole, minutes: int) -> None:
    """Move the alert into the past."""
    past = house.now - timedelta(minutes=minutes)
    is_sqlite = house.services.engine.dialect.name == "sqlite"
    value = past.replace(tzinfo=None) if is_sqlite else past
    change(house, "UPDATE alert SET leaves_from = :past", past=value)
    change(house, "UPDATE delivery SET next_at = :past", past=value)


def test_unknown_stands_apart_from_failed(house: Whole, alert: Alert, colleague: Visitor) -> None:
    change(house, "UPDATE delivery SET state = 'unknown', looks = 1 WHERE channel = 'sms'")
    change(
        house,
        "UPDATE delivery SET state = 'failed', reason = 'bad_mailbox' WHERE channel = 'email'",
    )
    page = colleague.open(f"/alerts/{alert.id}").text
    assert "Unknown: may have arrived 1 0" in page
    assert "Failed 0 1" in page
    assert "Looked for in the provider's list 1" in page
    assert "No such mailbox 1" in page
    assert "possibly twice" not in page


def test_what_was_sent_once_more_is_named(house: Whole, alert: Alert, colleague: Visitor) -> None:
    change(
        house,
        "UPDATE delivery SET state = 'accepted', looks = 2, resent = true WHERE channel = 'sms'",
    )
    assert "Sent once more, possibly twice 1" in colleague.open(f"/alerts/{alert.id}").text


def test_a_late_alert_is_red_on_its_page_and_in_the_list(
    house: Whole, alert: Alert, colleague: Visitor
) -> None:
    assert "Late" not in colleague.open(f"/alerts/{alert.id}").text
    published_ago(house, 2)
    colleague.open(f"/alerts/{alert.id}")
    assert 'class="message wrong"' in colleague.markup
    assert "Late: nothing has left yet" in colleague.text
    assert "2 messages should be leaving" in colleague.text
    colleague.open("/alerts")
    assert '<span class="badge danger">Late: nothing has left yet</span>' in colleague.markup


def test_a_filtered_alert_is_red(house: Whole, alert: Alert, colleague: Visitor) -> None:
    change(house, "UPDATE cause SET stopped_channel = 'sms'")
    change(house, "UPDATE delivery SET state = 'failed', reason = 'filtered' WHERE channel = 'sms'")
    colleague.open(f"/alerts/{alert.id}")
    assert "Filtered by the providers" in colleague.text
    assert 'class="message wrong"' in colleague.markup
    assert '<span class="badge danger">Filtered</span>' in colleague.open("/alerts").markup


def test_what_waits_for_its_hour_says_when(house: Whole, alert: Alert, colleague: Visitor) -> None:
    published_ago(house, -90)
    page = colleague.open(f"/alerts/{alert.id}").text
    assert "the next leave at" in page
    assert "Late" not in page


def test_the_counts_are_a_file_without_contacts(
    house: Whole, alert: Alert, colleague: Visitor
) -> None:
    change(
        house, "UPDATE delivery SET state = 'failed', reason = 'unreachable' WHERE channel = 'sms'"
    )
    answer = colleague.client.get(f"/alerts/{alert.id}/counts.csv")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/csv")
    assert f"alert-{alert.reference}.csv" in answer.headers["Content-Disposition"]
    lines: Sequence[str] = answer.get_data(as_text=True).splitlines()
    assert lines == [
        "channel,state,reason,deliveries",
        "email,pending,,1",
        "sms,failed,unreachable,1",
    ]
    assert f"/alerts/{alert.id}/counts.csv" in colleague.open(f"/alerts/{alert.id}").markup
