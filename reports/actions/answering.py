"""Answering requests about data: one person proposes, another confirms; the database insists."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Update, delete, func, select, update
from sqlalchemy.orm import Session

from checker import actions as checker
from reports.actions.erasing import on_show
from reports.actions.proving import proved_of
from reports.actions.requesting import ANSWER, TABLE, answer_of, asked_of, line_of, longer_of
from reports.actions.reviewing import reports_with
from reports.records import RightsRequestLineRow, RightsRequestRow
from reports.refusals import NotInThisState, TwoPeopleNeeded
from reports.rights import (
    ACTING,
    LONGER_BY,
    OUTCOMES,
    Answer,
    Confirmed,
    LeadNeeded,
    NoSuchRequest,
    OpenedRequest,
    Outcome,
    Proof,
    ProofMissing,
    RequestKind,
    RequestLine,
    months_later,
)
from storage.record_keys import Reader, open_key, shred
from storage.retention import Rule

SEALED_OCTETS = 24_000  # of every answer, so that its length says nothing
ANSWERED_KEPT = timedelta(days=365)
ANSWERED_SHOWN = 50


def requests_waiting(session: Session) -> tuple[RequestLine, ...]:
    """Return the requests without an answer, the nearest deadline first."""
    rows = select(RightsRequestRow).where(RightsRequestRow.answered_at.is_(None))
    return tuple(map(line_of, session.scalars(rows.order_by(RightsRequestRow.due_at))))


def requests_due(session: Session, *, by: datetime) -> int:
    """Return how many requests must be answered by a moment."""
    due = select(func.count(RightsRequestRow.id)).where(
        RightsRequestRow.answered_at.is_(None), RightsRequestRow.due_at <= by
    )
    return session.scalar(due) or 0


def requests_answered(session: Session) -> tuple[RequestLine, ...]:
    """Return the requests that were answered last."""
    rows = select(RightsRequestRow).where(RightsRequestRow.answered_at.is_not(None))
    latest = rows.order_by(RightsRequestRow.answered_at.desc()).limit(ANSWERED_SHOWN)
    return tuple(map(line_of, session.scalars(latest)))


def request_line(session: Session, request_id: UUID) -> RequestLine:
    """Return what the desk lists of one request; raises NoSuchRequest."""
    return line_of(_row(session, request_id))


def open_request(session: Session, reader: Reader, request_id: UUID) -> OpenedRequest:
    """Return a request in its own words; raises NoSuchRequest, NotOpenedYet."""
    row = _row(session, request_id)
    key = open_key(session, reader, row.id)
    sharing = reports_with(session, _lines(session, [row.id]))
    return OpenedRequest(
        line=line_of(row),
        asked=asked_of(key, row),
        proved=proved_of(session, row.id),
        answer=answer_of(key, row),
        longer_because=longer_of(key, row),
        sharing=sharing,
        on_show=on_show(session, [each.id for each in sharing]),
    )


def take_longer(
    session: Session, reader: Reader, request_id: UUID, *, why: str, now: datetime
) -> None:
    """Move the deadline once, and say why to who asked.

    Raises NoSuchRequest, NotOpenedYet, and NotInThisState once it was moved, has passed or is met.
    """
    row = _row(session, request_id)
    key = open_key(session, reader, row.id)
    sealed = key.seal(why, table=TABLE, column="sealed_longer", row=row.id)
    due_at = months_later(row.received_at, 1 + LONGER_BY)
    _change(
        session,
        update(RightsRequestRow)
        .where(
            RightsRequestRow.id == row.id,
            RightsRequestRow.answered_at.is_(None),
            RightsRequestRow.extended_at.is_(None),
            RightsRequestRow.due_at > now,
        )
        .values(extended_at=now, sealed_longer=sealed, due_at=due_at),
    )


def propose_answer(
    session: Session, reader: Reader, request_id: UUID, answer: Answer, *, by: UUID
) -> None:
    """Write what is to be answered, for a second person to confirm.

    Raises NoSuchRequest, NotOpenedYet, NotInThisState, and ProofMissing for something told to
    who has not shown that it is theirs, or for a code that nobody typed.
    """
    row = _row(session, request_id)
    if answer.outcome not in OUTCOMES[RequestKind(row.kind)]:
        raise NotInThisState
    if answer.deeds and answer.outcome not in ACTING:
        raise NotInThisState
    if answer.outcome is Outcome.TOLD and answer.proof is Proof.NONE:
        raise ProofMissing
    if answer.proof is Proof.CODE and not proved_of(session, row.id):
        raise ProofMissing
    octets = ANSWER.dump_json(answer).ljust(SEALED_OCTETS)
    key = open_key(session, reader, row.id)
    sealed = key.seal(octets, table=TABLE, column="sealed_answer", row=row.id)
    _change(
        session,
        update(RightsRequestRow)
        .where(RightsRequestRow.id == row.id, RightsRequestRow.proposed_by.is_(None))
        .values(sealed_answer=sealed, proposed_by=by),
    )


def send_answer_back(session: Session, request_id: UUID) -> None:
    """Drop an answer that was proposed; raises NoSuchRequest, NotInThisState."""
    row = _row(session, request_id)
    _change(
        session,
        update(RightsRequestRow)
        .where(
            RightsRequestRow.id == row.id,
            RightsRequestRow.proposed_by.is_not(None),
            RightsRequestRow.answered_at.is_(None),
        )
        .values(sealed_answer=None, proposed_by=None),
    )


def confirm_answer(
    session: Session,
    reader: Reader,
    request_id: UUID,
    *,
    by: UUID,
    proposal: str,
    lead: bool,
    now: datetime,
) -> Confirmed:
    """Give the answer that somebody else proposed, as it was read; return it, to be acted upon.

    Raises NoSuchRequest, NotOpenedYet, TwoPeopleNeeded, LeadNeeded, and NotInThisState if it was
    sent back or written anew meanwhile.
    """
    row = _row(session, request_id)
    if row.proposed_by == by:
        raise TwoPeopleNeeded
    if row.kind == RequestKind.DISPUTE and not lead:
        raise LeadNeeded
    answer = answer_of(open_key(session, reader, row.id), row)
    if row.proposed_by is None or answer is None or line_of(row).proposal != proposal:
        raise NotInThisState
    _change(
        session,
        update(RightsRequestRow)
        .where(
            RightsRequestRow.id == row.id,
            RightsRequestRow.proposed_by == row.proposed_by,
            RightsRequestRow.sealed_answer == row.sealed_answer,
            RightsRequestRow.answered_at.is_(None),
        )
        .values(answered_by=by, answered_at=now),
    )
    return Confirmed(answer=answer, reference=row.reference, proposed_by=row.proposed_by)


def retention_of_requests() -> Rule:
    """Return for how long requests are kept once they are answered."""
    return Rule(
        name="requests about data",
        kept=ANSWERED_KEPT,
        total=lambda session: session.scalar(select(func.count(RightsRequestRow.id))) or 0,
        due=lambda session, at: (
            session.scalar(
                select(func.count(RightsRequestRow.id)).where(
                    RightsRequestRow.answered_at < at - ANSWERED_KEPT
                )
            )
            or 0
        ),
        remove=_remove,
    )


def _remove(session: Session, at: datetime, most: int) -> int:
    due = select(RightsRequestRow.id).where(RightsRequestRow.answered_at < at - ANSWERED_KEPT)
    chosen = session.scalars(due.limit(most)).all()
    lines = _lines(session, chosen)
    shred(session, chosen)
    session.execute(delete(RightsRequestRow).where(RightsRequestRow.id.in_(chosen)))
    checker.forget_identifiers(session, lines=lines)
    return len(chosen)


def _row(session: Session, request_id: UUID) -> RightsRequestRow:
    row = session.get(RightsRequestRow, request_id, populate_existing=True)
    if row is None:
        raise NoSuchRequest
    return row


def _lines(session: Session, request_ids: Collection[UUID]) -> list[UUID]:
    lines = select(RightsRequestLineRow.ledger_id).where(
        RightsRequestLineRow.request_id.in_(request_ids)
    )
    return list(session.scalars(lines))


def _change(session: Session, change: Update) -> None:
    """Change a row, unless somebody else was quicker."""
    if session.scalar(change.returning(RightsRequestRow.id)) is None:
        raise NotInThisState
