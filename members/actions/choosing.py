"""What a member wants to hear of, and how: read it, change it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from members.actions.rows import account_row
from members.model import COVER_WORDS, Cover, Preferences, WorkSetting
from members.records import AccountAreaRow, AccountSettingRow
from members.refusals import ContactMissing, UnknownArea, UnknownLanguage


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
    )


def change_preferences(
    session: Session, *, account_id: UUID, chosen: Preferences, known_areas: Collection[str]
) -> None:
    """Keep what an account chose.

    Raises UnknownArea for an area that is not among `known_areas`, UnknownLanguage for one that
    no message is written in, and ContactMissing for a channel without a confirmed contact.
    """
    row = account_row(session, account_id)
    if not chosen.areas.issubset(known_areas):
        raise UnknownArea
    if chosen.language not in COVER_WORDS:
        raise UnknownLanguage
    if chosen.by_sms and row.sms_contact_id is None:
        raise ContactMissing
    if chosen.by_email and row.email_contact_id is None:
        raise ContactMissing
    for name in ("everywhere", "danger", "risk", "by_sms", "by_email", "cover", "language"):
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
