"""Leave: ends the session on the server and goes somewhere neutral, whatever else is broken."""

from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from config.settings import Settings
from members.actions import sign_out
from members.guard import forget_token, kept_token, needs_no_token, public
from web.errors import log_failure
from web.services import Services

pages = Blueprint("leave", __name__)


@pages.route("/exit", methods=["GET", "POST"])
@public
@needs_no_token
def leave() -> AnyResponse:
    """End the session: for the beacon while the browser is going elsewhere, or as a link."""
    token = kept_token()
    forget_token()
    if token is not None:
        _end(token)
    if request.method == "POST":
        return Response(status=HTTPStatus.NO_CONTENT)
    return redirect(svcs.flask.get(Settings).exit_url, HTTPStatus.SEE_OTHER)


def _end(token: str) -> None:
    try:
        with svcs.flask.get(Services).writing.begin() as session:
            sign_out(session, token=token, now=datetime.now(UTC))
    except SQLAlchemyError as error:
        log_failure(error)  # the browser has lost the token; the person must get away all the same
