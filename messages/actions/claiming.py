"""Claiming deliveries and marking them as being sent: who may send what, and nobody else.

A claim takes rows under a token and a lease. Just before the send, one conditional UPDATE moves a
row to `sending`; whoever wins it sends, after the commit. A crash before that commit sends
nothing, a crash after it leaves a row whose lease runs out, and then it is `unknown`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from messages.actions.causes import BODY, SUBJECT
from messages.actions.contacts import open_address
from messages.mail.tokens import mail_tokens
from messages.model import (
    CLAIM,
    FILTERED,
    LEASE,
    CauseKind,
    CauseState,
    Channel,
    DeliveryState,
    Outgoing,
    OwnWish,
)
from messages.records import CauseRow, CauseTextRow, ContactRow, DeliveryRow, SuppressionRow
from storage.sealing import Sealed, Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that this claim alone may send; the address is still sealed."""

    id: UUID
    contact_id: UUID
    sealed_address: Sealed = field(repr=False)
    text_key: str
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """A text of the cause, still sealed."""

    id: UUID
    subject: Sealed = field(repr=False)
    body: Sealed = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one worker took: the token that shows it, the deliveries, the texts they need."""

    token: UUID
    cause_id: UUID
    kind: CauseKind
    channel: Channel
    expires_at: datetime
    deliveries: Mapping[UUID, Claimed]
    texts: Mapping[str, SealedText]


def _suppressed() -> ColumnElement[bool]:
    """Whether the delivery's contact asked not to be written to.

    Who unsubscribed from mail may still ask for a code, which is how they come back.
    """
    is_code = select(CauseRow.id).where(
        CauseRow.id == DeliveryRow.cause_id, CauseRow.kind == CauseKind.CODE
    )
    listed = and_(
        SuppressionRow.fingerprint == ContactRow.fingerprint,
        SuppressionRow.channel == ContactRow.channel,
        or_(SuppressionRow.reason != OwnWish.UNSUBSCRIBED, ~is_code.exists()),
    )
    return (
        select(ContactRow.id)
        .join(SuppressionRow, listed)
        .where(ContactRow.id == DeliveryRow.contact_id)
        .exists()
    )


def _cause_is_open() -> ColumnElement[bool]:
    return (
        select(CauseRow.id)
        .where(
            CauseRow.id == DeliveryRow.cause_id,
            CauseRow.state == CauseState.OPEN,
            CauseRow.expires_at > bindparam("now"),
            CauseRow.stopped_channel.is_distinct_from(DeliveryRow.channel),
        )
        .exists()
    )


# Built once: composing them for every handful would cost more than running them.
_OURS = update(DeliveryRow).where(
    DeliveryRow.id.in_(bindparam("ids", expanding=True)),
    DeliveryRow.claim_token == bindparam("token"),
    DeliveryRow.state == DeliveryState.CLAIMED,
)
_BEGIN = (
    _OURS.where(DeliveryRow.lease_until > bindparam("now"), _cause_is_open(), ~_suppressed())
    .values(
        state=DeliveryState.SENDING,
        attempts=DeliveryRow.attempts + 1,
        lease_until=bindparam("lease"),
        reason="",
        updated_at=bindparam("now"),
    )
    .returning(DeliveryRow.id)
)
_GIVE_BACK = _OURS.values(
    state=DeliveryState.PENDING,
    claim_token=None,
    lease_until=None,
    updated_at=bindparam("now"),
)
_END = _OURS.values(
    state=bindparam("new_state"),
    claim_token=None,
    lease_until=None,
    updated_at=bindparam("now"),
)
_SUPPRESS = _END.where(_suppressed())
_FILTER = _END.values(reason=FILTERED, mail_owed=True)


def claim(
    session: Session,
    *,
    cause_id: UUID,
    channel: Channel,
    token: UUID,
    now: datetime,
    limit: int = CLAIM,
) -> Claim:
    """Take up to `limit` deliveries that are due; none if cause or channel may not send now.

    On PostgreSQL rows that another worker is taking are skipped, on SQLite the transaction holds
    the write lock (`storage.engine.writing`).
    """
    cause = session.execute(
        select(CauseRow.kind, CauseRow.state, CauseRow.expires_at, CauseRow.stopped_channel).where(
            CauseRow.id == cause_id
        )
    ).one_or_none()
    is_open = (
        cause is not None and cause.state == CauseState.OPEN and cause.stopped_channel != channel
    )
    due = _due(session, cause_id, channel, limit, now) if is_open else []
    if due:
        _lease(session, [each.id for each in due], token, now)
    return Claim(
        token=token,
        cause_id=cause_id,
        kind=CauseKind(cause.kind) if cause else CauseKind.ALERT,
        channel=channel,
        expires_at=cause.expires_at if cause else now,
        deliveries={each.id: each for each in due},
        texts=_texts(session, cause_id, channel) if due else {},
    )


def begin_sending(
    session: Session, sealer: Sealer, claim: Claim, ids: Sequence[UUID], *, now: datetime
) -> list[Outgoing]:
    """Mark deliveries of a claim as being sent; return the messages of those that still may be.

    Commit before sending. The others end as suppressed, expired or recalled, or wait again if the
    cause is paused; what is under this claim no more is left alone.
    """
    given = {"ids": list(ids), "token": claim.token, "now": now, "lease": now + LEASE}
    won = set(session.connection().execute(_BEGIN, given).scalars())
    if len(won) < len(ids):
        _settle(session, claim, [each for each in ids if each not in won], now)
    return _messages(sealer, claim, [each for each in ids if each in won])


def release(session: Session, *, token: UUID, ids: Sequence[UUID], now: datetime) -> None:
    """Give back claimed deliveries that were not sent."""
    session.connection().execute(_GIVE_BACK, {"ids": list(ids), "token": token, "now": now})


def _due(
    session: Session, cause_id: UUID, channel: Channel, limit: int, now: datetime
) -> list[Claimed]:
    """Lock deliveries that are due, and end those whose contact is gone."""
    rows = session.execute(
        select(
            DeliveryRow.id,
            DeliveryRow.contact_id,
            ContactRow.sealed_address,
            DeliveryRow.text_key,
            DeliveryRow.segments,
        )
        .outerjoin(ContactRow, ContactRow.id == DeliveryRow.contact_id)
        .where(
            DeliveryRow.cause_id == cause_id,
            DeliveryRow.channel == channel,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.next_at <= now,
        )
        .order_by(DeliveryRow.next_at)
        .limit(limit)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    ).all()
    _forget(session, [row.id for row in rows if row.sealed_address is None])
    return [
        Claimed(
            id=row.id,
            contact_id=row.contact_id,
            sealed_address=row.sealed_address,
            text_key=row.text_key,
            segments=row.segments,
        )
        for row in rows
        if row.sealed_address is not None
    ]


def _forget(session: Session, ids: Sequence[UUID]) -> None:
    """Delete deliveries whose contact was removed while the cause was being expanded to it."""
    if ids:
        session.execute(
            delete(DeliveryRow)
            .where(DeliveryRow.id.in_(ids))
            .execution_options(synchronize_session=False)
        )


def _lease(session: Session, ids: Sequence[UUID], token: UUID, now: datetime) -> None:
    """Put deliveries under a claim."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids))
        .values(
            state=DeliveryState.CLAIMED,
            claim_token=token,
            lease_until=now + LEASE,
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )


def _texts(session: Session, cause_id: UUID, channel: Channel) -> dict[str, SealedText]:
    rows = session.execute(
        select(
            CauseTextRow.text_key,
            CauseTextRow.id,
            CauseTextRow.sealed_subject,
            CauseTextRow.sealed_body,
        ).where(CauseTextRow.cause_id == cause_id, CauseTextRow.channel == channel)
    )
    return {
        row.text_key: SealedText(id=row.id, subject=row.sealed_subject, body=row.sealed_body)
        for row in rows
    }


def _messages(sealer: Sealer, claim: Claim, ids: Sequence[UUID]) -> list[Outgoing]:
    deliveries = [claim.deliveries[each] for each in ids]
    opened = {
        key: (
            sealer.text(text.subject, row=text.id, **SUBJECT),
            sealer.text(text.body, row=text.id, **BODY),
        )
        for key, text in claim.texts.items()
        if any(each.text_key == key for each in deliveries)
    }
    return [
        Outgoing(
            delivery_id=each.id,
            channel=claim.channel,
            address=open_address(sealer, each.sealed_address, each.contact_id),
            subject=opened[each.text_key][0],
            body=opened[each.text_key][1],
            segments=each.segments,
            expires_at=claim.expires_at,
            **mail_tokens(sealer, claim.channel, claim.kind, each.id, each.contact_id),
        )
        for each in deliveries
    ]


def _settle(session: Session, claim: Claim, ids: Sequence[UUID], now: datetime) -> None:
    """Say of claimed deliveries that may not be sent what became of them."""
    ours = {"ids": list(ids), "token": claim.token, "now": now}
    connection = session.connection()
    connection.execute(_SUPPRESS, ours | {"new_state": DeliveryState.SUPPRESSED.value})
    cause = session.execute(
        select(CauseRow.state, CauseRow.expires_at, CauseRow.stopped_channel).where(
            CauseRow.id == claim.cause_id
        )
    ).one_or_none()
    if cause is None:
        return
    if cause.state == CauseState.RECALLED:
        connection.execute(_END, ours | {"new_state": DeliveryState.RECALLED.value})
    elif cause.expires_at <= now:
        connection.execute(_END, ours | {"new_state": DeliveryState.EXPIRED.value})
    elif cause.stopped_channel == claim.channel:
        connection.execute(_FILTER, ours | {"new_state": DeliveryState.FAILED.value})
    elif cause.state in (CauseState.PAUSED, CauseState.HELD):
        connection.execute(_GIVE_BACK, ours)
