"""The evaluator as an app of its own: it holds the key, sees blinded elements, keeps nothing.

POST /evaluate/<public key in hex> takes elements, 32 octets each and at most 64 of them, and
answers the evaluated ones and a proof of 64 octets, under that key if it is held: during a rotation
there are two. Whoever may ask can guess numbers one by one, so it takes the evaluator's token.
"""

from collections.abc import Iterable
from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from checker.evaluator import RegisterKeys, evaluated_by
from checker.model import WrongRegisterKey
from checker.voprf import OCTETS, KeyPair, NotAnElement, element

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

EVALUATE = "/evaluate/"
MOST = 64  # elements in one request
OCTET_STREAM = "application/octet-stream"


class _Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def evaluator_app(keys: RegisterKeys, token: str) -> "WSGIApplication":
    """Return the app that evaluates under these keys for those who show the token."""

    def app(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        try:
            body, status = _answer(environ, keys, token), HTTPStatus.OK
        except _Refused as refused:
            body, status = b"", refused.status
        headers = [("Content-Type", OCTET_STREAM), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    return app


def _answer(environ: dict[str, Any], keys: RegisterKeys, token: str) -> bytes:
    shown = environ.get("HTTP_AUTHORIZATION", "")
    if not compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise _Refused(HTTPStatus.UNAUTHORIZED)
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] != "POST" or not path.startswith(EVALUATE):
        raise _Refused(HTTPStatus.NOT_FOUND)
    try:
        pair = keys.under(bytes.fromhex(path.removeprefix(EVALUATE)))
    except (ValueError, WrongRegisterKey):
        raise _Refused(HTTPStatus.NOT_FOUND) from None
    return _evaluated(environ, pair)


def _evaluated(environ: dict[str, Any], pair: KeyPair) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or not 0 < int(length) <= MOST * OCTETS or int(length) % OCTETS:
        raise _Refused(HTTPStatus.BAD_REQUEST)
    octets = environ["wsgi.input"].read(int(length))
    try:
        blinded = [element(octets[at : at + OCTETS]) for at in range(0, int(length), OCTETS)]
    except NotAnElement:
        raise _Refused(HTTPStatus.BAD_REQUEST) from None
    said = evaluated_by(pair, blinded)
    return b"".join(said.evaluated) + said.proof
