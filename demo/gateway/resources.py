"""Twilio's JSON: the message resource, a page of them, an error."""

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp import web

from demo.gateway.arrivals import Arrival
from demo.gateway.errors import ERRORS, Refusal

API = "/2010-04-01"


def answer(content: object, status: int = HTTPStatus.OK) -> web.Response:
    """Return JSON."""
    return web.Response(
        body=json.dumps(content).encode(), status=status, content_type="application/json"
    )


def answer_refusal(refusal: Refusal) -> web.Response:
    """Return an error as the API words it."""
    status, message = ERRORS[refusal.code]
    response = answer(
        {
            "code": refusal.code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
            "status": status,
        },
        status,
    )
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def message_resource(
    arrival: Arrival, *, account: str, state: str, sent_at: datetime | None
) -> dict[str, object]:
    """Return the message resource in one of its states."""
    created = format_datetime(arrival.received_at)
    failed = arrival.error if state == "undelivered" else None
    uri = f"{API}/Accounts/{account}/Messages/{arrival.id}"
    return {
        "account_sid": account,
        "api_version": API[1:],
        "body": "" if arrival.redacted else arrival.body,
        "date_created": created,
        "date_sent": format_datetime(sent_at) if sent_at else None,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": failed,
        "error_message": ERRORS[failed][1] if failed else None,
        "from": None if arrival.service else arrival.sender,
        "messaging_service_sid": arrival.service,
        "num_media": "0",
        "num_segments": str(arrival.segments),
        "price": None,
        "price_unit": "USD",
        "sid": arrival.id,
        "status": state,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "tags": None,
        "to": arrival.to,
        "uri": f"{uri}.json",
    }


def page_resource(
    messages: Sequence[dict[str, object]], *, uri: str, next_uri: str | None, page: int, size: int
) -> dict[str, object]:
    """Return one page of a list of messages."""
    start = page * size
    return {
        "messages": messages,
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(messages) - 1),
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": next_uri,
        "previous_page_uri": None,
    }
