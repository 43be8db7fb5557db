"""What the register says of a report's identifiers: all live warnings about each, merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import Band, HarmKind, Payload
from members.model import Severity, WorkSetting
from reports.model import LINKABLE, Consent, ReportState, WarningDraft, WarningState
from reports.records import ConsentRow, ReportIdentifierRow, ReportRow, WarningRow
from storage.sealing import Sealer


def list_identifiers(
    session: Session, sealer: Sealer, evaluator: Evaluator, *, report_id: UUID, now: datetime
) -> tuple[bytes, ...]:
    """Write what the register says of each identifier of a report, from all live warnings.

    The ledger holds what that takes: the report's own words stay closed. Return the tokens that
    members watch for them by.
    """
    lines = [row.ledger_id for row in _readable(session, report_id) if row.ledger_id]
    return list_lines(session, sealer, evaluator, lines=lines, now=now)


def list_lines(
    session: Session, sealer: Sealer, evaluator: Evaluator, *, lines: Sequence[UUID], now: datetime
) -> tuple[bytes, ...]:
    """Do the same for the identifiers of lines of the ledger, whoever wrote those."""
    if lines:
        checker.hold_register(session)  # before reading: two publishers must see each other
    return tuple(
        checker.list_line(
            session,
            evaluator,
            sealer,
            line=line,
            payloads=_payloads(session, sealer, _reports_with(session, line)),
            now=now,
        )
        for line in lines
    )


def preview(session: Session, draft: WarningDraft, *, report_id: UUID) -> Payload:
    """Return what a check would answer if this draft were published on its own."""
    return _payload(draft, "", band_of(session, report_id))


def band_of(session: Session, report_id: UUID) -> Band:
    """Return how many verified reports share an identifier with this one, as a band.

    One person is one source: reports from the same account count once.
    """
    reports = {report_id}
    for row in _readable(session, report_id):
        if row.ledger_id:
            reports |= _reports_with(session, row.ledger_id)
    return Band.of(_sources(session, reports))


def consents(session: Session, report_id: UUID) -> frozenset[Consent]:
    """Return the consents of a report that stand."""
    rows = session.scalars(
        select(ConsentRow.switch).where(
            ConsentRow.report_id == report_id, ConsentRow.withdrawn_at.is_(None)
        )
    )
    return frozenset(map(Consent, rows))


def consented(switch: Consent) -> ColumnElement[bool]:
    """Return the condition that the reporter behind a warning agrees to this use."""
    return exists().where(
        ConsentRow.report_id == WarningRow.report_id,
        ConsentRow.switch == switch,
        ConsentRow.withdrawn_at.is_(None),
    )


def linked_to(session: Session, report_id: UUID) -> set[UUID]:
    """Return the other reports, neither declined nor withdrawn, that share an identifier."""
    lines = [row.ledger_id for row in _readable(session, report_id) if row.ledger_id]
    others = {other for each in lines for other in _reports_with(session, each)} - {report_id}
    standing = select(ReportRow.id).where(ReportRow.id.in_(others), ReportRow.state.in_(LINKABLE))
    return set(session.scalars(standing))


def read_draft(sealer: Sealer, row: WarningRow) -> WarningDraft:
    """Return what a caseworker wrote in a warning."""
    return WarningDraft(
        severity=Severity(row.severity),
        kinds=tuple(HarmKind(kind) for kind in row.kinds.split(",") if kind),
        month=row.month,
        areas=tuple(row.areas.split()),
        settings=tuple(WorkSetting(each) for each in row.settings.split(",") if each),
        description=_text(sealer, row, "sealed_description"),
        advice=_text(sealer, row, "sealed_advice"),
        show_month=row.show_month,
        show_band=row.show_band,
        to_alert=row.to_alert,
    )


def _text(sealer: Sealer, row: WarningRow, column: str) -> str:
    return sealer.text(getattr(row, column), table="warning", column=column, row=row.id)


def _readable(session: Session, report_id: UUID) -> Sequence[ReportIdentifierRow]:
    return session.scalars(
        select(ReportIdentifierRow).where(
            ReportIdentifierRow.report_id == report_id,
            ReportIdentifierRow.ledger_id.is_not(None),
        )
    ).all()


def _reports_with(session: Session, ledger_id: UUID) -> set[UUID]:
    """Return the reports that hold the identifier of a ledger line."""
    lines = {ledger_id, *checker.sharing(session, lines=[ledger_id])[ledger_id]}
    return set(
        session.scalars(
            select(ReportIdentifierRow.report_id).where(ReportIdentifierRow.ledger_id.in_(lines))
        )
    )


def _sources(session: Session, report_ids: Iterable[UUID]) -> int:
    """Count who stands behind verified reports: each account once, each anonymous report once."""
    who = func.coalesce(ReportRow.reporter_mark, ReportRow.code_fingerprint)
    number = session.scalar(
        select(func.count(func.distinct(who))).where(
            ReportRow.id.in_(tuple(report_ids)), ReportRow.state == ReportState.VERIFIED
        )
    )
    return max(number or 0, 1)


def _payloads(session: Session, sealer: Sealer, report_ids: Iterable[UUID]) -> list[Payload]:
    """Return what the live warnings of these reports say; none if nothing is live."""
    ids = tuple(report_ids)
    rows = session.scalars(
        select(WarningRow).where(
            WarningRow.report_id.in_(ids),
            WarningRow.state == WarningState.PUBLISHED,
            consented(Consent.REGISTER),
        )
    ).all()
    band = Band.of(_sources(session, ids))
    return [_payload(read_draft(sealer, row), _open_reference(session, row), band) for row in rows]


def _open_reference(session: Session, row: WarningRow) -> str:
    """Return the reference under which members read the whole warning, if they may."""
    return row.reference if Consent.ALERT in consents(session, row.report_id) else ""


def _payload(draft: WarningDraft, reference: str, band: Band) -> Payload:
    return Payload(
        severity=draft.severity,
        kinds=frozenset(draft.kinds),
        month=draft.month if draft.show_month else "",
        regions=draft.areas,
        band=band if draft.show_band else None,
        advice=draft.advice,
        references=(reference,) if reference else (),
    )
