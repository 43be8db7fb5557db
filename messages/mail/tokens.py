"""What a mail carries: to be stopped by, and for its bounces to be known by."""

from uuid import UUID

from messages.mail.unsubscribing import stop_token
from messages.mail.verp import bounce_token
from messages.model import STOPPABLE, CauseKind, Channel
from storage.sealing import Sealer


def mail_tokens(
    sealer: Sealer, channel: Channel, kind: CauseKind, delivery_id: UUID, contact_id: UUID
) -> dict[str, str]:
    """Return the tokens of an outgoing message by their fields; only mail has any."""
    if channel is not Channel.EMAIL:
        return {}
    bounce = {"bounce_token": bounce_token(sealer, delivery_id)}
    return bounce | ({"stop_token": stop_token(sealer, contact_id)} if kind in STOPPABLE else {})
