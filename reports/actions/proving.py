"""Showing that what a request is about is one's own: a code goes there, and comes back.

Nothing here looks at what is held: all of it happens for a number that nobody ever named.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checker.model import Identifier, IdentifierKind
from members import addresses
from members.actions import CODE_KEY, post_code
from members.digits import digits_in, new_digits
from members.model import CODE_LIFE, CODE_TRIES, CodeOutcome, CodeWording, Told
from members.refusals import ContactRefused, TooManyCodes
from messages import actions as messages
from messages.model import Channel, Text
from reports.actions.requesting import asked_of, by_code
from reports.records import RightsRequestCodeRow, RightsRequestProofRow, RightsRequestRow
from reports.refusals import NotInThisState
from reports.rights import CODES_FOR_ONE, CODES_OF_ONE, OwnProofs, Provable
from storage.base import new_id
from storage.dialects import insert_or_ignore
from storage.keys import Sealers
from storage.retention import Rule
from storage.sealing import Sealer

CHANNELS = {IdentifierKind.PHONE: Channel.SMS, IdentifierKind.EMAIL: Channel.EMAIL}
DAY = timedelta(days=1)
NO_REGION = "ZZ"  # a number of a request has its country code


def own_proofs(session: Session, sealers: Sealers, *, code: str, now: datetime) -> OwnProofs:
    """Return what the holder of a code can show to be theirs; raises NoSuchRequest."""
    row, key = by_code(session, sealers.reports, code)
    found = asked_of(key, row).identifiers
    proved = proved_of(session, row.id)
    sent = session.scalar(select(RightsRequestCodeRow.position).where(*_live(row.id, now)))
    return OwnProofs(
        provable=tuple(
            Provable(position=position, identifier=each, proved_at=proved.get(position))
            for position, each in enumerate(found)
            if _address(each)
        ),
        sent_to=None if sent is None else found[sent],
    )


def proved_of(session: Session, request_id: UUID) -> dict[int, datetime]:
    """Return when a code came back, by the position of the identifier in the request."""
    rows = session.execute(
        select(RightsRequestProofRow.position, RightsRequestProofRow.proved_at).where(
            RightsRequestProofRow.request_id == request_id
        )
    )
    return dict(rows.all())


def send_proof(
    session: Session,
    sealers: Sealers,
    *,
    code: str,
    position: int,
    wording: CodeWording,
    now: datetime,
) -> Told:
    """Send a code to one identifier of a request; return the cause, for which to wake a worker.

    One sent before for the request stops working. Raises NoSuchRequest, NotInThisState for what no
    code reaches and once the request is answered, and TooManyCodes.
    """
    row, key = by_code(session, sealers.reports, code)
    address = dict(enumerate(map(_address, asked_of(key, row).identifiers))).get(position)
    session.get(RightsRequestRow, row.id, with_for_update=True, populate_existing=True)
    if address is None or row.answered_at is not None:
        raise NotInThisState
    gone = delete(RightsRequestCodeRow).where(_counted_until(now))
    session.execute(gone.execution_options(synchronize_session=False))
    _require_few(session, row.id, now)
    session.execute(
        update(RightsRequestCodeRow)
        .where(*_live(row.id, now))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    digits = _keep(session, sealers.reports, row.id, position, address, now)
    return _send(session, sealers, address, wording, digits, now)


def type_proof(
    session: Session, sealers: Sealers, *, code: str, typed: str, now: datetime
) -> CodeOutcome:
    """Compare what was typed with the code sent; a match marks its identifier as shown.

    The try is counted first. A wrong code is an outcome, not an error, for it must be committed.
    Raises NoSuchRequest.
    """
    request, _key = by_code(session, sealers.reports, code)
    row = session.scalars(
        update(RightsRequestCodeRow)
        .where(*_live(request.id, now))
        .values(tries=RightsRequestCodeRow.tries + 1)
        .returning(RightsRequestCodeRow)
    ).first()
    if row is None:
        return CodeOutcome.OVER
    mark = _fingerprint(sealers.reports, row.id, digits_in(typed))
    if not hmac.compare_digest(mark, row.code_fingerprint):
        return CodeOutcome.WRONG if row.tries < CODE_TRIES else CodeOutcome.OVER
    row.ended_at = now
    proof = {"request_id": request.id, "position": row.position, "proved_at": now}
    session.execute(insert_or_ignore(session, RightsRequestProofRow), proof)
    return CodeOutcome.CONFIRMED


def retention_of_codes() -> Rule:
    """Return for how long codes are kept: while they count for what may be sent in a day."""

    def due(session: Session, at: datetime) -> int:
        return session.scalar(select(func.count()).where(_counted_until(at))) or 0

    def remove(session: Session, at: datetime, most: int) -> int:
        old = select(RightsRequestCodeRow.id).where(_counted_until(at))
        chosen = session.scalars(old.limit(most)).all()
        session.execute(delete(RightsRequestCodeRow).where(RightsRequestCodeRow.id.in_(chosen)))
        return len(chosen)

    return Rule(
        name="codes sent for requests",
        kept=DAY,
        total=lambda session: session.scalar(select(func.count(RightsRequestCodeRow.id))) or 0,
        due=due,
        remove=remove,
    )


def _address(identifier: Identifier) -> tuple[Channel, str] | None:
    """Return where a code for an identifier goes, or None if none reaches it."""
    channel = CHANNELS.get(identifier.kind)
    if channel is None:
        return None
    try:
        return channel, addresses.normalised(channel, identifier.value, region=NO_REGION)
    except ContactRefused:
        return None


def _live(request_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        RightsRequestCodeRow.request_id == request_id,
        RightsRequestCodeRow.ended_at.is_(None),
        RightsRequestCodeRow.created_at > now - CODE_LIFE,
        RightsRequestCodeRow.tries < CODE_TRIES,
    )


def _counted_until(now: datetime) -> ColumnElement[bool]:
    return RightsRequestCodeRow.created_at <= now - DAY


def _require_few(session: Session, request_id: UUID, now: datetime) -> None:
    """Refuse a request that had all its codes of a day; it is locked meanwhile."""
    sent, first = session.execute(
        select(func.count(), func.min(RightsRequestCodeRow.created_at)).where(
            RightsRequestCodeRow.request_id == request_id
        )
    ).one()
    if sent >= CODES_OF_ONE:
        raise TooManyCodes(first + DAY - now)


def _keep(
    session: Session,
    sealer: Sealer,
    request_id: UUID,
    position: int,
    address: tuple[Channel, str],
    now: datetime,
) -> str:
    """Keep a fresh code's fingerprint in a free slot of the address; return the code."""
    channel, where = address
    whose = sealer.fingerprint("proof address", f"{channel}|{where.casefold()}")
    kept = session.execute(
        select(RightsRequestCodeRow.slot, RightsRequestCodeRow.created_at).where(
            RightsRequestCodeRow.address_fingerprint == whose
        )
    ).all()
    free = {*range(1, CODES_FOR_ONE + 1)} - {slot for slot, _ in kept}
    if not free:
        raise TooManyCodes(min(at for _, at in kept) + DAY - now)
    digits, row_id = new_digits(), new_id()
    row = RightsRequestCodeRow(
        id=row_id,
        request_id=request_id,
        position=position,
        address_fingerprint=whose,
        slot=min(free),
        code_fingerprint=_fingerprint(sealer, row_id, digits),
        created_at=now,
        tries=0,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two at once: this one is asked for once more
        raise TooManyCodes(timedelta(seconds=1)) from None
    return digits


def _send(
    session: Session,
    sealers: Sealers,
    address: tuple[Channel, str],
    wording: CodeWording,
    digits: str,
    now: datetime,
) -> Told:
    channel, where = address
    contact_id = messages.add_contact(
        session, sealers.contacts, channel=channel, address=where, now=now
    )
    messages.part_with_contact(session, contact_id=contact_id, now=now)
    text = Text(channel=channel, text_key=CODE_KEY, subject=wording.subject, body=wording.body)
    cause_id = post_code(
        session, sealers, contact_id=contact_id, wording=text, code=digits, now=now
    )
    return Told(cause_id=cause_id, channels=(channel,))


def _fingerprint(sealer: Sealer, row_id: UUID, digits: str) -> bytes:
    return sealer.fingerprint("proof code", f"{row_id}|{digits}")
