"""Twilio's webhooks: whether one is genuine, what it says, and how a text is answered."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from twilio.request_validator import RequestValidator

from messages.model import Receipt
from messages.texts.inbound import InboundText
from messages.texts.twilio_codes import LONGEST_ID, receipt_of


def is_genuine(auth_token: str, *, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed this form for this address; never without a token of our own."""
    if not auth_token or not signature:
        return False
    return bool(RequestValidator(auth_token).validate(url, form, signature))


def read_receipt(form: Mapping[str, str]) -> Receipt | None:
    """Return what a callback says, or None for a status that Twilio may add one day."""
    return receipt_of(
        form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", "")
    )


def read_text(form: Mapping[str, str]) -> InboundText:
    """Return the text that a phone sent; Twilio says what it took it for if that is set up there.

    https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    return InboundText(
        id=form.get("MessageSid", "")[:LONGEST_ID],
        sender=form.get("From", "").strip(),
        body=form.get("Body", ""),
        marked=form.get("OptOutType", ""),
    )


def twiml(reply: str) -> str:
    """Return what has Twilio answer a text with these words, or with nothing."""
    message = f"<Message>{escape(reply)}</Message>" if reply else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
