"""Forged and expired forms: what another site sends is refused, what a person typed is kept.

Browsers say where a request comes from (Fetch Metadata); those that do not are held to their
Origin, and all to a token. The token is Flask-WTF's, in Flask's signed cookie, for 12 hours.
"""

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, abort, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect

from members.pages.proof import CODE, PASSKEY, PASSPHRASE
from web.refused import Kind, refuse
from web.typed import in_words

LIFE = timedelta(hours=12)
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
FROM_HERE = frozenset({"same-origin", "none"})
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PROVING = frozenset({PASSPHRASE, CODE})
UNKEPT = frozenset({TOKEN, PASSKEY})  # each counts once
NEVER_ECHOED = ("passphrase", "password", "code")

Page = tuple[str, int]


def refuse_other_sites(app: Flask, *, public_url: str) -> None:
    """Answer 403 to a change that another site asks for, before anything looks at it."""
    ours = urlsplit(public_url).netloc

    @app.before_request
    def _refuse() -> None:
        if request.method in CHANGING and not _from_here(ours):
            abort(HTTPStatus.FORBIDDEN)


def ask_for_tokens(app: Flask) -> None:
    """Ask every change for a token, except views marked `needs_no_token`.

    Flask-WTF's check of the Referer stays off: our Referrer-Policy sends none, and
    `refuse_other_sites` does its work. Call this when every view is registered.
    """
    app.config["WTF_CSRF_TIME_LIMIT"] = int(LIFE.total_seconds())
    app.config["WTF_CSRF_SSL_STRICT"] = False
    protect = CSRFProtect(app)
    for view in app.view_functions.values():
        if getattr(view, "needs_no_token", False):
            protect.exempt(view)

    @app.errorhandler(CSRFError)
    def _expired(error: CSRFError) -> Page:
        del error
        refuse(Kind.FORM)
        return send_again(
            title=_("Please send that once more"),
            words=_(
                "This page was open for a long time, or was opened before you signed in. "
                "Nothing was saved yet, and nothing you typed is lost."
            ),
            status=HTTPStatus.BAD_REQUEST,
        )


def send_again(*, title: str, words: str, status: int, sign_in: str = "") -> Page:
    """Return a page that shows what was typed and sends it again with a fresh token.

    Passphrases and codes are asked for again: they are never written into a page.
    """
    page = render_template(
        "web/send_again.html", title=title, words=words, sign_in=sign_in, **_typed(frozenset())
    )
    return page, status


def prove_first(
    *, title: str, words: str, trouble: str, with_code: bool, with_passkey: bool, status: int
) -> Page:
    """Return a page that asks who somebody is, and then sends what was typed."""
    page = render_template(
        "web/prove.html",
        title=title,
        words=words,
        trouble=trouble,
        with_code=with_code,
        with_passkey=with_passkey,
        **_typed(PROVING),
    )
    return page, status


def _typed(without: frozenset[str]) -> dict[str, object]:
    """Return what was typed, what of it is shown, and what is asked for again."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in UNKEPT and not _secret(name)
    ]
    return {
        "action": request.full_path if request.query_string else request.path,
        "kept": kept,
        "shown": in_words(kept),
        "asked": [name for name in request.form if _secret(name) and name not in without],
    }


def _secret(name: str) -> bool:
    return any(word in name.lower() for word in NEVER_ECHOED)


def _from_here(ours: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in FROM_HERE
    origin = request.headers.get("Origin", "null")  # "null" is what our Referrer-Policy makes of it
    return origin == "null" or urlsplit(origin).netloc in {ours, request.host}
