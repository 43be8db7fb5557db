"""Correcting: a confirmed text, and word of it to exactly those whom the alert may have reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.actions.following import alert_of
from alerts.actions.outgoing import put_on_its_way
from alerts.composing import compose_correction
from alerts.model import ALERT_LIFE, PACE_SHARE, Alert, Estimate, Price
from checker.evaluator import Evaluator
from members import actions as members
from messages import actions as messages
from messages.model import CauseKind, CauseState, Channel, Text
from reports import actions as reports
from reports.model import Consent, Warning
from storage.base import new_id
from storage.keys import Sealers

Recipients = Mapping[tuple[Channel, str], int]


def estimate_correction(
    session: Session, warning: Warning, *, link: str, price: Price, now: datetime
) -> Estimate | None:
    """Return what word of a correction would reach, cost and take; None if it goes to nobody."""
    original = alert_of(session, warning.id)
    if original is None or Consent.ALERT not in reports.consents(session, warning.report_id):
        return None
    found = messages.recipients(session, messages.reached(original.cause_id))
    return _estimate(found, compose_correction(link), price, now) if found else None


def correct(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    correction_id: UUID,
    by: UUID,
    link_base: str,
    price: Price,
    time_zone: str,
    now: datetime,
) -> tuple[Warning, Alert | None]:
    """Confirm a correction and make the alert that tells of it, with all its deliveries.

    One transaction: the caller commits, then refreshes the register and wakes the queue. Raises
    what `reports.actions.confirm_correction` raises. `time_zone` is the instance's.
    """
    warning = reports.confirm_correction(
        session,
        sealers.reports,
        evaluator,
        correction_id=correction_id,
        warning_id=warning_id,
        by=by,
        now=now,
    )
    alert = _tell_those_reached(
        session,
        sealers,
        warning,
        by=by,
        link=f"{link_base}/{warning.reference}",
        price=price,
        time_zone=time_zone,
        now=now,
    )
    return warning, alert


def _tell_those_reached(
    session: Session,
    sealers: Sealers,
    warning: Warning,
    *,
    by: UUID,
    link: str,
    price: Price,
    time_zone: str,
    now: datetime,
) -> Alert | None:
    """Make the alert that tells of a correction, and all its deliveries; None if there are none."""
    numbers = estimate_correction(session, warning, link=link, price=price, now=now)
    original = alert_of(session, warning.id)
    if numbers is None or original is None:
        return None
    alert = _alert(original, numbers, by=by, now=now)
    audience = members.in_peace(
        messages.reached(original.cause_id),
        severity=alert.severity,
        quiet=members.quiet_at(session, at=now, time_zone=time_zone),
    )
    texts = compose_correction(link)
    put_on_its_way(
        session, sealers, alert, CauseKind.CORRECTION, texts=texts, audience=audience, now=now
    )
    return alert


def _estimate(found: Recipients, texts: Sequence[Text], price: Price, now: datetime) -> Estimate:
    each = {(text.channel, text.text_key): text.segments for text in texts}
    sms = {key: count for key, count in found.items() if key[0] is Channel.SMS}
    segments = sum(each[key] * count for key, count in sms.items())
    seconds = segments / (price.segments_per_second * PACE_SHARE)
    return Estimate(
        sms_recipients=sum(sms.values()),
        email_recipients=sum(found.values()) - sum(sms.values()),
        segments=segments,
        cost=round(segments * price.per_segment, 2),
        currency=price.currency,
        sms_duration=timedelta(seconds=round(seconds)),
        leaves_from=now,
    )


def _alert(original: Alert, numbers: Estimate, *, by: UUID, now: datetime) -> Alert:
    return Alert(
        id=new_id(),
        reference=original.reference,
        warning_id=original.warning_id,
        cause_id=new_id(),
        severity=original.severity,
        state=CauseState.OPEN,
        published_by=by,
        published_at=now,
        expires_at=now + ALERT_LIFE[original.severity],
        estimate=numbers,
        corrects_id=original.id,
    )
