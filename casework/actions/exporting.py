"""Exports: what of several reports leaves at once, made by one person and released by another."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from casework.actions.disclosing import keep_disclosure
from casework.disclosing import (
    MOST_REPORTS,
    Export,
    Leaving,
    NoSuchExport,
    NotAgreed,
    NothingChosen,
    OpenedExport,
)
from casework.intelligence import Chosen, Manner, fields_of
from casework.records import DisclosureRow, ExportRow
from members.actions import holders
from members.model import Account
from reports import actions as reports
from reports.codes import new_reference
from reports.model import Consent
from reports.refusals import NotInThisState, TwoPeopleNeeded
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import Reader, keep_key, open_key, shred
from storage.sealing import Sealed

PLACE = {"table": "disclosure_export", "column": "sealed_content"}
MOST_LISTED = 100
CONTENT = TypeAdapter(tuple[Leaving, ...])


def propose_export(
    session: Session,
    sealers: Sealers,
    reader: Reader,
    account: Account,
    *,
    consent: Consent,
    recipient: str,
    chosen: Mapping[UUID, Chosen],
    manner: Manner,
    now: datetime,
) -> UUID:
    """Prepare an export: exactly what will leave, sealed to the desk; return its id.

    Raises NothingChosen, NotAgreed, NotOpenedYet. Rows stand in the order of their random numbers.
    """
    if not 0 < len(chosen) <= MOST_REPORTS:
        raise NothingChosen
    _require_consent(session, consent, chosen)
    rows = [
        Leaving(
            report_id=report_id,
            fields=fields_of(
                reports.open_report(session, reader, report_id).submission,
                each,
                consent=consent,
                number=new_reference(""),
                manner=manner,
            ),
        )
        for report_id, each in chosen.items()
    ]
    content = CONTENT.dump_json(tuple(sorted(rows, key=lambda row: row.fields.number)))
    key, row_id = DataKey.fresh(), new_id()
    session.add(
        ExportRow(
            id=row_id,
            reference=new_reference("E"),
            consent=consent,
            recipient=recipient,
            made_by=account.id,
            made_at=now,
            digest=sha256(content).digest(),
            sealed_content=key.seal(content, row=row_id, **PLACE),
        )
    )
    session.flush()
    keep_key(session, key, record_id=row_id, holders=holders(session, sealers))
    session.flush()
    return row_id


def exports(session: Session) -> tuple[Export, ...]:
    """Return the exports, newest first, with how many consents were taken back since."""
    rows = session.scalars(
        select(ExportRow).order_by(ExportRow.made_at.desc()).limit(MOST_LISTED)
    ).all()
    taken_back = _taken_back(session, rows)
    return tuple(_export(row, taken_back[row.id]) for row in rows)


def export_references(
    session: Session, *, ids: Collection[UUID] = (), reference: str = ""
) -> dict[UUID, str]:
    """Return the references of those of these ids that are exports, or who has a reference."""
    rows = session.execute(
        select(ExportRow.id, ExportRow.reference).where(
            or_(ExportRow.id.in_(ids), ExportRow.reference == reference)
        )
    )
    return dict(rows.all())


def require_export(session: Session, export_id: UUID) -> None:
    """Raise NoSuchExport unless it is there with its words."""
    if not _row(session, export_id).sealed_content:
        raise NoSuchExport


def open_export(session: Session, reader: Reader, export_id: UUID) -> OpenedExport:
    """Return an export word for word; raises NoSuchExport, NotOpenedYet."""
    row = _row(session, export_id)
    rows = _content(session, reader, row)
    ids = {each.report_id for each in rows}
    gone = ids - reports.agreed(session, ids, Consent(row.consent))
    return OpenedExport(
        export=_export(row, len(gone)),
        rows=rows,
        digest=row.digest.hex(),
        taken_back=frozenset(gone),
    )


def release(
    session: Session,
    sealers: Sealers,
    reader: Reader,
    account: Account,
    export_id: UUID,
    *,
    digest: str,
    now: datetime,
) -> None:
    """Let an export out, as a second person, and write down for each reporter what left.

    `digest` is that of the words which were read. Raises NoSuchExport, NotInThisState,
    TwoPeopleNeeded (the database refuses one person as well), NotOpenedYet, and NotAgreed if a
    consent was taken back meanwhile: then nothing leaves.
    """
    row = _row(session, export_id, for_update=True)
    if not _export(row).waits or not compare_digest(row.digest.hex(), digest):
        raise NotInThisState
    if row.made_by == account.id:
        raise TwoPeopleNeeded
    rows = _content(session, reader, row)
    ids = [each.report_id for each in rows]
    reports.hold_reports(session, ids)  # nobody takes a consent back until this is written
    _require_consent(session, Consent(row.consent), ids)
    row.released_by, row.released_at = account.id, now
    session.flush()
    for each in rows:
        keep_disclosure(session, sealers, reader, row, each)


def drop(session: Session, export_id: UUID, *, now: datetime) -> None:
    """Drop an export that was not released, with its words; raises NoSuchExport, NotInThisState."""
    row = _row(session, export_id, for_update=True)
    if not _export(row).waits:
        raise NotInThisState
    row.dropped_at = now
    session.flush()
    forget_content(session, [export_id])


def forget_content(session: Session, export_ids: Collection[UUID]) -> None:
    """Keep of exports only that they were: to whom, when, by which two."""
    shred(session, export_ids)
    emptied = update(ExportRow).where(ExportRow.id.in_(export_ids))
    session.execute(emptied.values(sealed_content=Sealed(b"")))


def _require_consent(
    session: Session, consent: Consent, report_ids: Sequence[UUID] | Mapping[UUID, Chosen]
) -> None:
    missing = set(report_ids) - reports.agreed(session, set(report_ids), consent)
    if missing:
        raise NotAgreed(missing)


def _row(session: Session, export_id: UUID, *, for_update: bool = False) -> ExportRow:
    row = session.get(
        ExportRow, export_id, with_for_update=for_update or None, populate_existing=for_update
    )
    if row is None:
        raise NoSuchExport
    return row


def _content(session: Session, reader: Reader, row: ExportRow) -> tuple[Leaving, ...]:
    key = open_key(session, reader, row.id)
    return CONTENT.validate_json(key.unseal(row.sealed_content, row=row.id, **PLACE))


def _export(row: ExportRow, taken_back: int = 0) -> Export:
    return Export(
        id=row.id,
        reference=row.reference,
        consent=Consent(row.consent),
        recipient=row.recipient,
        made_by=row.made_by,
        made_at=row.made_at,
        released_by=row.released_by,
        released_at=row.released_at,
        dropped_at=row.dropped_at,
        taken_back=taken_back,
        has_words=bool(row.sealed_content),
    )


def _taken_back(session: Session, rows: Sequence[ExportRow]) -> Counter[UUID]:
    """Count, for exports that were released, the reports whose consent does not stand any more."""
    told = session.execute(
        select(DisclosureRow.export_id, DisclosureRow.report_id, DisclosureRow.consent).where(
            DisclosureRow.export_id.in_([row.id for row in rows])
        )
    ).all()
    stands = {
        consent: reports.agreed(
            session, {each.report_id for each in told if each.consent == consent}, Consent(consent)
        )
        for consent in {each.consent for each in told}
    }
    return Counter(each.export_id for each in told if each.report_id not in stands[each.consent])
