"""Publishing one more warning to its audience, as two caseworkers would."""

from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.model import Alert, NeverAlerted, Price
from checker.evaluator import Evaluator
from checker.model import HarmKind
from demo.loading import Desk, propose
from demo.stories import one_more
from storage.keys import Sealers


def publish_one_more(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    desk: Desk,
    public_url: str,
    price: Price,
    time_zone: str,
    now: datetime,
    kind: HarmKind = HarmKind.PHYSICAL_ASSAULT,
) -> Alert:
    """Publish a fresh warning, of danger unless the harm is a lesser one.

    The caller commits, refreshes and wakes.
    """
    story = one_more(Random(), now, kind)  # noqa: S311 - not for secrets
    proposed = propose(session, sealers, evaluator, story, desk=desk, now=now)
    _warning, alert = alerts.publish(
        session,
        sealers,
        evaluator,
        warning_id=proposed.id,
        by=desk.publisher,
        link_base=f"{public_url}/updates",
        check_link=f"{public_url}/check",
        price=price,
        leaves_from=now,
        time_zone=time_zone,
        now=now,
    )
    if alert is None:
        raise NeverAlerted
    return alert
