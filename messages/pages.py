"""Where providers report: status callbacks of text messages."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import Blueprint, request
from sqlalchemy.orm import Session

from config.settings import Settings
from members.guard import needs_no_token, public
from messages import actions
from messages.twilio_webhook import is_genuine, read_receipt

pages = Blueprint("messages", __name__)

Answer = tuple[str, HTTPStatus]


@pages.post("/webhooks/sms/<uuid:delivery_id>")
@public
@needs_no_token
def sms_status(delivery_id: UUID) -> Answer:
    """Take a signed status callback; what is not signed changes nothing.

    The signature covers the address that we gave the provider, whatever a proxy makes of it. The
    answer is the same for a delivery that is not there: there is nothing to try again.
    """
    settings = svcs.flask.get(Settings)
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    genuine = is_genuine(
        settings.twilio_auth_token,
        url=f"{settings.public_url}{request.path}{query}",
        form=request.form,
        signature=request.headers.get("X-Twilio-Signature", ""),
    )
    if not genuine:
        return "", HTTPStatus.FORBIDDEN
    receipt = read_receipt(request.form)
    if receipt is not None:
        session = svcs.flask.get(Session)
        actions.record_receipt(
            session, delivery_id=delivery_id, receipt=receipt, now=datetime.now(UTC)
        )
        session.commit()
    return "", HTTPStatus.NO_CONTENT
