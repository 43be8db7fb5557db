"""Counts of harm by professionals: the only thing of it that leaves, and only as it may."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.professional import HarmByProfessional, Sector, shown_count
from casework.records import CaseRow, ProfessionalHarmRow

PART = 1_000  # rows read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfHarm:
    """The forms of one year as they may be shown: None where there are fewer than 10.

    There is no total: from one, a sector that is not shown could be worked out.
    """

    year: int
    sectors: Mapping[Sector, int | None]
    kinds: Mapping[HarmByProfessional, int | None]


def count_harm(session: Session, *, zone: str) -> Sequence[YearOfHarm]:
    """Return the counts by year, the newest first; years are those of a time zone (IANA name).

    Every case counts, also those that whoever asks may not open: no count points to one.
    """
    place = ZoneInfo(zone)
    sectors: dict[int, Counter[str]] = {}
    kinds: dict[int, Counter[str]] = {}
    rows = session.execute(
        select(CaseRow.opened_at, ProfessionalHarmRow.sector, ProfessionalHarmRow.kinds)
        .join(ProfessionalHarmRow, ProfessionalHarmRow.case_id == CaseRow.id)
        .execution_options(yield_per=PART)
    )
    for opened_at, sector, chosen in rows:
        year = opened_at.astimezone(place).year
        sectors.setdefault(year, Counter())[sector] += 1
        kinds.setdefault(year, Counter()).update(chosen.split())
    return [
        YearOfHarm(
            year=year,
            sectors={each: shown_count(sectors[year][each]) for each in Sector},
            kinds={each: shown_count(kinds[year][each]) for each in HarmByProfessional},
        )
        for year in sorted(sectors, reverse=True)
    ]
