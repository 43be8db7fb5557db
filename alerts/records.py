"""The rows of alerts; private to the room."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment


class AlertRow(Base):
    """A warning that was sent to an audience, with what was estimated when it was decided."""

    __tablename__ = "alert"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), index=True)
    warning_id: Mapped[UUID] = mapped_column(ForeignKey("warning.id"), index=True)
    cause_id: Mapped[UUID] = mapped_column(ForeignKey("cause.id"), unique=True)
    severity: Mapped[str] = mapped_column(String(16))
    published_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime] = mapped_column(Moment, index=True)
    leaves_from: Mapped[datetime] = mapped_column(Moment)
    sms_recipients: Mapped[int]
    email_recipients: Mapped[int]
    segments: Mapped[int]
    cost: Mapped[float]
    currency: Mapped[str] = mapped_column(String(3))
    sms_seconds: Mapped[int]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("alert.id"), index=True)


class DigestRow(Base):
    """One day's digest of one contact: once, however often the schedule runs."""

    __tablename__ = "digest"

    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    period: Mapped[date] = mapped_column(primary_key=True)  # the local day on which it was due
    cause_id: Mapped[UUID] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"), index=True)
    counted_to: Mapped[datetime] = mapped_column(Moment)  # the next digest counts from there


class BulletinRow(Base):
    """A bulletin for an area, and which warnings it was made of."""

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    area: Mapped[str] = mapped_column(String(12), index=True)
    warnings: Mapped[str] = mapped_column(String(400))  # references, with spaces between
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
