"""The rows of storage itself: the audit, the runs of retention, the wrapped keys of records."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class AuditRow(Base):
    """One thing that somebody did; the mac holds everything in it and all that came before."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_by_id_act_at", "by_id", "act", "at"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    act: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[UUID | None]  # an account; none: the operator's commands, or the service itself
    on_id: Mapped[UUID | None] = mapped_column(index=True)  # what it was done to
    sealed_reason: Mapped[Sealed | None] = mapped_column(SealedBytes)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditMarkRow(Base):
    """An end of the chain: `head` is the last entry, `base` the last one that was retired."""

    __tablename__ = "audit_mark"

    name: Mapped[str] = mapped_column(String(4), primary_key=True)
    number: Mapped[int]
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class RetentionRunRow(Base):
    """A run of retention: every day one, ended when each of its rules is done or held."""

    __tablename__ = "retention_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)  # the operator, that a rule is held


class RetentionCountRow(Base):
    """What a run found and did for one rule; `ahead` is what it saw coming, day by day."""

    __tablename__ = "retention_count"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("retention_run.id", ondelete="CASCADE"), primary_key=True
    )
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    total: Mapped[int]
    due: Mapped[int]
    removed: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool]
    ahead: Mapped[str] = mapped_column(String(100))


class ClockRow(Base):
    """When the service last looked at its clock; one row."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class RecordKeyRow(Base):
    """The key of one record as one holder opens it; a record without such rows is shredded.

    A holder is an account, the offline recovery key, or the reporter (`storage.record_keys`). What
    is narrow goes to whom it was given by name, and to nobody with all the rest.
    """

    __tablename__ = "record_key"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    narrow: Mapped[bool] = mapped_column(default=False)
    wrapped: Mapped[Sealed] = mapped_column(SealedBytes)
