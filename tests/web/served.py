"""Rooms that a real browser looks at, and the server that serves them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Blueprint, render_template_string, request
from werkzeug.serving import make_server

from members.guard import public
from tests.web.rooms import a_room

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

SECONDS_TO_END = 0.01  # half a second, as it would be, is longer than most tests
CHECK = """
{% extends "base.html" %}{% from "macros/fields.html" import csrf, text, button %}
{% from "macros/cards.html" import answer %}
{% block main %}<h1>Check</h1>
<form method="post" action="/check" data-swap="#answer">{{ csrf() }}
{{ text("entry", "Number", value=form.entry, autofocus=true) }}{{ button("Check") }}</form>
<div id="answer" aria-live="polite">{% if form.entry %}{{ answer("risk", form.entry) }}{% endif %}
</div>{% endblock %}
"""
POLLED = """
{% extends "base.html" %}{% block main %}<h1>Progress</h1>
<section id="progress" {% if count < 3 %}data-poll="0.05"{% endif %}>{{ count }} sent</section>
{% endblock %}
"""
EVERYTHING = """
{% extends "base.html" %}
{% from "macros/fields.html" import csrf, text, passphrase, area, select, radios %}
{% from "macros/fields.html" import checkboxes, checkbox, date, button %}
{% from "macros/errors.html" import summary %}{% from "macros/steps.html" import steps %}
{% from "macros/cards.html" import answer, warning, severity_badge %}
{% from "macros/layout.html" import heading, buttons, message, empty, badge, facts, figures %}
{% from "macros/layout.html" import progress, table, more %}
{% block body_class %}wide{% endblock %}
{% block main %}{% set o = [("1", "One"), ("2", "Two", "More on two")] %}
{{ steps(2, 5, "Where") }}{{ summary({"a": "Enter a number"}) }}
{{ heading("Everything", lead="At once", above="Above", back="/") }}
<form method="post">{{ csrf() }}{{ text("a", "A", hint="Hint", error="Enter a number") }}
{{ passphrase("b", "B") }}{{ area("c", "C", optional=true) }}{{ select("d", "D", o, first="None") }}
{{ radios("e", "E", o, value="1", error="Choose") }}{{ checkboxes("f", "F", o, chips=true) }}
{{ checkbox("g", "G", hint="Hint") }}{{ date("h", "H", error="No such day") }}
{% call buttons() %}{{ button("Send") }}{{ button("Skip", kind="plain") }}
{{ button("Stop", kind="quiet") }}{% endcall %}</form>
<div class="desk"><section class="panel"><h2>Left</h2>{{ figures([("sent", 3)]) }}
{{ progress(1, 2, "Mails") }}{{ facts([("When", "today")]) }}
<p><mark>Dave</mark> <span class="code">AB-CD</span></p></section>
<section><h2>Cards</h2>
{% for s in ["danger", "risk", "nuisance"] %}
{{ warning(s, "A warning", [("When", "May")], "Text", "Advice") }}
{{ severity_badge(s) }}{% endfor %}
</section></div>
{% for s in ["danger", "risk", "nuisance", "none", "ask", "unavailable"] %}
{{ answer(s, advice="Advice", note="Note") }}{% endfor %}
{% for k in ["info", "done", "care", "wrong"] %}
{% call message(k, "Title") %}<p>Words <a href="/">link</a></p>{% endcall %}{% endfor %}
{{ table("Waiting", ["Reference", "Area", "State"],
  [["R-1", "North", badge("new", "plum")], ["R-2", "South", badge("old", "clay")]]) }}
{{ empty("Nothing", "Words") }}{% call more("Open me") %}<p>Inside</p>{% endcall %}
{% endblock %}
"""


@contextmanager
def serving(app: "WSGIApplication", *, port: int = 0) -> Iterator[str]:
    """Serve an app to a browser; gives its address.

    It ends with its last request: one that closed its database later would take files of the
    next test's along.
    """
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = False  # type: ignore[attr-defined] # so that closing waits for them
    thread = threading.Thread(target=server.serve_forever, args=[SECONDS_TO_END])
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def rooms_to_browse() -> list[Blueprint]:
    """Return a check, progress that renews itself, and a page of everything."""
    counted = iter(range(1, 100))

    @public
    def check() -> str:
        return render_template_string(CHECK, form=request.form)

    @public
    def polled() -> str:
        return render_template_string(POLLED, count=next(counted))

    @public
    def everything() -> str:
        return render_template_string(EVERYTHING)

    return [
        a_room(check, "/check"),
        a_room(polled, "/polled", "GET"),
        a_room(everything, "/everything"),
    ]
