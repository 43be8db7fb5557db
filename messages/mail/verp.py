"""The address that a mail's bounces come back to: it names the delivery and proves that we did.

Variable envelope return paths (VERP). The local part is at most 64 octets (RFC 5321, 4.5.3.1.1)
and means the same in any case, as some servers change it.
"""

import base64
import hmac
import re
from uuid import UUID

from storage.sealing import Sealer

DOMAIN = "bounce"
TOKEN_BYTES = 10
LOCAL_PART = re.compile(r"bounce\+([0-9a-f]{32})\.([a-z2-7]{16})")


def bounce_token(sealer: Sealer, delivery_id: UUID) -> str:
    """Return what only we can put beside a delivery's id."""
    proof = sealer.fingerprint(DOMAIN, delivery_id.hex)[:TOKEN_BYTES]
    return base64.b32encode(proof).decode().lower()


def return_path(delivery_id: UUID, token: str, *, domain: str) -> str:
    """Return the envelope sender of a mail."""
    return f"bounce+{delivery_id.hex}.{token}@{domain}"


def delivery_of(sealer: Sealer, address: str) -> UUID | None:
    """Return the delivery that a bounce to this address is about; None if we never made it."""
    found = LOCAL_PART.fullmatch(address.rpartition("@")[0].lower())
    if found is None:
        return None
    delivery_id = UUID(found[1])
    genuine = hmac.compare_digest(found[2], bounce_token(sealer, delivery_id))
    return delivery_id if genuine else None
