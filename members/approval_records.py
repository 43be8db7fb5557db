"""The rows of what takes two people: who asked, who granted, and the roles that came of it.

Private to the room.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class ApprovalRow(Base):
    """What one person asked for and another granted or refused; the database refuses one for both.

    The operator at the machine has no account, and asks as nobody.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("granted_by <> asked_by", "two_people"),
        CheckConstraint("granted_by <> subject_id", "not_oneself"),
        CheckConstraint("granted_by is null or refused_by is null", "one_answer"),
        CheckConstraint(
            "(granted_by is null and refused_by is null) = (decided_at is null)", "decided"
        ),
        CheckConstraint("used_at is null or granted_by is not null", "used"),
        CheckConstraint("(kind = 'role') = (role is not null)", "role"),
        CheckConstraint(
            "kind not in ('unpublish', 'emergency') or asked_by is not null", "by_somebody"
        ),
        CheckConstraint(
            "reviewed_by is null or (granted_by is not null and reviewed_by <> asked_by"
            " and reviewed_by <> granted_by and reviewed_by <> subject_id)",
            "third_person",
        ),
        CheckConstraint("(reviewed_by is null) = (reviewed_at is null)", "reviewed"),
        UniqueConstraint("id", "subject_id", "granted_by"),  # what was granted points here
        UniqueConstraint("id", "subject_id", "role", "granted_by"),
        Index(
            "ix_approval_waiting",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
            sqlite_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID]
    role: Mapped[str | None] = mapped_column(String(16))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    sealed_reason: Mapped[Sealed] = mapped_column(SealedBytes)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    refused_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_findings: Mapped[Sealed | None] = mapped_column(SealedBytes)
    told_at: Mapped[datetime | None] = mapped_column(Moment)  # the operator, that it was opened
    told_overdue_at: Mapped[datetime | None] = mapped_column(Moment)


class RoleGrantRow(Base):
    """A role of staff that an account was given: by two people, or by an operator who founds."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["approval_id", "account_id", "role", "granted_by"],
            ["approval.id", "approval.subject_id", "approval.role", "approval.granted_by"],
        ),
        CheckConstraint(
            "founded or (approval_id is not null and granted_by is not null)", "two_people"
        ),
        UniqueConstraint("id", "account_id", "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]  # which points here
    role: Mapped[str] = mapped_column(String(16))
    founded: Mapped[bool]
    approval_id: Mapped[UUID | None]
    granted_by: Mapped[UUID | None]
    given_at: Mapped[datetime] = mapped_column(Moment)
