"""What private checks are answered with: cards with holes, and the names of what fills them.

A private check is answered on the phone, so everything that an answer may need is handed out
beforehand, the same to everybody.
"""

from hashlib import sha256

import svcs
from flask import Response, current_app, render_template, url_for
from flask_babel import get_locale

from checker.model import Severity
from config.areas import load_areas
from config.settings import Settings

A_DAY = "private, max-age=86400"


def answer_with_patterns() -> Response:
    """Hand them out."""
    response = Response(_patterns()[0])
    response.headers["Cache-Control"] = A_DAY
    return response


def address_of_patterns() -> str:
    """Return where they are, in the language of this request: another address when they change."""
    return url_for("checker.patterns", version=_patterns()[1])


def _patterns() -> tuple[str, str]:
    """Return the page, and what tells its version from others."""
    kept: dict[str, tuple[str, str]] = current_app.extensions.setdefault("patterns", {})
    language = str(get_locale())
    if language not in kept:
        page = render_template(
            "checker/patterns.html",
            severities=list(Severity),
            areas=load_areas(svcs.flask.get(Settings)),
        )
        kept[language] = page, sha256(page.encode()).hexdigest()[:12]
    return kept[language]
