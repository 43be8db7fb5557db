"""Enrolling many at once: for imports and demonstrations, in a few statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from members import names
from members.approval_records import RoleGrantRow
from members.model import STAFF, AccountState, Enrolment
from members.records import AccountAreaRow, AccountRow, AccountSettingRow
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer


def enrol(
    session: Session, sealers: Sealers, *, enrolments: Sequence[Enrolment], now: datetime
) -> list[UUID]:
    """Make vetted accounts with their choices and confirmed contacts; return their ids in order.

    Names are kept as given and must be free: the database refuses the whole lot otherwise. Roles of
    staff are founded.
    """
    ids = [new_id() for _ in enrolments]
    pairs = list(zip(ids, enrolments, strict=True))
    grants = [_founded(each, wish, now) for each, wish in pairs if wish.role in STAFF]
    of_account = {each["account_id"]: each["id"] for each in grants}
    accounts = [
        _account(sealers.members, each, wish, now) | {"grant_id": of_account.get(each)}
        for each, wish in pairs
    ]
    areas = [
        {"account_id": each, "area": area}
        for each, wish in pairs
        for area in sorted(wish.preferences.areas)
    ]
    settings = [
        {"account_id": each, "setting": setting}
        for each, wish in pairs
        for setting in sorted(wish.preferences.settings)
    ]
    for table, rows in (
        (RoleGrantRow, grants),
        (AccountRow, accounts),
        (AccountAreaRow, areas),
        (AccountSettingRow, settings),
    ):
        if rows:
            session.execute(insert(table), rows)
    return ids


def _founded(account_id: UUID, wish: Enrolment, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "account_id": account_id,
        "role": wish.role,
        "founded": True,
        "given_at": now,
    }


def _account(sealer: Sealer, account_id: UUID, wish: Enrolment, now: datetime) -> dict[str, object]:
    chosen = wish.preferences
    return {
        "id": account_id,
        "name_fingerprint": names.fingerprint(sealer, wish.name),
        "sealed_name": names.seal(sealer, wish.name, account_id),
        "passphrase_hash": wish.passphrase_hash,
        "role": wish.role,
        "state": AccountState.VETTED,
        "organisation_id": wish.organisation_id,
        "created_at": now,
        "sms_contact_id": wish.sms_contact_id,
        "email_contact_id": wish.email_contact_id,
        "by_sms": chosen.by_sms,
        "by_email": chosen.by_email,
        "everywhere": chosen.everywhere,
        "danger": chosen.danger,
        "risk": chosen.risk,
        "cover": chosen.cover,
        "language": chosen.language,
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "danger_in_quiet": chosen.danger_in_quiet,
        "time_zone": chosen.time_zone,
        "digest_at": chosen.digest_at,
        "digest_since": None if chosen.digest_at is None else now,
    }
