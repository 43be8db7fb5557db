"""Error pages in words of our own, never the exception's; problem details (RFC 9457) for the API.

A failure of ours gets a random reference, shown to the person and logged with the exception's
class and places, so that the two can be brought together without a word of what was typed.
"""

import json
import secrets
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from pathlib import Path

import structlog
from flask import Flask, Response, g, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from members.guard import NEXT, NotForThisAccount, ProofNeeded, SignInNeeded
from web.csrf import CHANGING, Page, prove_first, send_again
from web.failures import BY_EXCEPTION, Failure, failure_for, wait_after
from web.navigation import way
from web.refused import Kind, refuse

HOUSE = Path(__file__).parent.parent
PROBLEM = "application/problem+json"
SIGN_IN = "members.sign_in"
KEPT_HEADERS = frozenset({"Allow", "Retry-After"})


def map_errors(app: Flask) -> None:
    """Answer every failure with its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(ProofNeeded, _proof_needed)
    for kind in BY_EXCEPTION:
        app.register_error_handler(kind, _mapped)


def answer(failure: Failure, *, status: int | None = None, reference: str = "") -> Response:
    """Return the page, or the problem details, of a failure."""
    status = status or failure.status
    if wants_json():
        return _problem(failure, status, reference)
    page = render_template(
        "web/error.html", title=failure.title, words=failure.words, reference=reference
    )
    return Response(page, status)


def wants_json() -> bool:
    """Whether the asker is a program."""
    if request.path.startswith("/api/"):
        return True
    wishes = request.accept_mimetypes
    return wishes["application/json"] > wishes["text/html"]


def log_failure(error: BaseException) -> str:
    """Log of which class a failure is and where, without its words; return its reference."""
    reference = secrets.token_hex(4)
    structlog.get_logger("web").error(
        "page_failed",
        reference=reference,
        endpoint=request.endpoint,
        errors=[type(each).__name__ for each in _chain(error)],
        places=list(_places(error)),
    )
    return reference


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect
    if error.code == HTTPStatus.FORBIDDEN:
        refuse(Kind.FORBIDDEN)
    response = answer(failure_for(error.code), status=error.code, reference=g.get("reference", ""))
    response.headers.extend(pair for pair in error.get_headers() if pair[0] in KEPT_HEADERS)
    return response


def _mapped(error: Exception) -> Response:
    if isinstance(error, NotForThisAccount):
        refuse(Kind.ACCESS)
    failure = next(BY_EXCEPTION[kind] for kind in type(error).__mro__ if kind in BY_EXCEPTION)
    broken = failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    response = answer(failure, reference=log_failure(error) if broken else "")
    wait = wait_after(error, now=datetime.now(UTC))
    if wait is not None:
        response.retry_after = max(ceil(wait.total_seconds()), 0)
    return response


def _sign_in_needed(error: SignInNeeded) -> AnyResponse | Page:
    del error
    if wants_json():
        refuse(Kind.NOBODY)
        return answer(failure_for(HTTPStatus.UNAUTHORIZED), status=HTTPStatus.UNAUTHORIZED)
    if request.method in CHANGING and request.form:
        return _signed_out()
    session[NEXT] = request.full_path if request.query_string else request.path
    return redirect(way(SIGN_IN) or "/", HTTPStatus.SEE_OTHER)


def _proof_needed(error: ProofNeeded) -> Page:
    return prove_first(
        title=_("Is it still you?"),
        words=_(
            "Before this, show once more who you are. What you typed is kept, and is sent then. "
            "We do not ask again for five minutes."
        ),
        trouble=str(error),
        with_code=error.with_code,
        with_passkey=error.with_passkey,
        status=HTTPStatus.FORBIDDEN,
    )


def _signed_out() -> Page:
    return send_again(
        title=_("You were signed out"),
        words=_(
            "That happens after 15 minutes without a tap, to keep you safe. Nothing you typed is "
            "lost: sign in on another tab, come back here, and send it again."
        ),
        status=HTTPStatus.FORBIDDEN,
        sign_in=way(SIGN_IN),
    )


def _problem(failure: Failure, status: int, reference: str) -> Response:
    body = {
        "type": failure.kind,
        "title": str(failure.title),
        "status": int(status),
        "detail": str(failure.words),
    }
    if reference:
        body["instance"] = f"urn:brolly:failure:{reference}"
    return Response(json.dumps(body), status, content_type=PROBLEM)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _places(error: BaseException) -> Iterator[str]:
    """Yield file:line of the frames that are ours, the innermost last."""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(HOUSE) and "site-packages" not in path.parts:
            yield f"{path.relative_to(HOUSE)}:{frame.lineno}"
