"""The macros that every room's templates are built from."""

import re

import pytest
from flask import Flask, render_template_string

from tests.web.conftest import BuildApp

NASTY = "<b>\"'&"
SAFE = "&lt;b&gt;&#34;&#39;&amp;"


@pytest.fixture
def app(build: BuildApp) -> Flask:
    return build()


def drawn(app: Flask, source: str, **values: object) -> str:
    found = re.findall(r"(\w+)\(", source)[0]
    home = next(
        name
        for name, macros in {
            "fields": "text passphrase area select radios checkboxes checkbox date hidden button",
            "cards": "answer warning severity_badge",
            "layout": "heading empty badge facts figures progress table message",
            "errors": "summary",
            "steps": "steps",
        }.items()
        if found in macros.split()
    )
    template = f'{{% from "macros/{home}.html" import {found} %}}{source}'
    with app.test_request_context("/"):
        return render_template_string(template, **values)


@pytest.mark.parametrize(
    "source",
    [
        '{{ text("n", x, value=x, hint=x, error=x) }}',
        '{{ area("n", x, value=x, hint=x, error=x) }}',
        '{{ passphrase("n", x, hint=x, error=x) }}',
        '{{ select("n", x, [(x, x)], value=x, hint=x, error=x, first=x) }}',
        '{{ radios("n", x, [(x, x, x)], value=x, hint=x, error=x) }}',
        '{{ checkboxes("n", x, [(x, x, x)], values=[x], hint=x, error=x) }}',
        '{{ checkbox("n", x, hint=x, error=x, value=x) }}',
        '{{ date("n", x, {"day": x, "month": x, "year": x}, hint=x, error=x) }}',
        '{{ hidden("n", x) }}',
        '{{ button(x, name="n", value=x) }}',
        '{{ answer("danger", x, [(x, x)], advice=x, note=x) }}',
        '{{ warning("risk", x, [(x, x)], text=x, advice=x, href="/a", link=x) }}',
        "{{ severity_badge(x) }}",
        '{{ heading(x, lead=x, above=x, back="/a", back_words=x) }}',
        "{{ empty(x, x) }}",
        "{{ badge(x) }}",
        "{{ facts([(x, x)]) }}",
        "{{ figures([(x, x)]) }}",
        "{{ progress(1, 2, x) }}",
        "{{ table(x, [x, x], [[x, x]]) }}",
        '{{ summary({"n": x}, x) }}',
        "{{ steps(1, 2, x) }}",
        '{% call message("info", x) %}{{ x }}{% endcall %}',
    ],
)
def test_what_people_typed_is_escaped_everywhere(app: Flask, source: str) -> None:
    html = drawn(app, source, x=NASTY)
    assert NASTY not in html
    assert "<b>" not in html
    assert SAFE in html


def test_a_field_is_tied_to_its_label_hint_and_error(app: Flask) -> None:
    html = drawn(app, '{{ text("entry", "Number", value="07", hint="Paste", error="Too short") }}')
    assert '<label for="entry">Number</label>' in html
    assert 'id="entry-hint"' in html
    assert 'id="entry-error"' in html
    assert 'aria-describedby="entry-hint entry-error" aria-invalid="true"' in html
    assert 'value="07"' in html
    assert 'autocomplete="off"' in html


def test_a_field_without_hint_and_error_names_neither(app: Flask) -> None:
    assert "aria-" not in drawn(app, '{{ text("entry", "Number") }}')


def test_a_passphrase_never_has_a_value(app: Flask) -> None:
    html = drawn(app, '{{ passphrase("passphrase", "Passphrase", new=true) }}')
    assert "value" not in html
    assert 'autocomplete="new-password"' in html


def test_what_was_chosen_stays_chosen(app: Flask) -> None:
    options = [(1, "one"), ("2", "two", "more on two")]
    radios = drawn(app, '{{ radios("n", "Which", o, value="1") }}', o=options)
    assert re.search(r'id="n" name="n" value="1"[^>]* checked', radios)
    assert radios.count("checked") == 1
    chosen = drawn(app, '{{ checkboxes("n", "Which", o, values=["2"]) }}', o=options)
    assert re.search(r'id="n-2" name="n" value="2"[^>]* checked', chosen)
    assert chosen.count("checked") == 1
    selected = drawn(app, '{{ select("n", "Which", o, value=1) }}', o=[(1, "one"), (2, "two")])
    assert '<option value="1" selected>' in selected


def test_the_summary_leads_to_each_field(app: Flask) -> None:
    html = drawn(app, "{{ summary(errors) }}", errors={"when": "No such day", "what": "Say what"})
    assert re.findall(r'href="#(\w+)"', html) == ["when", "what"]
    assert not drawn(app, "{{ summary({}) }}").strip()


def test_every_severity_is_said_in_words_beside_its_icon(app: Flask) -> None:
    for severity, words in {
        "danger": "Danger",
        "risk": "Risk",
        "nuisance": "Nuisance",
        "none": "No warning found",
        "unavailable": "Cannot check now",
        "ask": "Which one?",
    }.items():
        html = drawn(app, "{{ answer(severity) }}", severity=severity)
        assert words in html
        assert f"icon-{severity}" in html


def test_facts_without_words_are_left_out(app: Flask) -> None:
    html = drawn(app, '{{ facts([("When", ""), ("Where", none), ("How many", 0)]) }}')
    assert re.findall("<dt>(.*?)</dt>", html) == ["How many"]


def test_a_table_reads_as_cards_on_a_small_screen(app: Flask) -> None:
    html = drawn(app, '{{ table("Waiting", ["Reference", "Area"], [["R-1", "North"]]) }}')
    assert '<th scope="row">R-1</th><td data-label="Area">North</td>' in html


def test_progress_of_nothing_is_drawn(app: Flask) -> None:
    assert 'max="1"' in drawn(app, '{{ progress(0, 0, "Mails") }}')
