"""Putting an alert on its way: its cause with the texts, and one delivery for each recipient."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from alerts.model import QUEUE_OF, Alert
from alerts.records import AlertRow
from messages import actions as messages
from messages.model import CauseKind, Text
from storage.keys import Sealers


def put_on_its_way(
    session: Session,
    sealers: Sealers,
    alert: Alert,
    kind: CauseKind,
    *,
    texts: Sequence[Text],
    audience: Select[*tuple[Any, ...]],
    now: datetime,
) -> None:
    """Keep an alert, open its cause and expand it to its audience; commit, then wake the queue."""
    messages.open_cause(
        session,
        sealers.contacts,
        id=alert.cause_id,
        kind=kind,
        queue=QUEUE_OF[alert.severity],
        texts=texts,
        expires_at=alert.expires_at,
        now=now,
    )
    messages.expand(
        session,
        cause_id=alert.cause_id,
        audience=audience,
        now=now,
        not_before=alert.estimate.leaves_from,
    )
    session.add(_row(alert))


def _row(alert: Alert) -> AlertRow:
    """Return the row of an alert."""
    numbers = alert.estimate
    return AlertRow(
        id=alert.id,
        reference=alert.reference,
        warning_id=alert.warning_id,
        cause_id=alert.cause_id,
        severity=alert.severity,
        published_by=alert.published_by,
        published_at=alert.published_at,
        leaves_from=numbers.leaves_from,
        sms_recipients=numbers.sms_recipients,
        email_recipients=numbers.email_recipients,
        segments=numbers.segments,
        cost=numbers.cost,
        currency=numbers.currency,
        sms_seconds=int(numbers.sms_duration.total_seconds()),
        corrects_id=alert.corrects_id,
    )
