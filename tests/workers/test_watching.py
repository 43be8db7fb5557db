"""The watch: the operator hears of a late alert once, whoever is away."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine, Uuid, bindparam, text
from sqlalchemy.orm import Session

from alerts import actions as alerts
from alerts.model import STALLED_AFTER, Alert
from checker.evaluator import LocalEvaluator
from config.settings import Settings
from demo.gateway import Handle
from messages import actions as messages
from messages.mail.smtp_mail import SmtpMail
from messages.model import Accepted, Outcome, Outgoing, Postponed, Receipt, ReceiptState
from storage.base import Moment
from storage.engine import connect, reading, writing
from storage.keys import Sealers
from tests.alerts.published import publish_danger
from tests.workers.crew import a_command, an_instance, eventually, sending_to
from workers.operator_mail import OperatorMail
from workers.watching import Watch

SECOND = timedelta(seconds=1)
OPERATOR = "operator@example.org"


@dataclass
class Postbox:
    """A sender that keeps what it is given, or will not take it."""

    says: Outcome = field(default_factory=lambda: Accepted(provider_id="one"))
    mails: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Keep it."""
        self.mails.append(outgoing)
        return self.says

    def close(self) -> None:
        """Do nothing."""


def a_watch(engine: Engine, mail: Postbox | SmtpMail | None) -> Watch:
    return Watch(
        reading=reading(engine),
        writing=writing(engine),
        public_url="https://check.example.org",
        mail=OperatorMail(mail, OPERATOR) if mail else None,
    )


@pytest.fixture
def alert(session: Session, sealers: Sealers, evaluator: LocalEvaluator, now: datetime) -> Alert:
    """Give a danger alert to two contacts, none of which has left."""
    alert = publish_danger(session, sealers, evaluator, now=now)
    session.commit()
    return alert


def looks(watch: Watch, now: datetime, *seconds: int) -> list[int]:
    return [watch.look(now + SECOND * each) for each in seconds]


def test_the_operator_is_mailed_once_with_counts_and_a_link(
    engine: Engine, alert: Alert, now: datetime
) -> None:
    postbox = Postbox()
    assert looks(a_watch(engine, postbox), now, 50, 60, 61, 71, 81, 600) == [0, 0, 0, 1, 0, 0]
    [mail] = postbox.mails
    assert mail.address == OPERATOR
    assert f"https://check.example.org/alerts/{alert.id}" in mail.body
    assert "should be leaving: 2" in mail.body
    assert alert.reference in mail.body


def test_the_operator_hears_of_texts_that_are_filtered(
    engine: Engine, session: Session, alert: Alert, now: datetime
) -> None:
    postbox = Postbox()
    watch = a_watch(engine, postbox)
    assert looks(watch, now, 61, 71) == [0, 1]
    sms = text("SELECT id FROM delivery WHERE channel = 'sms'").columns(id=Uuid())
    said = Receipt(provider_id="SM1", state=ReceiptState.FAILED, filtered=True)
    delivery_id = session.scalars(sms).one()
    messages.record_receipt(session, delivery_id=delivery_id, receipt=said, now=now)
    session.commit()
    assert looks(watch, now, 81, 91, 3600) == [1, 0, 0]
    _, mail = postbox.mails
    assert mail.subject == "Text messages are filtered"
    assert f"https://check.example.org/alerts/{alert.id}" in mail.body
    assert alert.reference in mail.body


def test_two_schedulers_send_one_mail(engine: Engine, alert: Alert, now: datetime) -> None:
    del alert
    postbox = Postbox()
    watches = [a_watch(engine, postbox) for _ in range(2)]
    found = [watch.look(now + SECOND * at) for at in (61, 71, 81) for watch in watches]
    assert sum(found) == len(postbox.mails) == 1


def test_of_two_that_saw_it_at_once_one_mails(
    engine: Engine, session: Session, alert: Alert, now: datetime
) -> None:
    then = now + SECOND * 61
    [late] = alerts.late(session, now=then)
    assert late.alert_id == alert.id
    assert alerts.mark_told(session, late, now=then)
    assert not alerts.mark_told(session, late, now=then)
    session.commit()
    assert looks(a_watch(engine, Postbox()), now, 61, 71) == [0, 0]


def test_a_mail_that_did_not_leave_is_tried_again(
    engine: Engine, alert: Alert, now: datetime
) -> None:
    del alert
    postbox = Postbox(says=Postponed(reason="no_connection"))
    watch = a_watch(engine, postbox)
    assert looks(watch, now, 61, 71) == [0, 0]
    postbox.says = Accepted(provider_id="two")
    assert looks(watch, now, 81, 91) == [1, 0]
    assert len(postbox.mails) == 2


def test_without_an_address_it_is_only_logged(engine: Engine, alert: Alert, now: datetime) -> None:
    with structlog.testing.capture_logs() as lines:
        assert looks(a_watch(engine, None), now, 61, 71, 81) == [0, 1, 0]
    [line] = [line for line in lines if line["event"] == "alert_late"]
    assert line["cause"] == str(alert.cause_id)
    assert line["log_level"] == "error"


def test_an_alert_that_goes_on_after_a_pause_is_given_until_the_next_look(
    engine: Engine, session: Session, alert: Alert, now: datetime
) -> None:
    postbox = Postbox()
    watch = a_watch(engine, postbox)
    alerts.pause(session, alert.id)
    session.commit()
    assert looks(watch, now, 61, 71, 3600) == [0, 0, 0]
    alerts.resume(session, alert.id)
    session.commit()
    assert watch.look(now + SECOND * 3610) == 0
    session.execute(text("UPDATE delivery SET state = 'accepted', left_at = next_at"))
    session.commit()
    assert watch.look(now + SECOND * 3620) == 0
    assert postbox.mails == []


def test_an_alert_that_moved_and_stopped_again_is_told_again(
    engine: Engine, session: Session, alert: Alert, now: datetime
) -> None:
    del alert
    postbox = Postbox()
    watch = a_watch(engine, postbox)
    assert looks(watch, now, 61, 71, 81) == [0, 1, 0]
    one_left = text(
        "UPDATE delivery SET state = 'accepted', left_at = :at WHERE channel = 'sms'"
    ).bindparams(bindparam("at", now + SECOND * 90, Moment))
    session.execute(one_left)
    session.commit()
    assert looks(watch, now, 95, 105) == [0, 0]
    stalled = 90 + int(STALLED_AFTER.total_seconds()) + 1
    assert looks(watch, now, stalled, stalled + 10, stalled + 20, stalled + 900) == [0, 1, 0, 0]
    assert len(postbox.mails) == 2


def test_it_goes_through_a_real_mail_server_and_needs_no_redis(
    database_url: str,
    engine: Engine,
    alert: Alert,
    now: datetime,
    gateway: Handle,
    tmp_path: Path,
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url=database_url,
        redis_url="redis://127.0.0.1:1/0",
        smtp_url=gateway.smtp_url,
        mail_from="updates@example.org",
        operator_mail=OPERATOR,
    )
    watch = Watch.of(settings, engine)
    assert looks(watch, now, 61, 71, 81) == [0, 1, 0]
    assert watch.mail is not None
    watch.mail.close()
    [arrived] = gateway.messages("email")
    assert arrived["to"] == OPERATOR
    assert f"/alerts/{alert.id}" in arrived["body"]


def test_a_database_that_is_away_stops_nobody(tmp_path: Path, now: datetime) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'nothing.sqlite3'}")
    assert a_watch(engine, Postbox()).look(now) == 0
    engine.dispose()


def test_the_scheduler_keeps_watch_without_redis_or_a_worker(
    keys: Path,
    database_url: str,
    session: Session,
    sealers: Sealers,
    evaluator: LocalEvaluator,
    gateway: Handle,
) -> None:
    alert = publish_danger(session, sealers, evaluator, now=datetime.now(UTC) - 120 * SECOND)
    session.commit()
    environment = an_instance(
        keys, database_url, "redis://127.0.0.1:1/0", **sending_to(gateway), operator_mail=OPERATOR
    )
    with a_command(environment, "scheduler"), a_command(environment, "scheduler"):
        eventually(lambda: bool(gateway.messages("email")))
    [mail] = gateway.messages("email")
    assert mail["to"] == OPERATOR
    assert f"/alerts/{alert.id}" in mail["body"]
