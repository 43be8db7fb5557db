"""Where providers report: status callbacks of text messages, and texts that people send back."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.settings import Settings
from members.guard import needs_no_token, public
from messages import actions
from messages.pages.blueprint import pages
from messages.texts.inbound import InboundText, Wish, wish_of
from messages.texts.twilio_webhook import is_genuine, read_receipt, read_text, twiml
from storage.keys import Sealers

Answer = tuple[str, HTTPStatus]


@pages.post("/webhooks/sms/<uuid:delivery_id>")
@public
@needs_no_token
def sms_status(delivery_id: UUID) -> Answer:
    """Take a signed status callback; what is not signed changes nothing.

    The answer is the same for a delivery that is not there: there is nothing to try again.
    """
    if not _is_signed(svcs.flask.get(Settings)):
        return "", HTTPStatus.FORBIDDEN
    receipt = read_receipt(request.form)
    if receipt is not None:
        session = svcs.flask.get(Session)
        actions.record_receipt(
            session, delivery_id=delivery_id, receipt=receipt, now=datetime.now(UTC)
        )
        session.commit()
    return "", HTTPStatus.NO_CONTENT


@pages.post("/webhooks/inbound")
@public
@needs_no_token
def inbound() -> Answer | Response:
    """Take a text that somebody sent to our number, signed by the provider.

    What it says is read for a word such as STOP and then forgotten.
    """
    settings = svcs.flask.get(Settings)
    if not _is_signed(settings):
        return "", HTTPStatus.FORBIDDEN
    text = read_text(request.form)
    wish = wish_of(text)
    _heed(text, wish)
    reply = _reply(wish, settings) if text.may_be_answered else ""
    return Response(twiml(reply), mimetype="text/xml")


def _is_signed(settings: Settings) -> bool:
    """Whether the provider signed this request.

    The signature covers the address that we gave the provider, whatever a proxy makes of it.
    """
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return is_genuine(
        settings.twilio_auth_token,
        url=f"{settings.public_url}{request.path}{query}",
        form=request.form,
        signature=request.headers.get("X-Twilio-Signature", ""),
    )


def _heed(text: InboundText, wish: Wish) -> None:
    heed = {Wish.STOP: actions.hear_stop, Wish.START: actions.hear_start}.get(wish)
    if heed is None:
        return
    session, sealers = svcs.flask.get(Session, Sealers)
    heed(session, sealers.contacts, text=text, now=datetime.now(UTC))
    session.commit()


def _reply(wish: Wish, settings: Settings) -> str:
    """Return neutral words: somebody else may see them light up.

    STOP and START are answered by the provider itself, before it passes them on.
    """
    match wish:
        case Wish.STOP | Wish.START:
            return ""
        case Wish.HELP:
            return _(
                "You get these texts because you asked for them. To get no more, reply STOP. "
                "More: %(address)s",
                address=settings.public_url,
            )
        case Wish.OTHER:
            return _(
                "Nobody reads replies to this number. To write to us, go to %(address)s. "
                "To get no more texts, reply STOP.",
                address=settings.public_url,
            )
