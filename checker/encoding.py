"""Octets in JSON: base64url without padding (RFC 4648 section 5), one spelling each."""

from base64 import b64decode, urlsafe_b64encode
from binascii import Error


class NotBase64Url(ValueError):
    """Not base64url without padding, or a second spelling of the same octets."""


def to_base64url(octets: bytes) -> str:
    """Return octets in base64url without padding."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the octets of a text; raises NotBase64Url."""
    try:
        octets = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (Error, ValueError):
        octets = b""
    if to_base64url(octets) != text:
        message = "not base64url without padding"
        raise NotBase64Url(message)
    return octets
