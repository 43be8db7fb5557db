"""What a bounce changes: the delivery it names failed after all."""

from datetime import datetime

from sqlalchemy.orm import Session

from messages.actions.recording import record_receipt
from messages.mail.verp import delivery_of
from messages.model import Receipt
from storage.sealing import Sealer


def record_bounce(
    session: Session, sealer: Sealer, *, address: str, receipt: Receipt, now: datetime
) -> bool:
    """Move the delivery whose bounces come to this address to failed; whether anything changed.

    An address that we did not make changes nothing.
    """
    delivery_id = delivery_of(sealer, address)
    if delivery_id is None:
        return False
    return record_receipt(session, delivery_id=delivery_id, receipt=receipt, now=now)
