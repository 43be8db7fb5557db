"""The bulletin: what a practitioner takes to where there is no phone; no I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.model import Warning

LIFE = timedelta(days=7)
MOST_WARNINGS = 30  # the newest: paper is found by others, and two sheets are read
MOST_A_DAY = 40  # of one instance


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinLine:
    """A bulletin as a list names it."""

    year: int
    number: int
    area: str
    made_at: datetime
    expires_at: datetime

    @property
    def name(self) -> str:
        """Return what stands on the paper and in its address, such as 2026-7."""
        return f"{self.year}-{self.number}"

    def is_over(self, now: datetime) -> bool:
        """Whether it must not be handed out any more."""
        return now >= self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A bulletin with its warnings as they stand now, and those that were taken back since."""

    line: BulletinLine
    warnings: tuple[Warning, ...]
    taken_back: tuple[str, ...]  # references


class NoSuchBulletin(Exception):
    """There is no bulletin of this number."""


class TooManyBulletins(Exception):
    """More bulletins were made within a day than anybody hands out."""
