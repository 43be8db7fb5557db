"""What casework asks of reports before something of them leaves: who agreed, who may read it back.

A report that is held until another matches is held for this as well.
"""

from collections.abc import Collection
from uuid import UUID

from nacl.public import PublicKey
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from members.actions import public_key
from reports.actions.reviewing import as_queued
from reports.model import Consent, QueueRow, ReportState
from reports.records import ConsentRow, ReportRow
from storage.record_keys import BY_ACCOUNT, BY_CODE, Holders, Reader, open_key

MOST_LISTED = 200


def agreed(session: Session, report_ids: Collection[UUID], consent: Consent) -> set[UUID]:
    """Return which of these reports may be passed on under a consent, as things stand now."""
    return set(session.scalars(_agreeing(consent).where(ReportRow.id.in_(report_ids))))


def agreeing(session: Session, consent: Consent) -> tuple[QueueRow, ...]:
    """Return the verified reports that may be passed on under a consent, newest first."""
    rows = session.scalars(
        select(ReportRow)
        .where(ReportRow.id.in_(_agreeing(consent)))
        .order_by(ReportRow.received_at.desc())
        .limit(MOST_LISTED)
    ).all()
    return as_queued(session, rows)


def own_holders(session: Session, reader: Reader, report_id: UUID) -> Holders:
    """Return to whom a reporter's own copy is wrapped: by their code, and by their account.

    None for an older report that kept neither. Raises NotOpenedYet.
    """
    row = session.get_one(ReportRow, report_id)
    found: dict[UUID, PublicKey] = {}
    if row.code_public is not None:
        found[BY_CODE] = PublicKey(row.code_public)
    if row.sealed_reporter_id is not None:
        key = open_key(session, reader, row.id)
        account_id = key.text(
            row.sealed_reporter_id, table="report", column="sealed_reporter_id", row=row.id
        )
        public = public_key(session, UUID(account_id))
        if public is not None:
            found[BY_ACCOUNT] = public
    return found


def _agreeing(consent: Consent) -> Select[UUID]:
    return select(ReportRow.id).where(
        ReportRow.state == ReportState.VERIFIED,
        _stands(consent),
        ~_stands(Consent.HOLD_UNTIL_MATCH),
    )


def _stands(consent: Consent) -> ColumnElement[bool]:
    return exists().where(
        ConsentRow.report_id == ReportRow.id,
        ConsentRow.switch == consent,
        ConsentRow.withdrawn_at.is_(None),
    )
