"""The token in a mail by which one click stops more of them (RFC 8058); it says no address.

It does not expire: somebody may look at an old mail and want no more. It ends with the contact.
"""

import base64
import binascii
import hmac
from uuid import UUID

from storage.sealing import Sealer

DOMAIN = "unsubscribe"
ID_BYTES = PROOF_BYTES = 16
PATH = "/unsubscribe/"


def stop_token(sealer: Sealer, contact_id: UUID) -> str:
    """Return the contact's id and a proof that we wrote it."""
    return base64.urlsafe_b64encode(contact_id.bytes + _proof(sealer, contact_id)).decode()[:43]


def contact_of(sealer: Sealer, token: str) -> UUID | None:
    """Return the contact whose mail this token was in; None if we never made it."""
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != ID_BYTES + PROOF_BYTES:
        return None
    contact_id = UUID(bytes=raw[:ID_BYTES])
    genuine = hmac.compare_digest(raw[ID_BYTES:], _proof(sealer, contact_id))
    return contact_id if genuine else None


def _proof(sealer: Sealer, contact_id: UUID) -> bytes:
    return sealer.fingerprint(DOMAIN, contact_id.hex)[:PROOF_BYTES]
