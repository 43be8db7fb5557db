"""The mail of people whose text message did not arrive, as a query that other rooms insert from."""

from typing import Any

from sqlalchemy import Select, literal, select

from members.model import AccountState
from members.records import AccountRow
from messages import actions as messages
from messages.model import Channel

Query = Select[*tuple[Any, ...]]


def mail_of(owed: Query) -> Query:
    """Return the audience (contact_id, channel, text_key, why) of these contacts' owners by mail.

    `owed` has the columns contact_id, text_key and why of text messages. Also those who did not
    choose mail: it is what is left. Nobody whose address is bad, or who unsubscribed.
    """
    each = owed.subquery("owed")
    reachable = messages.reachable_contacts(Channel.EMAIL).subquery("reachable")
    return (
        select(
            AccountRow.email_contact_id.label("contact_id"),
            literal(Channel.EMAIL.value).label("channel"),
            each.c.text_key,
            each.c.why,
        )
        .join(each, each.c.contact_id == AccountRow.sms_contact_id)
        .join(reachable, reachable.c.id == AccountRow.email_contact_id)
        .where(AccountRow.state == AccountState.VETTED)
    )
