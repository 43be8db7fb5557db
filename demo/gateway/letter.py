"""What the gateway reads of a mail: who, what about, the text, the delivery id.

The old email policy serves here: the new one parses every address, at ten times the time.
"""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from demo.gateway.draft import last_uuid

TEXT_TYPES = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail as its reader sees it."""

    sender: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    delivery: str | None


def read_letter(content: bytes, *, return_path: str) -> Letter:
    """Read a mail; its delivery id is in X-Delivery-Id, else in the return path (VERP)."""
    mail = message_from_bytes(content)
    headers = {name.lower(): value for name, value in reversed(list(mail.raw_items()))}
    return Letter(
        sender=_in_plain(headers.get("from", return_path)),
        subject=_in_plain(headers.get("subject", "")),
        body=_text(mail),
        delivery=headers.get("x-delivery-id", "").strip() or last_uuid(return_path),
    )


def _in_plain(header: str) -> str:
    # SMTPUTF8 sends headers as UTF-8; the parser keeps such bytes as surrogates (RFC 6532).
    unfolded = "".join(header.splitlines())
    text = unfolded.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeDecodeError):
        return text


def _text(mail: Message) -> str:
    parts = {part.get_content_type(): part for part in reversed(list(mail.walk()))}
    part = next((parts[kind] for kind in TEXT_TYPES if kind in parts), None)
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return _decoded(raw, part.get_content_charset("utf-8")).replace("\r\n", "\n").rstrip("\n")


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
