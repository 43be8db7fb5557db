"""What the second provider says of a message, in its answers and in its signed callbacks."""

import hmac
import json

from demo.gateway.arrivals import Arrival

CODES = {
    21211: "bad_number",
    21610: "opted_out",
    21614: "bad_number",
    30003: "unreachable",
    30005: "bad_number",
    30006: "bad_number",
    30007: "filtered",
}
STATES = {
    "queued": "accepted",
    "sent": "accepted",
    "delivered": "delivered",
    "undelivered": "failed",
}


def said(arrival: Arrival, state: str) -> dict[str, str]:
    """Return what the second provider says of a message in one of its states."""
    fields = {"id": arrival.delivery or "", "message_id": arrival.id, "state": state}
    if state == "failed":
        fields["code"] = CODES.get(arrival.error or 0, f"error_{arrival.error}")
    return fields


def signed_callback(arrival: Arrival, status: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a status callback."""
    body = json.dumps(said(arrival, STATES[status])).encode()
    signature = hmac.digest(secret.encode(), body, "sha256").hex()
    return body, {
        "Content-Type": "application/json",
        "X-Signature-256": f"sha256={signature}",
    }
