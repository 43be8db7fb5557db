"""Being told if something is reported: asked under an answer, stopped on the preferences."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import svcs
from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import format_date
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from checker import actions
from checker.derivation import WATCH_OCTETS
from checker.encoding import NotBase64Url, from_base64url
from checker.pages.checking import pages
from checker.pages.private import LONGEST, MOST, api
from checker.watches import MalformedWatch, TooManyWatches, Watch, WatchOutdated
from members import actions as members
from members.guard import current_account, may_check, needs_no_token
from storage.keys import Sealers

Page = tuple[str, HTTPStatus]


@api.post("/watch")
@needs_no_token  # as for an evaluation: only our own pages and programs can send this type
@may_check
def watch_privately() -> Response:
    """Keep what a private check asks to be told of; it says nothing about which identifier."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        raise MalformedWatch
    until = _watch(_tokens(wish.get("tokens")), _epoch(wish.get("epoch")))
    response = jsonify({"until": until.isoformat(), "reachable": _is_reachable()})
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/check/watch")
@may_check
def watch() -> Page:
    """Keep what is asked under an answer, and say until when in its place."""
    try:
        until = _watch(_tokens([request.form.get("watch")]), _epoch(_number("epoch")))
    except TooManyWatches as refused:
        return _watched(HTTPStatus.TOO_MANY_REQUESTS, full=format_date(refused.free_at, "long"))
    except WatchOutdated:
        return _watched(HTTPStatus.CONFLICT)
    return _watched(HTTPStatus.OK, until=format_date(until, "long"), reachable=_is_reachable())


@pages.post("/account/watches/stop")
@may_check
def stop_watching() -> AnyResponse:
    """Stop one, or all."""
    session = svcs.flask.get(Session)
    chosen = None if "all" in request.form else [_id(request.form.get("watch", ""))]
    actions.unwatch(session, account_id=current_account().id, watch_ids=chosen)
    session.commit()
    return redirect(url_for("members.preferences", _anchor="watches"), HTTPStatus.SEE_OTHER)


@pages.app_template_global()
def watches() -> tuple[Watch, ...]:
    """Return the watches of whoever looks: the page of preferences is of a room below."""
    session, now = svcs.flask.get(Session), datetime.now(UTC)
    return actions.watches_of(session, account_id=current_account().id, now=now)


def _watch(tokens: list[bytes], epoch: int) -> datetime:
    session, sealers = svcs.flask.get(Session, Sealers)
    until = actions.watch(
        session,
        sealers.watches,
        account_id=current_account().id,
        tokens=tokens,
        epoch=epoch,
        now=datetime.now(UTC),
    )
    session.commit()
    return until


def _is_reachable() -> bool:
    return members.is_reachable(svcs.flask.get(Session), account_id=current_account().id)


def _watched(status: HTTPStatus, **came: object) -> Page:
    return render_template("checker/watched.html", place=_number("place") or 1, **came), status


def _tokens(coded: Any) -> list[bytes]:  # noqa: ANN401 - whatever came
    """Return the octets of tokens; raises MalformedWatch."""
    if not isinstance(coded, list) or not 0 < len(coded) <= MOST:
        raise MalformedWatch
    if not all(isinstance(each, str) and len(each) <= LONGEST for each in coded):
        raise MalformedWatch
    try:
        tokens = [from_base64url(each) for each in coded]
    except NotBase64Url:
        raise MalformedWatch from None
    if any(len(each) != WATCH_OCTETS for each in tokens):
        raise MalformedWatch
    return tokens


def _epoch(said: Any) -> int:  # noqa: ANN401 - whatever came
    """Return an epoch; raises MalformedWatch."""
    if not isinstance(said, int) or isinstance(said, bool) or said < 1:
        raise MalformedWatch
    return said


def _number(field: str) -> int | None:
    return request.form.get(field, type=int)


def _id(text: str) -> UUID:
    """Return the id of a watch; raises MalformedWatch."""
    try:
        return UUID(text)
    except ValueError:
        raise MalformedWatch from None
