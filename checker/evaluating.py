"""The evaluator as an app of its own: it holds the key, sees blinded elements, keeps nothing.

POST /evaluate takes elements, 32 octets each and at most 64 of them, and answers the evaluated
ones and a proof of 64 octets. GET /key answers the public key. Whoever may ask can guess numbers
one by one, so both take the evaluator's token.
"""

from collections.abc import Callable, Iterable
from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from checker.evaluator import RegisterKey, evaluated_by
from checker.voprf import OCTETS, NotAnElement, element

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

MOST = 64  # elements in one request
OCTET_STREAM = "application/octet-stream"


class _Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def evaluator_app(key: RegisterKey, token: str) -> "WSGIApplication":
    """Return the app that evaluates under a key for those who show the token."""

    def app(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        try:
            body, status = _answer(environ, key, token), HTTPStatus.OK
        except _Refused as refused:
            body, status = b"", refused.status
        headers = [("Content-Type", OCTET_STREAM), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    return app


def _answer(environ: dict[str, Any], key: RegisterKey, token: str) -> bytes:
    shown = environ.get("HTTP_AUTHORIZATION", "")
    if not compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise _Refused(HTTPStatus.UNAUTHORIZED)
    asked = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
    views: dict[tuple[str, str], Callable[[], bytes]] = {
        ("GET", "/key"): lambda: key.pair.public,
        ("POST", "/evaluate"): lambda: _evaluated(environ, key),
    }
    if asked not in views:
        raise _Refused(HTTPStatus.NOT_FOUND)
    return views[asked]()


def _evaluated(environ: dict[str, Any], key: RegisterKey) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or not 0 < int(length) <= MOST * OCTETS or int(length) % OCTETS:
        raise _Refused(HTTPStatus.BAD_REQUEST)
    octets = environ["wsgi.input"].read(int(length))
    try:
        blinded = [element(octets[at : at + OCTETS]) for at in range(0, int(length), OCTETS)]
    except NotAnElement:
        raise _Refused(HTTPStatus.BAD_REQUEST) from None
    said = evaluated_by(key.pair, blinded)
    return b"".join(said.evaluated) + said.proof
