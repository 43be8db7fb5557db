"""The desk: a program that publishes and corrects warnings, as it is told on standard input.

Each line asks for one thing (`danger`, `risk`, `correct` and a warning's id); each is answered by
one line of JSON once it is committed.
"""

import json
import sys
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.model import Alert, Price
from alerts.waking import wake
from checker.model import HarmKind
from config.logging import set_up_logging
from config.settings import load_settings
from demo.loading import Desk, demo_desk
from demo.publishing import publish_one_more
from reports import actions as reports
from workers.services import Services

DANGER, RISK, CORRECT = "danger", "risk", "correct"
HARM = {DANGER: HarmKind.PHYSICAL_ASSAULT, RISK: HarmKind.NON_PAYMENT}
Answer = dict[str, str | int]


def obey(services: Services, desk: Desk, what: str, warning: str = "") -> Answer:
    """Do one thing, commit it and wake the workers; say which alert it made, for how many."""
    with services.writing.begin() as session:
        alert = (
            _correct(services, session, desk, UUID(warning))
            if what == CORRECT
            else _publish(services, session, desk, HARM[what])
        )
    if alert is None:
        return {}
    wake(services.queue, alert)
    return {
        "alert": str(alert.id),
        "warning": str(alert.warning_id),
        "recipients": alert.estimate.recipients,
    }


def _publish(services: Services, session: Session, desk: Desk, kind: HarmKind) -> Alert:
    settings = services.settings
    return publish_one_more(
        session,
        services.sealers,
        services.evaluator,
        desk=desk,
        public_url=settings.public_url,
        price=_price(services),
        time_zone=settings.time_zone,
        now=datetime.now(UTC),
        kind=kind,
    )


def _correct(services: Services, session: Session, desk: Desk, warning_id: UUID) -> Alert | None:
    now, settings = datetime.now(UTC), services.settings
    correction = reports.propose_correction(
        session,
        services.sealers.reports,
        warning_id=warning_id,
        description="It was somebody else.",
        advice="Nothing to do.",
        by=desk.verifier,
        now=now,
        opened=reports.correction_version(session, warning_id),
    )
    _warning, alert = alerts.correct(
        session,
        services.sealers,
        services.evaluator,
        warning_id=warning_id,
        correction_id=correction.id,
        by=desk.publisher,
        link_base=f"{settings.public_url}/updates",
        price=_price(services),
        time_zone=settings.time_zone,
        now=now,
    )
    return alert


def _price(services: Services) -> Price:
    settings = services.settings
    return Price(
        per_segment=settings.sms_segment_price,
        currency=settings.sms_price_currency,
        segments_per_second=settings.sms_segments_per_second,
    )


def main() -> None:
    """Answer line after line until there are no more."""
    set_up_logging()  # not among the answers
    with Services.open(load_settings()) as services:
        with services.reading() as session:
            desk = demo_desk(session, services.sealers)
        if desk is None:
            sys.exit("there is no demo data here")
        for line in sys.stdin:
            try:
                answer = obey(services, desk, *line.split())
            except SQLAlchemyError as error:  # the database is away, or its disk full
                answer = {"error": type(error).__name__}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
