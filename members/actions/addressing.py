"""Reaching some members by the channels they chose, whatever the area or the severity."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from members.model import AccountState
from members.records import AccountRow
from messages import actions as messages
from messages.model import Channel

Query = Select[*tuple[Any, ...]]


def audience_of(account_ids: Collection[UUID], *, why: str) -> Query:
    """Return the audience (contact_id, channel, text_key, why) of these accounts, while vetted.

    By each channel that they chose for warnings and can be reached by; quiet hours are for
    `in_peace`.
    """
    sms = _reached(Channel.SMS, AccountRow.sms_contact_id).where(AccountRow.by_sms)
    mail = _reached(Channel.EMAIL, AccountRow.email_contact_id).where(AccountRow.by_email)
    theirs = (AccountRow.state == AccountState.VETTED, AccountRow.id.in_(account_ids))
    each = union_all(sms.where(*theirs), mail.where(*theirs)).subquery("each")
    return select(each.c.contact_id, each.c.channel, each.c.text_key, literal(why).label("why"))


def is_reachable(session: Session, *, account_id: UUID) -> bool:
    """Whether a message can reach an account by a channel that it chose."""
    return session.execute(audience_of([account_id], why="").limit(1)).first() is not None


def left_accounts() -> Select[UUID]:
    """Return a query of the ids of accounts whose owner has left."""
    return select(AccountRow.id).where(AccountRow.state == AccountState.LEFT)


def _reached(channel: Channel, contact_id: InstrumentedAttribute[UUID | None]) -> Query:
    reachable = messages.reachable_contacts(channel).subquery()
    return select(
        contact_id.label("contact_id"),
        literal(channel.value).label("channel"),
        (AccountRow.language + "/" + AccountRow.cover).label("text_key"),
    ).join(reachable, reachable.c.id == contact_id)
