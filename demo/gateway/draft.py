"""A text message as a request asks for it, and the checks it meets, in Twilio's order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from demo.gateway.errors import Refusal

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SENDER = re.compile(r"\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}|MG[0-9a-f]{32}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was asked for, not yet checked; the sender is a number, a name or a service's SID."""

    to: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    callback: str
    validity: str

    @property
    def service(self) -> str | None:
        """Return the messaging service's SID, if one sends."""
        return self.sender if self.sender.startswith("MG") else None

    def check(self) -> None:
        """Raise the first Refusal that Twilio would answer with."""
        checks = (
            (21604, self.to),
            (21211, E164.fullmatch(self.to)),
            (21603, self.sender),
            (21212, SENDER.fullmatch(self.sender)),
            (21602, self.body),
            (21617, len(self.body) <= LONGEST_BODY),
            (21609, not self.callback or _is_web_address(self.callback)),
            (90007, not self.validity or _is_validity(self.validity)),
        )
        for code, passed in checks:
            if not passed:
                raise Refusal(code)


def read_draft(form: Mapping[str, object]) -> Draft:
    """Read the form fields of a request to send."""

    def text(name: str) -> str:
        return str(form.get(name, ""))

    return Draft(
        to=text("To").strip(),
        sender=text("MessagingServiceSid") or text("From"),
        body=text("Body"),
        callback=text("StatusCallback"),
        validity=text("ValidityPeriod"),
    )


def delivery_in(address: str) -> str | None:
    """Return the delivery id in a URL: its `delivery` parameter, else the last UUID of its path."""
    parts = urlsplit(address)
    named = parse_qs(parts.query).get("delivery")
    return named[0] if named else last_uuid(parts.path)


def last_uuid(text: str) -> str | None:
    """Return the last UUID in a text, in its usual form."""
    found = UUID_TEXT.findall(text)
    return str(UUID(found[-1])) if found else None


def new_sid(prefix: str = "SM") -> str:
    """Return a new identifier in Twilio's form."""
    return prefix + uuid4().hex


def _is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_validity(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= LONGEST_VALIDITY
