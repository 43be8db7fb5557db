"""When members are left in peace, and when their digests are due."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.hours import last_digest, quiet_ends, zone_of
from members.model import AccountState, DigestDue, Quiet
from members.records import AccountRow

NIGHT_BEGINS, NIGHT_ENDS = 21 * 60, 8 * 60  # minutes since midnight


def quiet_at(session: Session, *, at: datetime, time_zone: str) -> tuple[Quiet, ...]:
    """Return the quiet hours that last at a moment, each choice once; few, however many members.

    `time_zone` is the instance's, for those who chose none.
    """
    choices = session.execute(
        select(AccountRow.time_zone, AccountRow.quiet_from, AccountRow.quiet_until)
        .where(AccountRow.quiet_from.is_not(None))
        .distinct()
    )
    found = []
    for chosen_zone, begins, ends in choices:
        if begins is None or ends is None:
            continue
        zone = zone_of(chosen_zone, home=time_zone)
        until = quiet_ends(at, begins=begins, ends=ends, zone=zone)
        if until is not None:
            found.append(Quiet(time_zone=chosen_zone, begins=begins, ends=ends, until=until))
    return tuple(found)


def night_ends(at: datetime, *, time_zone: str) -> datetime | None:
    """Return when the night ends that lasts at a moment, for who told us no quiet hours."""
    return quiet_ends(at, begins=NIGHT_BEGINS, ends=NIGHT_ENDS, zone=ZoneInfo(time_zone))


def digests_due(session: Session, *, now: datetime, time_zone: str) -> tuple[DigestDue, ...]:
    """Return the latest digest of each hour that members chose, made or not.

    `time_zone` is the instance's, for those who chose none.
    """
    choices = session.execute(
        select(AccountRow.time_zone, AccountRow.digest_at)
        .where(AccountRow.digest_at.is_not(None), AccountRow.state == AccountState.VETTED)
        .distinct()
    )
    found = []
    for chosen_zone, minutes in choices:
        if minutes is None:
            continue
        zone = zone_of(chosen_zone, home=time_zone)
        period, at = last_digest(now, minutes=minutes, zone=zone)
        found.append(DigestDue(time_zone=chosen_zone, minutes=minutes, period=period, at=at))
    return tuple(found)
