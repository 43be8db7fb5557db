"""Warnings: written, published by a second person, read."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from checker.evaluator import Evaluator
from members.model import Severity
from reports.codes import new_reference
from reports.listing import band_of, consented, consents, list_identifiers, read_draft
from reports.model import (
    WARNING_LIFE,
    Consent,
    Published,
    ReportState,
    Warning,
    WarningDraft,
    WarningState,
)
from reports.records import ReportRow, WarningRow
from reports.refusals import (
    ConsentMissing,
    HeldUntilMatch,
    NotInThisState,
    Overtaken,
    TwoPeopleNeeded,
)
from storage.base import new_id
from storage.sealing import Sealer

TABLE = "warning"


class NoSuchWarning(Exception):
    """There is no warning with this id or reference."""


def propose(
    session: Session,
    sealer: Sealer,
    *,
    report_id: UUID,
    draft: WarningDraft,
    by: UUID,
    now: datetime,
    opened: str = "",
) -> Warning:
    """Write or rewrite the warning of a verified report; raises NotInThisState.

    `opened` is the version that `by` rewrote, empty if there was none: raises Overtaken if another
    one stands by now, unless it says the same.
    """
    report = session.get(ReportRow, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.state != ReportState.VERIFIED or report.verified_by is None:
        raise NotInThisState
    draft = _alertable(draft)
    row = _locked_warning(session, report_id)
    if row is None:
        row = _begun(report)
        session.add(row)
    elif row.state != WarningState.PROPOSED:
        raise NotInThisState
    else:
        standing = _read(session, sealer, row)
        if standing.draft == draft:
            return standing
        if standing.version != opened:
            raise Overtaken
    row.state = WarningState.PROPOSED
    row.written_by, row.written_at = by, now
    row.expires_at = now + WARNING_LIFE[draft.severity]
    _write(row, sealer, draft)
    session.flush()
    return _read(session, sealer, row)


def publish(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    *,
    warning_id: UUID,
    by: UUID,
    now: datetime,
    imminent_reason: str = "",
) -> Published:
    """Publish a proposed warning and list its identifiers on the register's ledger.

    The caller tells those who watch for them, in the same transaction; a correction tells nobody.
    Raises TwoPeopleNeeded if `by` verified the report, unless danger is imminent and a reason is
    given; ConsentMissing if the reporter agreed to neither register nor alert; HeldUntilMatch
    until the reporter, who chose to wait for another report, says to go on; NotInThisState. The
    database refuses a lone publisher as well.
    """
    row = _row(session, warning_id)
    session.get(ReportRow, row.report_id, with_for_update=True)  # nobody withdraws or rewrites
    session.refresh(row)  # somebody may have, before that
    if row.state != WarningState.PROPOSED:
        raise NotInThisState
    if row.verified_by == by:
        _alone(row, sealer, imminent_reason)
    _require_consent(session, row.report_id)
    row.state = WarningState.PUBLISHED
    row.published_by, row.published_at = by, now
    row.expires_at = now + WARNING_LIFE[Severity(row.severity)]
    session.flush()
    tokens = list_identifiers(session, sealer, evaluator, report_id=row.report_id, now=now)
    on_the_register = Consent.REGISTER in consents(session, row.report_id)
    return Published(_read(session, sealer, row), tokens if on_the_register else ())


def warning(session: Session, sealer: Sealer, warning_id: UUID) -> Warning:
    """Return a warning; raises NoSuchWarning."""
    return _read(session, sealer, _row(session, warning_id))


def warning_of(session: Session, sealer: Sealer, report_id: UUID) -> Warning | None:
    """Return the warning of a report, if one was written."""
    row = session.scalar(select(WarningRow).where(WarningRow.report_id == report_id))
    return _read(session, sealer, row) if row else None


def published(session: Session, sealer: Sealer, *, reference: str, now: datetime) -> Warning:
    """Return a warning that members may read, by its reference; raises NoSuchWarning."""
    row = session.scalar(select(WarningRow).where(WarningRow.reference == reference, _shown(now)))
    if row is None:
        raise NoSuchWarning
    return _read(session, sealer, row)


def among(
    session: Session, sealer: Sealer, *, references: Collection[str], now: datetime
) -> tuple[Warning, ...]:
    """Return which of these warnings members may read, in no order."""
    named = select(WarningRow).where(WarningRow.reference.in_(references), _shown(now))
    return tuple(_read(session, sealer, row) for row in session.scalars(named))


def latest(
    session: Session, sealer: Sealer, *, areas: Iterable[str] | None, now: datetime, limit: int = 50
) -> tuple[Warning, ...]:
    """Return warnings that members may read, newest first: all, or those of these areas or none.

    A warning whose reporter agreed to the register only is for those who check its number.
    """
    statement = select(WarningRow).where(_shown(now), WarningRow.severity != Severity.NUISANCE)
    if areas is not None:
        named = [WarningRow.areas.contains(f" {area} ") for area in areas]
        statement = statement.where(or_(WarningRow.areas == "", *named))
    rows = session.scalars(statement.order_by(WarningRow.published_at.desc()).limit(limit))
    return tuple(_read(session, sealer, row) for row in rows)


def warning_references(
    session: Session, *, ids: Collection[UUID] = (), reference: str = ""
) -> dict[UUID, str]:
    """Return the references of those of these ids that are warnings, or who has a reference."""
    rows = session.execute(
        select(WarningRow.id, WarningRow.reference).where(
            or_(WarningRow.id.in_(ids), WarningRow.reference == reference)
        )
    )
    return dict(rows.all())


def awaiting(session: Session, sealer: Sealer) -> tuple[Warning, ...]:
    """Return the warnings that wait for a second person, oldest first."""
    rows = session.scalars(
        select(WarningRow)
        .where(WarningRow.state == WarningState.PROPOSED)
        .order_by(WarningRow.written_at)
    )
    return tuple(_read(session, sealer, row) for row in rows)


def _require_consent(session: Session, report_id: UUID) -> None:
    given = consents(session, report_id)
    if not given & {Consent.REGISTER, Consent.ALERT}:
        raise ConsentMissing
    if Consent.HOLD_UNTIL_MATCH in given:
        raise HeldUntilMatch


def _alone(row: WarningRow, sealer: Sealer, reason: str) -> None:
    if not reason.strip() or row.severity != Severity.DANGER:
        raise TwoPeopleNeeded
    row.imminent = True
    row.sealed_imminent_reason = sealer.seal(
        reason.strip(), table=TABLE, column="sealed_imminent_reason", row=row.id
    )


def _row(session: Session, warning_id: UUID) -> WarningRow:
    row = session.get(WarningRow, warning_id)
    if row is None:
        raise NoSuchWarning
    return row


def _begun(report: ReportRow) -> WarningRow:
    return WarningRow(
        id=new_id(),
        reference=new_reference("W"),
        report_id=report.id,
        verified_by=report.verified_by,
    )


def _locked_warning(session: Session, report_id: UUID) -> WarningRow | None:
    """Return the warning of a report that is locked, as it stands now."""
    return session.scalar(
        select(WarningRow)
        .where(WarningRow.report_id == report_id)
        .execution_options(populate_existing=True)
    )


def _shown(now: datetime) -> ColumnElement[bool]:
    live = and_(WarningRow.state == WarningState.PUBLISHED, WarningRow.expires_at > now)
    return and_(live, consented(Consent.ALERT))


def _alertable(draft: WarningDraft) -> WarningDraft:
    """Return the draft as it is kept: nuisance never alerts."""
    return replace(draft, to_alert=draft.to_alert and draft.severity is not Severity.NUISANCE)


def _write(row: WarningRow, sealer: Sealer, draft: WarningDraft) -> None:
    row.severity = draft.severity
    row.kinds = ",".join(draft.kinds)
    row.month = draft.month
    row.areas = f" {' '.join(draft.areas)} " if draft.areas else ""
    row.settings = ",".join(draft.settings)
    row.show_month, row.show_band = draft.show_month, draft.show_band
    row.to_alert = draft.to_alert
    row.sealed_description = sealer.seal(
        draft.description, table=TABLE, column="sealed_description", row=row.id
    )
    row.sealed_advice = sealer.seal(draft.advice, table=TABLE, column="sealed_advice", row=row.id)


def _read(session: Session, sealer: Sealer, row: WarningRow) -> Warning:
    return Warning(
        id=row.id,
        reference=row.reference,
        report_id=row.report_id,
        state=WarningState(row.state),
        draft=read_draft(sealer, row),
        band=band_of(session, row.report_id),
        written_by=row.written_by,
        written_at=row.written_at,
        verified_by=row.verified_by,
        published_by=row.published_by,
        published_at=row.published_at,
        expires_at=row.expires_at,
    )
