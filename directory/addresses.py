"""Where a service is written to and read about, as it was typed; no I/O."""

import re
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from directory.model import LONGEST_LINK

LONGEST_EMAIL = 254  # RFC 5321
SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
HOST = re.compile(r"[\w\-]+(\.[\w\-]+)+")


def read_email(typed: str) -> str:
    """Return an email address; raises ValueError with words."""
    try:
        found = validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        found = ""
    if not found or len(found) > LONGEST_EMAIL:
        message = "That is not an email address. It looks like name@example.org."
        raise ValueError(message)
    return found


def read_web(typed: str) -> str:
    """Return the address of a page; raises ValueError with words.

    Without a scheme it is taken for https. One that is written with http stays so, and is seen.
    """
    address = typed if SCHEME.match(typed) else f"https://{typed}"
    if len(address) > LONGEST_LINK or not _is_open(address):
        message = "That is not the address of a page. It looks like https://example.org."
        raise ValueError(message)
    return address


def _is_open(address: str) -> bool:
    """Whether an address leads to a host by name, with nobody's password in it."""
    if re.search(r"[\s<>\"\\]", address):
        return False
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"https", "http"}
            and "@" not in parts.netloc
            and HOST.fullmatch(parts.hostname or "") is not None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
