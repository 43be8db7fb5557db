"""A forgotten passphrase: a code to a confirmed contact, then a new passphrase and key pair.

Asking does the same whether anybody has the name or not: the same statements, with no recipient
where there is nobody to write to.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, Select, delete, literal, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from members import factors, names, passphrases
from members.actions.accounts import recover_account
from members.actions.factors import has_factor
from members.actions.rows import MAY_SIGN_IN, to_account
from members.actions.signing_in import Proved
from members.cover import COVER_WORDS, Cover, reset_text
from members.model import RESET_LIFE, RESETS_A_DAY, STAFF, Account
from members.records import AccountRow, ResetRow
from members.refusals import FactorMissing, ResetOver, TooManyCodes
from messages import actions as messages
from messages.model import CauseKind, Channel, Queue, Text
from storage.base import new_id
from storage.keys import Sealers
from storage.sealing import Sealer

DAY = timedelta(days=1)
WHY = "passphrase forgotten"


def ask_for_reset(
    session: Session, sealers: Sealers, *, name: str, link: str, now: datetime
) -> UUID:
    """Send a code to whoever has this name; return the cause, for which to wake a worker.

    It goes by mail, or as a text where no mail works. Raises TooManyCodes after three in a day.
    """
    fingerprint = names.fingerprint(sealers.members, name)
    session.execute(delete(ResetRow).where(ResetRow.created_at <= now - DAY))
    code = factors.new_code()
    _keep(session, sealers.members, fingerprint, code, now)
    cause_id = new_id()
    messages.open_cause(
        session,
        sealers.contacts,
        id=cause_id,
        kind=CauseKind.CODE,
        queue=Queue.SERVICE,
        texts=_texts(link, factors.in_groups(code)),
        expires_at=now + RESET_LIFE,
        now=now,
    )
    audience = _audience(AccountRow.name_fingerprint == fingerprint)
    messages.expand(session, cause_id=cause_id, audience=audience, now=now, not_before=now)
    return cause_id


def whose_reset(session: Session, sealers: Sealers, *, code: str, now: datetime) -> Account:
    """Return whose passphrase a code sets anew; raises ResetOver, and FactorMissing.

    The code is not taken yet.
    """
    row = session.scalars(
        select(AccountRow)
        .join(ResetRow, ResetRow.account_id == AccountRow.id)
        .where(*_live(sealers.members, code, now), AccountRow.state.in_(MAY_SIGN_IN))
    ).first()
    if row is None:
        raise ResetOver
    account = to_account(sealers.members, row)
    if account.role in STAFF and not has_factor(session, account.id):
        raise FactorMissing
    return account


def reset_passphrase(
    session: Session,
    sealers: Sealers,
    *,
    code: str,
    new: str,
    now: datetime,
    hasher: PasswordHasher = passphrases.STANDARD,
) -> Proved:
    """Take a code and set the passphrase anew, with a new key pair; all sign-ins end.

    The caller has seen the second factor where the account has one. Other codes of the account end
    too. Raises ResetOver, FactorMissing and PassphraseRefused.
    """
    account = whose_reset(session, sealers, code=code, now=now)
    taken = session.scalars(
        update(ResetRow)
        .where(*_live(sealers.members, code, now))
        .values(used_at=now)
        .returning(ResetRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise ResetOver
    session.execute(
        update(ResetRow)
        .where(ResetRow.account_id == account.id, ResetRow.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return recover_account(
        session, account_id=account.id, name=account.name, new=new, now=now, hasher=hasher
    )


def _keep(session: Session, sealer: Sealer, fingerprint: bytes, code: str, now: datetime) -> None:
    """Keep a code's fingerprint in a free slot of the name; the database refuses a fourth."""
    whose = select(AccountRow.id).where(
        AccountRow.name_fingerprint == fingerprint, AccountRow.state.in_(MAY_SIGN_IN)
    )
    account_id = session.scalar(whose)
    kept = session.execute(
        select(ResetRow.slot, ResetRow.created_at).where(ResetRow.name_fingerprint == fingerprint)
    ).all()
    free = {*range(1, RESETS_A_DAY + 1)} - {slot for slot, _ in kept}
    if not free:
        raise TooManyCodes(min(at for _, at in kept) + DAY - now)
    try:
        with session.begin_nested():
            session.add(
                ResetRow(
                    id=new_id(),
                    name_fingerprint=fingerprint,
                    slot=min(free),
                    account_id=account_id,
                    code_fingerprint=_fingerprint(sealer, code),
                    created_at=now,
                )
            )
    except IntegrityError:  # two at once: this one is asked for once more
        raise TooManyCodes(timedelta(seconds=1)) from None


def _audience(whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return to which contact a code goes: one, or none where nobody has the name."""
    mail = messages.reachable_contacts(Channel.EMAIL).subquery("mail")
    phone = messages.reachable_contacts(Channel.SMS).subquery("phone")
    key = (AccountRow.language + "/" + AccountRow.cover).label("text_key")
    allowed = (whose, AccountRow.state.in_(MAY_SIGN_IN))
    by_mail = (
        select(mail.c.id.label("contact_id"), literal(Channel.EMAIL.value).label("channel"), key)
        .join(AccountRow, AccountRow.email_contact_id == mail.c.id)
        .where(*allowed)
    )
    by_phone = (
        select(phone.c.id, literal(Channel.SMS.value), key)
        .join(AccountRow, AccountRow.sms_contact_id == phone.c.id)
        .outerjoin(mail, mail.c.id == AccountRow.email_contact_id)
        .where(*allowed, mail.c.id.is_(None))
    )
    found = union_all(by_mail, by_phone).subquery("found")
    return select(found, literal(WHY).label("why"))


def _live(sealer: Sealer, code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ResetRow.code_fingerprint == _fingerprint(sealer, factors.read_code(code)),
        ResetRow.used_at.is_(None),
        ResetRow.created_at > now - RESET_LIFE,
    )


def _texts(link: str, code: str) -> list[Text]:
    """Return the words in all covers: which of them somebody chose is not looked up."""
    return [
        Text(
            channel=channel,
            text_key=f"{language}/{cover}",
            subject=COVER_WORDS[language][cover].subject if channel is Channel.EMAIL else "",
            body=reset_text(cover, language=language, link=link, code=code),
        )
        for channel in Channel
        for language in COVER_WORDS
        for cover in Cover
    ]


def _fingerprint(sealer: Sealer, code: str) -> bytes:
    return sealer.fingerprint("reset code", code)
