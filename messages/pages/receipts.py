"""Where providers other than Twilio report what became of a message."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, request
from sqlalchemy.orm import Session

from config.settings import Settings
from members.guard import needs_no_token, public
from messages import actions
from messages.pages.blueprint import pages
from messages.providers import PROVIDERS
from messages.texts.provider_http import NotGenuine

Answer = tuple[str, HTTPStatus]


@pages.post("/webhooks/<name>-sms/<uuid:delivery_id>")
@public
@needs_no_token
def provider_status(name: str, delivery_id: UUID) -> Answer:
    """Take a provider's signed callback; what is not signed changes nothing.

    The answer is the same for a delivery that is not there: there is nothing to try again. It is
    taken as long as the secret is set, also for what was sent before the provider was given up.
    """
    if name not in PROVIDERS:
        abort(HTTPStatus.NOT_FOUND)
    settings = svcs.flask.get(Settings)
    read = PROVIDERS[name].read_callback
    try:
        receipt = read(settings, delivery_id, request.get_data(), dict(request.headers))
    except NotGenuine:
        return "", HTTPStatus.FORBIDDEN
    if receipt is not None:
        session = svcs.flask.get(Session)
        actions.record_receipt(
            session, delivery_id=delivery_id, receipt=receipt, now=datetime.now(UTC)
        )
        session.commit()
    return "", HTTPStatus.NO_CONTENT
