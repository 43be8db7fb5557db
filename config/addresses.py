"""What an address in a setting must be like; each raises ValueError and never repeats the value."""

from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def require_port_or_none(value: str) -> None:
    """Refuse an address whose port cannot be one: it would only come to light at the first use."""
    try:
        port = urlsplit(value).port
    except ValueError:
        port = 0
    if port == 0:
        message = (
            "must have a port from 1 to 65535, or none; in a password, write / as %2F, "
            "# as %23 and @ as %40"
        )
        raise ValueError(message)


def require_page(value: str) -> None:
    """Refuse what a browser would not take for a page of another site."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "must be the full address of a page elsewhere, such as https://example.org/"
        raise ValueError(message)


def require_safe(value: str) -> None:
    """Refuse a way that others can read, unless it does not leave this machine."""
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.hostname and (here or parts.scheme == "https")):
        message = "must start with https:// (http:// only on this machine, 127.0.0.1)"
        raise ValueError(message)
    require_port_or_none(value)
