"""Twilio's statuses and error codes in our words, for answers, callbacks and lists alike.

https://www.twilio.com/docs/api/errors
"""

import re

from messages.model import Receipt, ReceiptState

STATES = {
    "accepted": ReceiptState.ACCEPTED,
    "scheduled": ReceiptState.ACCEPTED,
    "queued": ReceiptState.ACCEPTED,
    "sending": ReceiptState.ACCEPTED,
    "sent": ReceiptState.ACCEPTED,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.DELIVERED,
    "undelivered": ReceiptState.FAILED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
}
SID = re.compile("(?:SM|MM)[0-9a-f]{32}")  # Twilio's name of a message
TOO_MANY = 20429
NOT_COMPLETE = 20009  # on its way: nothing of it can be wiped
GONE = 20404
OPTED_OUT = 21610
UNREACHABLE = 30003  # switched off or out of reach
FILTERED = 30007  # the carrier or Twilio takes the text for spam
BAD_ADDRESS = frozenset({21211, 21614, 30005, 30006})
REASONS = {
    OPTED_OUT: "opted_out",
    UNREACHABLE: "unreachable",
    30005: "unknown_number",
    30006: "landline",
    FILTERED: "filtered",
}
# Wrong account, token, sender or service: the operator's to mend, and no recipient's fault.
OPERATORS = frozenset(
    {20003, 20005, 20404, 21212, 21603, 21606, 21659, 21660, 21701, 21703, 21704, 30002}
)
LONGEST_ID = 64
LONGEST_CODE = 5


def receipt_of(sid: str, status: str, code: str) -> Receipt | None:
    """Return what a status says of a message, or None for one that Twilio may add one day."""
    state = STATES.get(status)
    if state is None:
        return None
    known = state is ReceiptState.FAILED and code.isdecimal()
    number = int(code[:LONGEST_CODE]) if known else 0
    return Receipt(
        provider_id=sid[:LONGEST_ID],
        state=state,
        reason=_reason(number) if state is ReceiptState.FAILED else "",
        opted_out=number == OPTED_OUT,
        bad_address=number in BAD_ADDRESS,
        unreachable=number == UNREACHABLE,
        filtered=number == FILTERED,
    )


def _reason(number: int) -> str:
    return REASONS.get(number, f"error_{number}" if number else "failed")
