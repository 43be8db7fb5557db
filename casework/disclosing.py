"""What leaves: exports that two people let out, and what was passed on of a case; no I/O."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from casework.intelligence import Fields
from reports.model import Consent

MOST_REPORTS = 20  # each is opened by whoever prepares it
LONGEST_RECIPIENT = 120
WORDS_KEPT = timedelta(days=90)  # to take the files again; the ledger keeps each row for longer


class NoSuchExport(Exception):
    """There is no export with this id."""


class NothingChosen(Exception):
    """An export without a report, or with more than somebody can look at."""


class NotAgreed(Exception):
    """Reports among those chosen may not be passed on: their consent does not stand."""

    def __init__(self, report_ids: Collection[UUID]) -> None:
        """Keep which."""
        super().__init__()
        self.report_ids = frozenset(report_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One report in an export, and all that leaves of it."""

    report_id: UUID
    fields: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export as the desk lists it; `taken_back` counts consents that do not stand any more."""

    id: UUID
    reference: str
    consent: Consent
    recipient: str
    made_by: UUID
    made_at: datetime
    released_by: UUID | None
    released_at: datetime | None
    dropped_at: datetime | None
    taken_back: int = 0
    has_words: bool = True  # until it is dropped, or kept for long enough

    @property
    def waits(self) -> bool:
        """Whether a second person has still to look."""
        return self.released_at is None and self.dropped_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedExport:
    """An export word for word; `digest` says which words somebody saw before they released it."""

    export: Export
    rows: tuple[Leaving, ...]
    digest: str
    taken_back: frozenset[UUID]  # reports whose consent does not stand

    @property
    def standing(self) -> tuple[Leaving, ...]:
        """Return the rows whose reporter still agrees: nothing else is handed out again."""
        return tuple(row for row in self.rows if row.report_id not in self.taken_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """A line of the ledger: what left, to whom, when, under which consent.

    `words` are pairs of label and text, or None where they do not open to whoever reads.
    """

    id: UUID
    at: datetime
    recipient: str
    consent: str
    words: tuple[tuple[str, str], ...] | None = field(repr=False)

    @property
    def text(self) -> str:
        """Return the words alone, without what labels them."""
        return "\n".join(said for _label, said in self.words or () if said)
