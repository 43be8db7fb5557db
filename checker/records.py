"""The rows of the checker; private to the room. No identifier is ever in plain here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class LedgerRow(Base):
    """One identifier of one report, published or not; equal tags link reports.

    `kept_element` is the same as `sealed_element`, but the service itself opens it: a warning ends,
    or is joined by another, when nobody is there who could open the report. The columns that begin
    with `next` take the others' place when a rotation is switched to.
    """

    __tablename__ = "register_ledger"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    sealed_element: Mapped[Sealed] = mapped_column(SealedBytes)
    kept_element: Mapped[Sealed | None] = mapped_column(SealedBytes)
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    next_sealed_element: Mapped[Sealed | None] = mapped_column(SealedBytes)
    next_kept_element: Mapped[Sealed | None] = mapped_column(SealedBytes)


class EntryRow(Base):
    """One published entry, encrypted under its identifier's key; no entry: taken off again."""

    __tablename__ = "register_entry"
    __table_args__ = (Index("ix_register_entry_synced", "epoch", "synced_at"),)

    epoch: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    entry: Mapped[bytes | None] = mapped_column(LargeBinary(204))
    updated_at: Mapped[datetime] = mapped_column(Moment)
    synced_at: Mapped[datetime | None] = mapped_column(Moment)


class StateRow(Base):
    """What the register in Redis must be like; one row, also the lock of those who write it."""

    __tablename__ = "register_state"
    __table_args__ = (CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    epoch: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    next_public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    bucket_bits: Mapped[int]
    pad: Mapped[int]
    generation: Mapped[int]
    rebuilt_at: Mapped[datetime | None] = mapped_column(Moment)


class BudgetRow(Base):
    """A member's use of the check, or of the register's buckets.

    Times are milliseconds since 1970, for sums inside SQL.
    `burst_until` is when the burst is whole again: a check moves it on by one refill for each
    identifier, and is refused when that would put it further ahead than a whole burst.
    """

    __tablename__ = "check_budget"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    spending: Mapped[str] = mapped_column(String(8), primary_key=True)
    burst_until: Mapped[int] = mapped_column(BigInteger)
    day_began: Mapped[int] = mapped_column(BigInteger, index=True)
    day_used: Mapped[int]


class WatchRow(Base):
    """A member's wish to be told if something is reported: a keyed hash of its token, no more."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("account_id", "token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class AlarmRow(Base):
    """An alarm of the register that the operator was told of."""

    __tablename__ = "register_alarm"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(Moment)
