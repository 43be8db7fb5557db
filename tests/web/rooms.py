"""Small rooms for the tests of web."""

from collections.abc import Callable

from flask import Blueprint, render_template_string, request
from werkzeug.wrappers import Response

from members.guard import needs_no_token, public, signed_in

FORM = """
{% extends "base.html" %}{% from "macros/fields.html" import csrf, text, button %}
{% block main %}<form method="post">{{ csrf() }}{{ text("what", "What happened?") }}
{{ button("Send") }}</form>{% endblock %}
"""

Answer = str | tuple[str, int] | Response


def a_room(view: Callable[..., Answer], rule: str = "/room", *methods: str) -> Blueprint:
    """Return a room of one page that declared its access."""
    room = Blueprint(f"room-{view.__name__}", __name__)
    room.add_url_rule(rule, view.__name__, view, methods=list(methods or ("GET", "POST")))
    return room


def a_failing_room(error: Exception) -> Blueprint:
    """Return a room whose page fails."""

    @public
    def fails() -> str:
        raise error

    return a_room(fails, "/fails")


class Receiving:
    """A room with a form that keeps what it was sent."""

    def __init__(self) -> None:
        self.got: list[dict[str, list[str]]] = []

    @property
    def open_room(self) -> Blueprint:
        """Return it for anybody."""
        return a_room(public(self._view("receives")), "/form")

    @property
    def closed_room(self) -> Blueprint:
        """Return it for whoever is signed in."""
        return a_room(signed_in(self._view("receives_members")), "/members-form")

    @property
    def webhook(self) -> Blueprint:
        """Return it as a provider calls it."""
        return a_room(public(needs_no_token(self._view("hears"))), "/hook", "POST")

    def _view(self, name: str) -> Callable[[], Answer]:
        def view() -> Answer:
            if request.method == "POST":
                self.got.append(request.form.to_dict(flat=False))
                return "received"
            return render_template_string(FORM)

        view.__name__ = name
        return view
