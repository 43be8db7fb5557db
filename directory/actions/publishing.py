"""Publications: written, hidden and shown by staff; listed by topic, year and kind for anybody."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.model import (
    NoSuchPublication,
    Publication,
    PublicationDraft,
    PublicationKind,
    Topic,
)
from directory.records import PublicationRow

SHIPPED = Path(__file__).parents[1] / "listings" / "publications.csv"
NO_YEAR = 0  # not said anywhere: such a publication stands last


def write_publication(
    session: Session, draft: PublicationDraft, *, publication_id: UUID | None = None
) -> UUID:
    """Add a publication, or write another anew; return its id, or raise NoSuchPublication."""
    row = _row(session, publication_id) if publication_id else PublicationRow(id=uuid4())
    row.title = draft.title
    row.kind, row.topic = draft.kind, draft.topic
    row.year = draft.year
    row.summary, row.link, row.language = draft.summary, draft.link, draft.language
    session.add(row)
    session.flush()
    return row.id


def hide_publication(session: Session, publication_id: UUID) -> None:
    """Show a publication to staff alone; raises NoSuchPublication."""
    _row(session, publication_id).shown = False


def show_publication(session: Session, publication_id: UUID) -> None:
    """Show a publication to everybody again; raises NoSuchPublication."""
    _row(session, publication_id).shown = True


def publication(session: Session, publication_id: UUID) -> Publication:
    """Return a publication, shown or hidden; raises NoSuchPublication."""
    return _publication(_row(session, publication_id))


def list_publications(
    session: Session,
    *,
    topic: Topic | None = None,
    year: int | None = None,
    kind: PublicationKind | None = None,
    hidden: bool = False,
) -> tuple[Publication, ...]:
    """Return what is shown and fits, the newest first; with `hidden`, what is not shown too."""
    wanted = select(PublicationRow).order_by(
        PublicationRow.year.desc(), PublicationRow.title, PublicationRow.id
    )
    if not hidden:
        wanted = wanted.where(PublicationRow.shown)
    if topic is not None:
        wanted = wanted.where(PublicationRow.topic == topic)
    if year is not None:
        wanted = wanted.where(PublicationRow.year == year)
    if kind is not None:
        wanted = wanted.where(PublicationRow.kind == kind)
    return tuple(map(_publication, session.scalars(wanted)))


def years(session: Session) -> tuple[int, ...]:
    """Return the years in which something that is shown came out, the newest first."""
    found = (
        select(PublicationRow.year)
        .where(PublicationRow.shown, PublicationRow.year != NO_YEAR)
        .distinct()
        .order_by(PublicationRow.year.desc())
    )
    return tuple(session.scalars(found))


def shipped_publications() -> Iterator[PublicationDraft]:
    """Yield what is shipped with the service."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield PublicationDraft(
                title=row["title"],
                kind=PublicationKind(row["kind"]),
                topic=Topic(row["topic"]),
                year=int(row["year"] or NO_YEAR),
                summary=f"{row['summary']} {row['source']}",
                link=row["link"],
                language=row["language"],
            )


def add_publications(session: Session, drafts: Iterable[PublicationDraft]) -> int:
    """Add publications; return how many."""
    return len([write_publication(session, draft) for draft in drafts])


def _row(session: Session, publication_id: UUID) -> PublicationRow:
    row = session.get(PublicationRow, publication_id)
    if row is None:
        raise NoSuchPublication
    return row


def _publication(row: PublicationRow) -> Publication:
    return Publication(
        id=row.id,
        shown=row.shown,
        title=row.title,
        kind=PublicationKind(row.kind),
        topic=Topic(row.topic),
        year=row.year,
        summary=row.summary,
        link=row.link,
        language=row.language,
    )
