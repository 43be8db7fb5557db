"""Health: /healthz says that the server answers, /readyz that all it needs does."""

from http import HTTPStatus

import svcs
from flask import Blueprint, Response, json

from members.guard import public
from web.services import Services

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def alive() -> Response:
    """Answer ok as long as the server answers at all."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@pages.get("/readyz")
@public
def ready() -> Response:
    """Answer 200 if all that pages and alerts need is there, otherwise 503; the body says which."""
    services = svcs.flask.get(Services)
    found = services.ready()
    status = HTTPStatus.OK if all(found.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    body = {name: "ok" if well else "failing" for name, well in found.items()}
    return Response(json.dumps(body) + "\n", status, content_type="application/json")
