"""What a member wants to hear of, and how: read it, change it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from members.actions.rows import account_row
from members.cover import COVER_WORDS, Cover
from members.hours import is_zone
from members.model import DAY_MINUTES, HALF_HOUR, Preferences, WorkSetting
from members.records import AccountAreaRow, AccountRow, AccountSettingRow
from members.refusals import (
    ContactMissing,
    QuietHoursRefused,
    UnknownArea,
    UnknownLanguage,
    UnknownTime,
    UnknownTimeZone,
)

KEPT_AS_CHOSEN = (
    "everywhere",
    "danger",
    "risk",
    "by_sms",
    "by_email",
    "cover",
    "language",
    "quiet_from",
    "quiet_until",
    "danger_in_quiet",
    "time_zone",
    "digest_at",
)


def preferences(session: Session, account_id: UUID) -> Preferences:
    """Return what an account chose; raises NoSuchAccount."""
    row = account_row(session, account_id)
    areas = session.scalars(
        select(AccountAreaRow.area).where(AccountAreaRow.account_id == account_id)
    )
    settings = session.scalars(
        select(AccountSettingRow.setting).where(AccountSettingRow.account_id == account_id)
    )
    return Preferences(
        areas=frozenset(areas),
        everywhere=row.everywhere,
        danger=row.danger,
        risk=row.risk,
        settings=frozenset(WorkSetting(setting) for setting in settings),
        by_sms=row.by_sms,
        by_email=row.by_email,
        cover=Cover(row.cover),
        language=row.language,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        danger_in_quiet=row.danger_in_quiet,
        time_zone=row.time_zone,
        digest_at=row.digest_at,
    )


def change_preferences(
    session: Session,
    *,
    account_id: UUID,
    chosen: Preferences,
    known_areas: Collection[str],
    now: datetime,
) -> None:
    """Keep what an account chose.

    Raises UnknownArea for an area that is not among `known_areas`, UnknownLanguage for one that
    no message is written in, ContactMissing for a channel without a confirmed contact, and
    UnknownTime, UnknownTimeZone and QuietHoursRefused for hours that cannot be kept.
    """
    row = account_row(session, account_id)
    if not chosen.areas.issubset(known_areas):
        raise UnknownArea
    if chosen.language not in COVER_WORDS:
        raise UnknownLanguage
    _require_contacts(chosen, row)
    _require_hours(chosen)
    if row.digest_at is None or chosen.digest_at is None:
        row.digest_since = None if chosen.digest_at is None else now
    for name in KEPT_AS_CHOSEN:
        setattr(row, name, getattr(chosen, name))
    session.execute(delete(AccountAreaRow).where(AccountAreaRow.account_id == account_id))
    session.execute(delete(AccountSettingRow).where(AccountSettingRow.account_id == account_id))
    session.add_all(
        AccountAreaRow(account_id=account_id, area=area) for area in sorted(chosen.areas)
    )
    session.add_all(
        AccountSettingRow(account_id=account_id, setting=setting)
        for setting in sorted(chosen.settings)
    )
    session.flush()


def _require_contacts(chosen: Preferences, row: AccountRow) -> None:
    if chosen.by_sms and row.sms_contact_id is None:
        raise ContactMissing
    if chosen.by_email and row.email_contact_id is None:
        raise ContactMissing


def _require_hours(chosen: Preferences) -> None:
    if (chosen.quiet_from is None) is not (chosen.quiet_until is None):
        message = "Choose both when they begin and when they end, or neither."
        raise QuietHoursRefused(message)
    if chosen.quiet_from is not None and chosen.quiet_from == chosen.quiet_until:
        message = "Choose an end that is not the beginning. To get none, switch text messages off."
        raise QuietHoursRefused(message)
    times = (chosen.quiet_from, chosen.quiet_until, chosen.digest_at)
    if not all(each is None or each in range(0, DAY_MINUTES, HALF_HOUR) for each in times):
        raise UnknownTime
    if chosen.time_zone is not None and not is_zone(chosen.time_zone):
        raise UnknownTimeZone
