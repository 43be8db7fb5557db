"""Bounces: what a mail server says of a mail that it took and could not deliver.

Standard reports (RFC 3464) are read here, because their status tells a mailbox that is not there
from one that is full or a policy; the many that are none are left to flufl.bounce, which says only
that it failed for good or not.
"""

import logging
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from messages.model import Receipt, ReceiptState

REASON = "bounced"
FAILED = ("fail", "error")  # OpenSMTPD says "error"
# RFC 3463: what speaks of the mailbox itself. 5.2.2 is full, 5.7 a policy: not its owner's fault.
NO_MAILBOX = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.4.4", "5.0.0")
LARGEST = 1024 * 1024  # octets

# It logs what it reads.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def read_bounce(content: bytes) -> Receipt | None:
    """Return what a bounce says of the mail; None if it is none, or the mail may yet arrive."""
    message = message_from_bytes(content[:LARGEST])
    reports = list(_reports(message))
    if not reports:
        return _failed(bad_address=True) if _failed_by_its_looks(message) else None
    failed = [each for each in reports if _word(each, "action").startswith(FAILED)]
    if not failed:
        return None
    statuses = [_word(each, "status") for each in failed]
    return _failed(bad_address=any(each in {*NO_MAILBOX, ""} for each in statuses))


def recipients_in(content: bytes) -> list[str]:
    """Return the addresses that a message came to, for a pipe that does not say."""
    message = message_from_bytes(content[:LARGEST])
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    return [str(value).strip().strip("<>") for name in names for value in message.get_all(name, [])]


def _reports(message: Message) -> Iterator[Message]:
    """Yield what is said of each recipient: blocks of fields after the first, which is general."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for each in part.get_payload():
            if isinstance(each, Message) and _word(each, "action"):
                yield each


def _word(fields: Message, name: str) -> str:
    """Return the first word of a field; servers put comments after it."""
    words = str(fields.get(name, "")).lower().split()
    return words[0] if words else ""


def _failed_by_its_looks(message: Message) -> bool:
    try:
        _, permanent = all_failures(message)
    except (LookupError, ValueError, TypeError, AttributeError):  # it reads what anybody may send
        return False
    return bool(permanent)


def _failed(*, bad_address: bool) -> Receipt:
    return Receipt(
        provider_id="", state=ReceiptState.FAILED, reason=REASON, bad_address=bad_address
    )
