"""Mail in place of text messages that did not arrive: owed by a delivery, made once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, update
from sqlalchemy.orm import Session

from messages.actions.causes import cause, expand
from messages.actions.reconciling import sent_again
from messages.model import LOST, CauseState, Channel, DeliveryState
from messages.records import CauseTextRow, DeliveryRow

Query = Select[*tuple[Any, ...]]

AT_ONCE = 5000
WHY = "the text message did not arrive"


def owing_causes(session: Session) -> Sequence[UUID]:
    """Return the causes with deliveries that owe somebody a mail."""
    return session.scalars(
        select(DeliveryRow.cause_id).where(DeliveryRow.mail_owed).distinct()
    ).all()


def mail_instead(
    session: Session, *, cause_id: UUID, mail_of: Callable[[Query], Query], now: datetime
) -> int:
    """Make the mails that deliveries of a cause owe, some thousand at a time; return for how many.

    `mail_of` turns a query of text message contacts (contact_id, text_key, why) into the audience
    of the same people by mail. Who has the mail already does not get another. Whom none can reach
    is sent the text once more, marked, if it was lost on its way; else, or if the cause is over,
    they are owed nothing any more.
    """
    owing = session.scalars(
        select(DeliveryRow.id)
        .where(DeliveryRow.cause_id == cause_id, DeliveryRow.mail_owed)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not owing:
        return 0
    found = cause(session, cause_id)
    if found.state is not CauseState.RECALLED and found.expires_at > now:
        audience = mail_of(_who_could_be_mailed(owing))
        expand(session, cause_id=cause_id, audience=audience, now=now, not_before=now)
        if found.stopped_channel is not Channel.SMS:
            _send_once_more(session, _lost_without_mail(session, owing, mail_of), now)
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(owing))
        .values(mail_owed=False)
        .execution_options(synchronize_session=False)
    )
    return len(owing)


def _lost_without_mail(
    session: Session, owing: Sequence[UUID], mail_of: Callable[[Query], Query]
) -> list[UUID]:
    """Return which of these were lost on their way to somebody whom no mail can reach.

    One by one, for the audience does not say whose phone a mail stands for; few are lost.
    """
    lost = session.scalars(
        select(DeliveryRow.id).where(
            DeliveryRow.id.in_(owing),
            DeliveryRow.state == DeliveryState.FAILED,
            DeliveryRow.reason == LOST,
            ~DeliveryRow.resent,
        )
    ).all()
    return [
        each
        for each in lost
        if session.execute(mail_of(_who_could_be_mailed([each])).limit(1)).first() is None
    ]


def _send_once_more(session: Session, deliveries: Sequence[UUID], now: datetime) -> None:
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(deliveries))
        .values(**sent_again(now), updated_at=now)
        .execution_options(synchronize_session=False)
    )


def _who_could_be_mailed(deliveries: Sequence[UUID]) -> Query:
    """Return the contacts of these deliveries, if their cause has words for a mail."""
    worded = select(CauseTextRow.id).where(
        CauseTextRow.cause_id == DeliveryRow.cause_id,
        CauseTextRow.channel == Channel.EMAIL,
        CauseTextRow.text_key == DeliveryRow.text_key,
    )
    return select(DeliveryRow.contact_id, DeliveryRow.text_key, literal(WHY).label("why")).where(
        DeliveryRow.id.in_(deliveries), worded.exists()
    )
