"""Twilio's status callbacks: whether one is genuine, and what it says."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

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
REASONS = {
    "30003": "unreachable",
    "30005": "unknown_number",
    "30006": "landline",
    "30007": "filtered",
    "21610": "opted_out",
}
BAD_ADDRESS = frozenset({"30006", "21211", "21614"})
OPTED_OUT = "21610"
LONGEST_ID = 64


def is_genuine(auth_token: str, *, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed this form for this address; never without a token of our own."""
    if not auth_token or not signature:
        return False
    return bool(RequestValidator(auth_token).validate(url, form, signature))


def read_receipt(form: Mapping[str, str]) -> Receipt | None:
    """Return what a callback says, or None for a status that Twilio may add one day."""
    state = STATES.get(form.get("MessageStatus", ""))
    if state is None:
        return None
    code = form.get("ErrorCode", "") if state is ReceiptState.FAILED else ""
    code = code if code.isdecimal() else ""
    return Receipt(
        provider_id=form.get("MessageSid", "")[:LONGEST_ID],
        state=state,
        reason=_reason(state, code),
        opted_out=code == OPTED_OUT,
        bad_address=code in BAD_ADDRESS,
    )


def _reason(state: ReceiptState, code: str) -> str:
    if state is not ReceiptState.FAILED:
        return ""
    return REASONS.get(code, f"error_{code[:5]}" if code else "failed")
