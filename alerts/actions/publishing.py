"""Publishing: what it would reach and cost, and then doing it in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from alerts.actions.outgoing import put_on_its_way
from alerts.actions.telling import tell_watchers
from alerts.composing import compose
from alerts.model import ALERT_LIFE, PACE_SHARE, Alert, Estimate, NeverAlerted, Price
from checker.evaluator import Evaluator
from members import actions as members
from members.model import Severity
from messages.model import CauseKind, CauseState, Channel, Text
from reports import actions as reports
from reports.model import Consent, Warning, WarningDraft
from storage.base import new_id
from storage.keys import Sealers

Audience = Mapping[tuple[Channel, str, bool], int]  # channel, text, whether it is quiet there


def estimate(
    session: Session,
    warning: Warning,
    *,
    link: str,
    price: Price,
    leaves_from: datetime,
    time_zone: str,
) -> Estimate:
    """Return recipients, segments, cost and time of alerting a warning; raises NeverAlerted.

    `time_zone` is the instance's: where members are who did not say.
    """
    _require_alertable(session, warning)
    draft = warning.draft
    audience = members.audience_size(
        session,
        areas=draft.areas,
        severity=draft.severity,
        settings=draft.settings,
        quiet=members.quiet_at(session, at=leaves_from, time_zone=time_zone),
    )
    segments = _segments(compose(link), audience)
    seconds = segments / (price.segments_per_second * PACE_SHARE)
    return Estimate(
        sms_recipients=_count(audience, Channel.SMS),
        email_recipients=_count(audience, Channel.EMAIL),
        segments=segments,
        cost=round(segments * price.per_segment, 2),
        currency=price.currency,
        sms_duration=timedelta(seconds=round(seconds)),
        leaves_from=leaves_from,
        wait_for_morning=sum(count for (_, _, waits), count in audience.items() if waits),
        in_digests=_in_digests(session, draft),
    )


def publish(  # noqa: PLR0913 - all of them by name
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    by: UUID,
    link_base: str,
    check_link: str,
    price: Price,
    leaves_from: datetime,
    time_zone: str,
    now: datetime,
    imminent_reason: str = "",
) -> tuple[Warning, Alert | None]:
    """Publish a warning; with the reporter's consent, make its alert and all its deliveries.

    Those who watch for its identifiers are told as well, that they check again at `check_link`.
    One transaction: the caller commits, then refreshes the register and wakes the queue. Raises
    what `reports.actions.publish` raises.
    """
    published = reports.publish(
        session,
        sealers.reports,
        evaluator,
        warning_id=warning_id,
        by=by,
        now=now,
        imminent_reason=imminent_reason,
    )
    warning = published.warning
    tell_watchers(
        session,
        sealers,
        published,
        link=check_link,
        leaves_from=leaves_from,
        time_zone=time_zone,
        now=now,
    )
    alert = _announce(
        session,
        sealers,
        warning,
        by=by,
        link=f"{link_base}/{warning.reference}",
        price=price,
        leaves_from=leaves_from,
        time_zone=time_zone,
        now=now,
    )
    return warning, alert


def _announce(
    session: Session,
    sealers: Sealers,
    warning: Warning,
    *,
    by: UUID,
    link: str,
    price: Price,
    leaves_from: datetime,
    time_zone: str,
    now: datetime,
) -> Alert | None:
    """Make the alert of a published warning and all its deliveries; None if nobody is alerted."""
    try:
        numbers = estimate(
            session, warning, link=link, price=price, leaves_from=leaves_from, time_zone=time_zone
        )
    except NeverAlerted:
        return None
    alert, draft = _alert(warning, numbers, by=by, now=now), warning.draft
    quiet = members.quiet_at(session, at=leaves_from, time_zone=time_zone)
    audience = members.audience(
        areas=draft.areas, severity=alert.severity, settings=draft.settings, quiet=quiet
    )
    texts = compose(link)
    put_on_its_way(
        session, sealers, alert, CauseKind.ALERT, texts=texts, audience=audience, now=now
    )
    return alert


def _alert(warning: Warning, numbers: Estimate, *, by: UUID, now: datetime) -> Alert:
    severity = warning.draft.severity
    return Alert(
        id=new_id(),
        reference=warning.reference,
        warning_id=warning.id,
        cause_id=new_id(),
        severity=severity,
        state=CauseState.OPEN,
        published_by=by,
        published_at=now,
        expires_at=numbers.leaves_from + ALERT_LIFE[severity],
        estimate=numbers,
    )


def _require_alertable(session: Session, warning: Warning) -> None:
    if not warning.draft.to_alert or Consent.ALERT not in reports.consents(
        session, warning.report_id
    ):
        raise NeverAlerted


def _in_digests(session: Session, draft: WarningDraft) -> int:
    if draft.severity is not Severity.RISK:
        return 0
    return members.digest_size(session, areas=draft.areas, settings=draft.settings)


def _segments(texts: Sequence[Text], audience: Audience) -> int:
    each = {text.text_key: text.segments for text in texts if text.channel is Channel.SMS}
    return sum(
        each[text_key] * recipients
        for (channel, text_key, _), recipients in audience.items()
        if channel is Channel.SMS
    )


def _count(audience: Audience, channel: Channel) -> int:
    return sum(recipients for (each, _, _), recipients in audience.items() if each is channel)
