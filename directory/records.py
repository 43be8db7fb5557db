"""The rows of the directory; private to the room."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


def _plain(length: int) -> TypeEngine[str]:
    """Return text that is compared by code point, so that what begins alike stands together."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class ListingRow(Base):
    """A listing. What searches ask for stands in its marks as well."""

    __tablename__ = "listing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    shown: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(String(120))
    order_key: Mapped[str] = mapped_column(_plain(160), unique=True)  # the name, then the id
    kinds: Mapped[list[str]] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(String(600))
    phones: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    email: Mapped[str] = mapped_column(String(254))
    web: Mapped[str] = mapped_column(String(300))
    hours: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(6))
    areas: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    groups: Mapped[list[str]] = mapped_column(JSON)
    cost: Mapped[str] = mapped_column(String(16))
    works_with: Mapped[str] = mapped_column(String(2_000))
    involvement: Mapped[str] = mapped_column(String(2_000))
    priorities: Mapped[str] = mapped_column(String(2_000))
    challenges: Mapped[str] = mapped_column(String(2_000))
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date] = mapped_column(index=True)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    laid_out_until: Mapped[datetime | None] = mapped_column(Moment, index=True)


class ListingMarkRow(Base):
    """What a listing that is shown can be found by: `kind:legal`, `area:GB-MET`, `word:night`.

    The order of listings stands beside each mark, so that a page of them is read off the index.
    """

    __tablename__ = "listing_mark"
    __table_args__ = (Index("ix_listing_mark_listing_id_mark", "listing_id", "mark"),)

    mark: Mapped[str] = mapped_column(_plain(80), primary_key=True)
    order_key: Mapped[str] = mapped_column(_plain(160), primary_key=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))


class ListingOpeningRow(Base):
    """From when until when a listing answers, for the next days."""

    __tablename__ = "listing_opening"

    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True
    )
    begins_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class PublicationRow(Base):
    """Something that was published, and where it is read."""

    __tablename__ = "publication"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shown: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16), index=True)
    topic: Mapped[str] = mapped_column(String(16), index=True)
    year: Mapped[int] = mapped_column(index=True)
    summary: Mapped[str] = mapped_column(String(600))
    link: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(35))


class SuggestionRow(Base):
    """What somebody wrote about a listing or one that is missing, sealed under a key of its own."""

    __tablename__ = "listing_suggestion"
    __table_args__ = (
        CheckConstraint("(decided_at is null) = (decided_by is null)", "decided"),
        CheckConstraint("(decided_at is null) = (taken is null)", "taken"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listing_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    taken: Mapped[bool | None]
    sealed_words: Mapped[Sealed] = mapped_column(SealedBytes)
