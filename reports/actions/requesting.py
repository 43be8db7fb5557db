"""Asking about one's data: anybody may, and nothing that happens then depends on what is held.

A request is a sealed record like a report. Its key is wrapped to the caseworkers, to the recovery
key and to a key pair that follows from the code, so that the answer can be sealed to whoever holds
the code while the service keeps neither.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from nacl.public import PrivateKey
from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checker.actions import record_identifiers
from checker.evaluator import Evaluator
from members.actions import holders
from reports.codes import new_reference
from reports.opening import code_key
from reports.records import RightsRequestLineRow, RightsRequestRow
from reports.rights import (
    ANSWERED_WITHIN,
    MOST_A_DAY,
    Answer,
    Asked,
    NoSuchRequest,
    NothingNamed,
    OwnRequest,
    RequestKind,
    RequestLine,
    TooManyRequests,
    months_later,
)
from storage.base import new_id
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import BY_CODE, Reader, keep_key, open_key
from storage.sealing import Sealer

TABLE = "rights_request"
DAY = timedelta(days=1)
ASKED = TypeAdapter(Asked)
ANSWER = TypeAdapter(Answer)


def send_request(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    *,
    kind: RequestKind,
    asked: Asked,
    code: str,
    language: str,
    now: datetime,
) -> None:
    """Keep a request under its code.

    Raises NothingNamed, TooManyRequests, EvaluatorUnavailable, WrongRegisterKey.
    """
    if not asked.identifiers:
        raise NothingNamed
    lately = select(func.count()).where(RightsRequestRow.received_at > now - DAY)
    if (session.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooManyRequests
    key, row_id = DataKey.fresh(), new_id()
    session.add(
        RightsRequestRow(
            id=row_id,
            reference=new_reference("Q"),
            kind=kind,
            language=language,
            code_fingerprint=_fingerprint(sealers.reports, code),
            sealed_asked=key.seal(
                ASKED.dump_json(asked), table=TABLE, column="sealed_asked", row=row_id
            ),
            received_at=now,
            due_at=months_later(now, ANSWERED_WITHIN),
        )
    )
    session.flush()  # the lines below point to it
    own = {BY_CODE: _private(sealers.reports, code).public_key}
    keep_key(session, key, record_id=row_id, holders={**holders(session, sealers), **own})
    lines = record_identifiers(
        session, evaluator, sealers.reports, identifiers=asked.identifiers, now=now
    )
    session.add_all(RightsRequestLineRow(request_id=row_id, ledger_id=line.id) for line in lines)
    session.flush()


def own_request(session: Session, sealer: Sealer, *, code: str) -> OwnRequest:
    """Return the request of a code, with its answer once two people gave it.

    Raises NoSuchRequest.
    """
    row, key = by_code(session, sealer, code)
    answer = answer_of(key, row) if row.answered_at else None
    return OwnRequest(
        line=line_of(row),
        told=answer.told if answer else "",
        longer_because=longer_of(key, row),
    )


def by_code(session: Session, sealer: Sealer, code: str) -> tuple[RightsRequestRow, DataKey]:
    """Return the row that a code opens, with its key; raises NoSuchRequest."""
    row = session.scalar(
        select(RightsRequestRow).where(
            RightsRequestRow.code_fingerprint == _fingerprint(sealer, code)
        )
    )
    if row is None:
        raise NoSuchRequest
    return row, open_key(session, Reader(BY_CODE, _private(sealer, code)), row.id)


def asked_of(key: DataKey, row: RightsRequestRow) -> Asked:
    """Return what was sent."""
    return ASKED.validate_json(
        key.unseal(row.sealed_asked, table=TABLE, column="sealed_asked", row=row.id)
    )


def line_of(row: RightsRequestRow) -> RequestLine:
    """Return what the desk lists of a request."""
    return RequestLine(
        id=row.id,
        reference=row.reference,
        kind=RequestKind(row.kind),
        language=row.language,
        received_at=row.received_at,
        due_at=row.due_at,
        extended_at=row.extended_at,
        proposed_by=row.proposed_by,
        proposal=sha256(row.sealed_answer or b"").hexdigest(),
        answered_at=row.answered_at,
    )


def answer_of(key: DataKey, row: RightsRequestRow) -> Answer | None:
    """Return the answer that was proposed, if one was."""
    if row.sealed_answer is None:
        return None
    return ANSWER.validate_json(
        key.unseal(row.sealed_answer, table=TABLE, column="sealed_answer", row=row.id)
    )


def longer_of(key: DataKey, row: RightsRequestRow) -> str:
    """Return why it takes longer, or nothing."""
    if row.sealed_longer is None:
        return ""
    return key.text(row.sealed_longer, table=TABLE, column="sealed_longer", row=row.id)


def _fingerprint(sealer: Sealer, code: str) -> bytes:
    return sealer.fingerprint("request", code)


def _private(sealer: Sealer, code: str) -> PrivateKey:
    return PrivateKey(code_key(sealer, code, purpose="answer to a request").octets)
