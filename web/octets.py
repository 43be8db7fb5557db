"""What nobody types and the databases do not take alike: U+0000, in an address or in a form."""

from http import HTTPStatus

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict

from web.services import SAFE_METHODS

NUL = "\0"


def refuse_nul(app: Flask) -> None:
    """Answer 404 to an address that holds a NUL and 400 to a form, before anything looks at them.

    PostgreSQL refuses it in text, SQLite keeps it.
    """

    @app.before_request
    def _refuse() -> None:
        if NUL in request.path or _holds_nul(request.args):
            abort(HTTPStatus.NOT_FOUND)
        if request.method not in SAFE_METHODS and _holds_nul(request.form):
            abort(HTTPStatus.BAD_REQUEST)


def _holds_nul(given: MultiDict[str, str]) -> bool:
    return any(NUL in name or NUL in text for name, text in given.items(multi=True))
