"""The keys of records: wrapped to their holders, opened by one, given to another, shredded.

What holders hold is theirs alone: this program has the public parts, and a private part only while
somebody who has it asks for a page or types a passphrase.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from nacl.public import PrivateKey, PublicKey
from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.dialects import insert_or_ignore
from storage.envelopes import DataKey, unwrap, wrap
from storage.records import RecordKeyRow
from storage.sealing import Sealed

RECOVERY = UUID(int=1)  # the offline key
BY_CODE = UUID(int=2)  # whoever holds the report's receipt code
BY_ACCOUNT = UUID(int=3)  # the account that wrote it, which no row names
TABLE = RecordKeyRow.__tablename__
PLACE = {"table": "record_key", "column": "wrapped"}

Holders = Mapping[UUID, PublicKey]


class NotOpenedYet(Exception):
    """The record's key is not wrapped to this holder: somebody who can read it has to open it."""


class NoRecoveryKey(Exception):
    """No record is written that the offline recovery key could not open."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A holder who is here, with the private key that opens what is wrapped to them."""

    holder_id: UUID
    private: PrivateKey = field(repr=False)


def keep_key(session: Session, key: DataKey, *, record_id: UUID, holders: Holders) -> None:
    """Wrap the key of a new record to all its holders; raises NoRecoveryKey."""
    if RECOVERY not in holders:
        raise NoRecoveryKey
    keep_wrapped(session, key, record_id=record_id, holders=holders)


def keep_wrapped(
    session: Session, key: DataKey, *, record_id: UUID, holders: Holders, narrow: bool = False
) -> None:
    """Wrap the key of a record to further holders; see `narrow` for what is narrow."""
    session.add_all(
        RecordKeyRow(
            record_id=record_id,
            holder_id=each,
            narrow=narrow,
            wrapped=wrap(key, record_id, public),
        )
        for each, public in holders.items()
    )


def narrow(session: Session, record_ids: Collection[UUID], *, to: Collection[UUID]) -> None:
    """Leave records to these holders alone, beside the recovery key and whoever wrote them.

    From now on `give` hands them on only if it is told to.
    """
    stay = (*to, RECOVERY, BY_CODE, BY_ACCOUNT)
    of_records = RecordKeyRow.record_id.in_(record_ids)
    session.execute(delete(RecordKeyRow).where(of_records, RecordKeyRow.holder_id.not_in(stay)))
    session.execute(update(RecordKeyRow).where(of_records).values(narrow=True))


def held_by(session: Session, record_ids: Collection[UUID], *, holder_id: UUID) -> set[UUID]:
    """Return which of these records a holder opens."""
    return set(_wraps(session, record_ids, holder_id))


def drop_wraps(session: Session, record_ids: Collection[UUID], *, holder_id: UUID) -> None:
    """Take records from one holder."""
    session.execute(
        delete(RecordKeyRow).where(
            RecordKeyRow.record_id.in_(record_ids), RecordKeyRow.holder_id == holder_id
        )
    )


def keep_under(
    session: Session, key: DataKey, *, record_id: UUID, holder_id: UUID, secret: DataKey
) -> None:
    """Keep the key of a record under what a holder knows instead of a key pair."""
    wrapped = secret.seal(key.octets, row=record_id, **PLACE)
    session.add(RecordKeyRow(record_id=record_id, holder_id=holder_id, wrapped=wrapped))


def is_kept(
    record_id: ColumnElement[UUID] | InstrumentedAttribute[UUID | None],
) -> ColumnElement[bool]:
    """Return the condition that somebody can still open a record."""
    return exists().where(RecordKeyRow.record_id == record_id)


def open_key(session: Session, reader: Reader, record_id: UUID) -> DataKey:
    """Return the key of a record; raises NotOpenedYet, CannotOpen."""
    try:
        return open_keys(session, reader, [record_id])[record_id]
    except KeyError:
        raise NotOpenedYet from None


def open_keys(
    session: Session, reader: Reader, record_ids: Collection[UUID]
) -> dict[UUID, DataKey]:
    """Return the keys of those of these records that the reader holds; raises CannotOpen."""
    wraps = _wraps(session, record_ids, reader.holder_id)
    return {each: unwrap(wrapped, each, reader.private) for each, wrapped in wraps.items()}


def open_under(
    session: Session, secret: DataKey, record_ids: Collection[UUID], *, holder_id: UUID
) -> dict[UUID, DataKey]:
    """Return the keys that were kept under what a holder knows; raises CannotOpen."""
    wraps = _wraps(session, record_ids, holder_id)
    return {
        each: DataKey(secret.unseal(wrapped, row=each, **PLACE)) for each, wrapped in wraps.items()
    }


def shred(session: Session, record_ids: Collection[UUID]) -> None:
    """Delete every wrap of these records: nobody opens them again."""
    session.execute(delete(RecordKeyRow).where(RecordKeyRow.record_id.in_(record_ids)))


def drop_strangers(session: Session, records: Select[UUID]) -> int:
    """Delete the keys of records that are not there; return how many wraps.

    `records` has the ids of all records.
    """
    dropped = delete(RecordKeyRow).where(RecordKeyRow.record_id.not_in(records))
    return len(session.scalars(dropped.returning(RecordKeyRow.record_id)).all())


def drop_holder(session: Session, holder_id: UUID) -> int:
    """Delete all that is wrapped to a holder; return how many records they could open."""
    dropped = delete(RecordKeyRow).where(RecordKeyRow.holder_id == holder_id)
    return len(session.scalars(dropped.returning(RecordKeyRow.record_id)).all())


def give(
    session: Session,
    giver: Reader,
    *,
    to: UUID,
    public: PublicKey,
    most: int,
    with_narrow: bool = False,
) -> int:
    """Wrap some of what the giver opens to somebody who does not open it yet; return how many.

    Call it again, in further transactions, until it returns 0; a wrap that was made meanwhile
    stays as it is.
    """
    rows = session.execute(
        select(RecordKeyRow.record_id, RecordKeyRow.narrow, RecordKeyRow.wrapped)
        .where(*_missing(giver.holder_id, to, with_narrow=with_narrow))
        .order_by(RecordKeyRow.record_id)
        .limit(most)
    ).all()
    if not rows:
        return 0
    wraps = [
        {
            "record_id": record_id,
            "holder_id": to,
            "narrow": is_narrow,
            "wrapped": wrap(unwrap(wrapped, record_id, giver.private), record_id, public),
        }
        for record_id, is_narrow, wrapped in rows
    ]
    session.execute(insert_or_ignore(session, RecordKeyRow), wraps)
    return len(rows)


def missing(session: Session, *, giver: UUID, to: UUID, with_narrow: bool = False) -> int:
    """Return how many records one holder opens and another does not."""
    which = _missing(giver, to, with_narrow=with_narrow)
    return session.scalar(select(func.count()).select_from(RecordKeyRow).where(*which)) or 0


def held(session: Session) -> dict[UUID, int]:
    """Return how many records each holder can open, of those that are for all caseworkers."""
    rows = (
        select(RecordKeyRow.holder_id, func.count())
        .where(RecordKeyRow.narrow.is_(False))
        .group_by(RecordKeyRow.holder_id)
    )
    return dict(session.execute(rows).all())


def without_recovery(session: Session) -> int:
    """Return how many records the recovery key does not open: none, or something is wrong."""
    kept = aliased(RecordKeyRow)
    saved = select(kept.record_id).where(
        kept.record_id == RecordKeyRow.record_id, kept.holder_id == RECOVERY
    )
    lost = select(func.count(RecordKeyRow.record_id.distinct())).where(~saved.exists())
    return session.scalar(lost) or 0


def count_records(session: Session, records: Select[UUID]) -> tuple[int, int]:
    """Return how many records have a key, and how many are shredded: none opens them.

    `records` has the ids of all records.
    """
    every = records.subquery()
    keyed = select(RecordKeyRow.record_id).where(RecordKeyRow.record_id == every.c.id).exists()
    kept = session.scalar(select(func.count()).select_from(every).where(keyed)) or 0
    total = session.scalar(select(func.count()).select_from(every)) or 0
    return kept, total - kept


def _wraps(session: Session, record_ids: Collection[UUID], holder_id: UUID) -> dict[UUID, Sealed]:
    rows = session.execute(
        select(RecordKeyRow.record_id, RecordKeyRow.wrapped).where(
            RecordKeyRow.record_id.in_(record_ids), RecordKeyRow.holder_id == holder_id
        )
    )
    return dict(rows.all())


def _missing(giver: UUID, to: UUID, *, with_narrow: bool) -> tuple[ColumnElement[bool], ...]:
    theirs = aliased(RecordKeyRow)
    opens = select(theirs.record_id).where(
        theirs.record_id == RecordKeyRow.record_id, theirs.holder_id == to
    )
    which = (RecordKeyRow.holder_id == giver, ~opens.exists())
    return which if with_narrow else (*which, RecordKeyRow.narrow.is_(False))
