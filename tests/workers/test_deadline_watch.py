"""The watch over requests about data: a deadline that is near is told once a day."""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.evaluator import LocalEvaluator
from checker.model import Identifier, IdentifierKind
from reports import actions
from reports.codes import new_receipt_code
from reports.rights import Asked, RequestKind
from storage.engine import reading
from storage.keys import Sealers
from tests.workers.test_watching import OPERATOR, Postbox
from workers.deadline_watch import DeadlineWatch
from workers.operator_mail import OperatorMail

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_a_deadline_that_is_near_is_told_once_a_day(
    engine: Engine, session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime
) -> None:
    named = Identifier(IdentifierKind.PHONE, "+447700900616")
    actions.send_request(
        session,
        sealers,
        evaluator,
        kind=RequestKind.ACCESS,
        asked=Asked(identifiers=(named,)),
        code=new_receipt_code(),
        language="en",
        now=now,
    )
    session.commit()
    postbox = Postbox()
    watch = DeadlineWatch(
        reading=reading(engine),
        public_url="https://check.example.org",
        mail=OperatorMail(postbox, OPERATOR),
    )
    watch.look(now + 23 * DAY)
    assert postbox.mails == []
    for hours in (0, 1, 23, 25):
        watch.look(now + 24 * DAY + hours * HOUR)
    first, _second = postbox.mails
    assert "been: 1." in first.body
    assert "https://check.example.org/desk/requests" in first.body
    assert named.value not in first.body
