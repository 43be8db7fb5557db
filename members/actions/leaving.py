"""Leaving: the name, the contacts and the choices go; what was reported stays reported."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from members import names
from members.actions import tries
from members.actions.contacts import take_contact
from members.actions.factors import tries_of
from members.actions.holding import drop_pair
from members.actions.rows import account_row
from members.actions.tokens import revoke_tokens
from members.cover import Cover
from members.model import AccountState
from members.records import (
    AccountAreaRow,
    AccountSettingRow,
    ApplicationRow,
    FactorRow,
    OpenIdLinkRow,
    RecoveryCodeRow,
    ResetRow,
    SignInRow,
)
from messages.model import Channel
from storage.keys import Sealers

NO_NAME = ""
NO_HASH = ""  # fits no passphrase


def leave(session: Session, sealers: Sealers, *, account_id: UUID, now: datetime) -> None:
    """Close an account for good and sign it out everywhere; raises NoSuchAccount.

    The bare row stays, so that reports and decisions keep saying that somebody made them; the
    working name is free again.
    """
    for channel in Channel:
        take_contact(session, account_id=account_id, channel=channel, now=now)
    for own in (
        AccountAreaRow,
        AccountSettingRow,
        ApplicationRow,
        FactorRow,
        OpenIdLinkRow,
        RecoveryCodeRow,
        ResetRow,
        SignInRow,
    ):
        session.execute(delete(own).where(own.account_id == account_id))
    revoke_tokens(session, account_id=account_id)
    drop_pair(session, account_id)
    row = account_row(session, account_id)
    for guessed_at in (row.name_fingerprint, tries_of(sealers.members, account_id)):
        tries.forget(session, guessed_at)
    row.state = AccountState.LEFT
    row.name_fingerprint = secrets.token_bytes(32)
    row.sealed_name = names.seal(sealers.members, NO_NAME, account_id)
    row.passphrase_hash = NO_HASH
    row.everywhere = row.danger_in_quiet = False
    row.danger = row.risk = True
    row.cover, row.language = Cover.PLAIN, "en"
    row.quiet_from = row.quiet_until = row.digest_at = row.digest_since = row.time_zone = None
    row.organisation_id = None
    session.flush()
