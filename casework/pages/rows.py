"""Cases as lines of a table: all of a line's words, ready, for a page that has many lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from uuid import UUID

from babel import Locale
from babel.dates import format_date, format_datetime
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from casework.model import CaseCard, CaseKind
from casework.pages import words as wording

REMEMBERED = 4_096  # moments: the same cases are listed again and again

Badge = tuple[str, str]  # words and a tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case in a table."""

    address: str
    reference: str
    due: str
    badges: tuple[Badge, ...]
    what: str
    stands: str
    holder: str
    asked: str
    closed: str
    ended: str
    language: str


def rows_of(
    cards: Iterable[CaseCard], *, names: Mapping[UUID, str], own: UUID, at: str, now: datetime
) -> Sequence[Row]:
    """Return the lines of cases; `at` is the address of their list, `own` is who looks."""
    locale, zone = get_locale() or Locale("en"), get_timezone()
    sources = {each: _(words) for each, words in wording.SOURCES.items()}
    states = {each: _(words) for each, words in wording.STATES.items()}
    professional = _(wording.KINDS[CaseKind.PROFESSIONAL])
    nobody, none = _("nobody yet"), _("nothing due")
    overdue, wrote, yours = _("overdue"), _("they wrote"), _("yours")
    return [
        Row(
            address=f"{at}/{card.id}",
            reference=card.reference,
            due=_moment(card.due_at, locale, zone) if card.due_at else none,
            badges=tuple(
                each
                for each, shown in (
                    ((overdue, "clay"), card.due_at is not None and card.due_at <= now),
                    ((wrote, "plum"), card.unanswered),
                    ((yours, ""), card.assignee_id == own),
                )
                if shown
            ),
            what=sources[card.source]
            if card.kind is CaseKind.SUPPORT
            else f"{sources[card.source]} · {professional}",
            stands=states[card.state],
            holder=names.get(card.assignee_id, "") if card.assignee_id else nobody,
            asked=_day(card.opened_at, locale, zone),
            closed=_day(card.closed_at, locale, zone) if card.closed_at else "",
            ended=_(wording.OUTCOMES[card.outcome]) if card.outcome else "",
            language=card.language,
        )
        for card in cards
    ]


@lru_cache(REMEMBERED)
def _moment(at: datetime, locale: Locale, zone: tzinfo) -> str:
    return format_datetime(at, "short", tzinfo=zone, locale=locale)


@lru_cache(REMEMBERED)
def _day(at: datetime, locale: Locale, zone: tzinfo) -> str:
    return format_date(at.astimezone(zone), "medium", locale=locale)
