"""The rows of messages; private to the room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class ContactRow(Base):
    """A way to reach somebody: the address is sealed, its fingerprint finds equals."""

    __tablename__ = "contact"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    sealed_address: Mapped[Sealed] = mapped_column(SealedBytes)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    bad_since: Mapped[datetime | None] = mapped_column(Moment)
    told_bad_at: Mapped[datetime | None] = mapped_column(Moment)  # its owner, by another contact
    leaves_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # given up by its owner


class SuppressionRow(Base):
    """An address that must not be written to on a channel, whoever it belongs to."""

    __tablename__ = "suppression"

    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(Moment)


class HeardRow(Base):
    """The provider's name of a STOP or START that was heeded, fingerprinted: once is enough."""

    __tablename__ = "heard"

    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class CauseRow(Base):
    """What deliveries come from."""

    __tablename__ = "cause"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    stopped_channel: Mapped[str | None] = mapped_column(String(8))  # providers filter its texts
    told_late_at: Mapped[datetime | None] = mapped_column(Moment)  # the operator, once
    copies_listed_at: Mapped[datetime | None] = mapped_column(Moment)  # of its texts, last


class CauseTextRow(Base):
    """The rendered text of a cause for one channel and text key (language and cover)."""

    __tablename__ = "cause_text"
    __table_args__ = (UniqueConstraint("cause_id", "channel", "text_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cause_id: Mapped[UUID] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(8))
    text_key: Mapped[str] = mapped_column(String(32))
    sealed_subject: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_body: Mapped[Sealed] = mapped_column(SealedBytes)
    segments: Mapped[int]


class DeliveryRow(Base):
    """One message to one contact by one channel for one cause: once.

    The contact leads the unique index so that it also serves the removal of a contact; only rows
    under a lease are in the index of leases, and so on, so a large expansion does not pay for it.
    Nor does it pay for a foreign key to the contact (docs/decisions/0019): who removes a contact
    removes its deliveries, and a claim ends those of a contact that is gone.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("contact_id", "cause_id", "channel"),
        Index("ix_delivery_due", "cause_id", "channel", "state", "next_at"),
        Index(
            "ix_delivery_lease",
            "lease_until",
            postgresql_where=text("lease_until IS NOT NULL"),
            sqlite_where=text("lease_until IS NOT NULL"),
        ),
        Index(
            "ix_delivery_look",
            "look_at",
            postgresql_where=text("look_at IS NOT NULL"),
            sqlite_where=text("look_at IS NOT NULL"),
        ),
        Index(
            "ix_delivery_left",
            "cause_id",
            "left_at",
            postgresql_where=text("left_at IS NOT NULL"),
            sqlite_where=text("left_at IS NOT NULL"),
        ),
        Index(
            "ix_delivery_mail_owed",
            "cause_id",
            postgresql_where=text("mail_owed"),
            sqlite_where=text("mail_owed"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cause_id: Mapped[UUID] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"))
    contact_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(8))
    text_key: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment)
    claim_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    provider_id: Mapped[str | None] = mapped_column(String(64))
    segments: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(64), default="")
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    looks: Mapped[int] = mapped_column(server_default="0")  # at the provider's list, if unknown
    look_at: Mapped[datetime | None] = mapped_column(Moment)  # when the next one is due
    resent: Mapped[bool] = mapped_column(server_default=false())  # possibly a duplicate
    former_id: Mapped[str | None] = mapped_column(String(64))  # provider's, of an earlier attempt
    mail_owed: Mapped[bool] = mapped_column(server_default=false())  # the person is to get a mail


class DeliveryCountRow(Base):
    """What is left of deliveries that were removed: how many of a cause came to what."""

    __tablename__ = "delivery_count"

    cause_id: Mapped[UUID] = mapped_column(
        ForeignKey("cause.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    first_left_at: Mapped[datetime | None] = mapped_column(Moment)
    last_left_at: Mapped[datetime | None] = mapped_column(Moment)
    last_change_at: Mapped[datetime] = mapped_column(Moment)
    looked_for: Mapped[int]
    resent: Mapped[int]


class ProviderCopyRow(Base):
    """A text message that its provider still keeps and is to wipe; it outlives its delivery."""

    __tablename__ = "provider_copy"

    provider_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    delivery_id: Mapped[UUID]
    listed_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment, index=True)
