"""An alert that is out, made by the actions alone."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts import actions
from alerts.model import Alert, Price
from checker.evaluator import Evaluator
from members.model import Preferences
from reports.model import WarningDraft
from storage.keys import Sealers
from tests import given
from tests.given_reports import DRAFT, TwoCaseworkers

PRICE = Price(per_segment=0.05, currency="GBP", segments_per_second=10)
BASE = "https://check.example.org/updates"
CHECK = "https://check.example.org/check"


def publish_danger(
    session: Session, sealers: Sealers, evaluator: Evaluator, *, now: datetime
) -> Alert:
    """Publish an alert about a danger to a member's phone and mailbox."""
    return publish_to_one(session, sealers, evaluator, now=now)


def publish_to_one(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    now: datetime,
    draft: WarningDraft = DRAFT,
    delay: timedelta = timedelta(0),
) -> Alert:
    """Publish an alert to a member's phone and mailbox, leaving after a delay."""
    given.a_member(
        session,
        sealers,
        now=now,
        phone="+447700900701",
        email="member701@example.org",
        preferences=Preferences(areas=frozenset({"GB-MET"}), by_sms=True, by_email=True),
    )
    office = TwoCaseworkers(session, sealers, evaluator, now)
    _warning, alert = actions.publish(
        session,
        sealers,
        evaluator,
        warning_id=office.proposed(draft).id,
        by=office.colleague,
        link_base=BASE,
        check_link=CHECK,
        price=PRICE,
        leaves_from=now + delay,
        time_zone="Europe/London",
        now=now,
    )
    assert alert is not None
    assert alert.severity is draft.severity
    return alert
