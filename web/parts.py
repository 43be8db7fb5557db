"""Parts of pages that are the same each time but for what stands in their holes: rendered once.

A page is mostly frame, and most of an answer is advice: rendering them anew for each check would
cost more than the check. A part is remembered for each language, each kind of account and each
link that is marked as the current page; nothing that anybody typed is remembered.
"""

from flask import Flask, current_app, render_template, request
from markupsafe import Markup, escape

from members.guard import current
from web.languages import language
from web.navigation import is_a_way

Key = tuple[str, str, tuple[str, str] | None, str]
Pieces = tuple[tuple[str, str], ...]  # a piece of HTML, and the name of the hole after it


def set_up_parts(app: Flask) -> None:
    """Give templates `part(name, ...)`."""
    app.extensions["parts"] = {}
    app.jinja_env.globals["part"] = part


def part(template: str, **holes: str) -> Markup:
    """Return a part with its holes filled; what is put in them is escaped.

    The template may write a hole, and do nothing else with it: it sees a mark in its place. What
    else it looks at must follow from the language, from the role and state of the account, and
    from the address of the page.
    """
    account = current()
    who = (account.role, account.state) if account else None
    here = request.path if is_a_way(request.path) else ""
    parts: dict[Key, Pieces] = current_app.extensions["parts"]
    key = (template, language(), who, here)
    pieces = parts.get(key)
    if pieces is None:
        pieces = parts[key] = _pieces(template, tuple(holes))
    filled = "".join([f"{text}{escape(holes.get(hole, ''))}" for text, hole in pieces])
    return Markup(filled)  # noqa: S704 - a rendered template, and escaped values


def _pieces(template: str, holes: tuple[str, ...]) -> Pieces:
    marks = {hole: f"\0{hole}\0" for hole in holes}
    between = render_template(template, **marks).split("\0")
    return tuple(zip(between[::2], [*between[1::2], ""], strict=True))
