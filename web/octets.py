"""What nobody types and the databases do not take alike: U+0000, in an address or in a form."""

from http import HTTPStatus

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict

from web.services import SAFE_METHODS

NUL = "\0"


def drop_nul(app: Flask) -> None:
    """Answer 404 to an address that holds a NUL, and drop those that were pasted into a form.

    PostgreSQL refuses it in text, SQLite keeps it. Call this before anything looks at either.
    """

    @app.before_request
    def _drop() -> None:
        asked = request.args.items(multi=True)
        if NUL in request.path or any(NUL in name or NUL in text for name, text in asked):
            abort(HTTPStatus.NOT_FOUND)
        if request.method in SAFE_METHODS:
            return
        typed = list(request.form.items(multi=True))
        if any(NUL in name or NUL in text for name, text in typed):
            request.form = ImmutableMultiDict(
                (name.replace(NUL, ""), text.replace(NUL, "")) for name, text in typed
            )
