"""Searching cases: what is looked for stands in no address, log or entry of the audit."""

import svcs
from flask import render_template, request
from sqlalchemy.orm import Session

from casework import actions
from casework.pages.blueprint import caseworkers, pages
from casework.pages.desk import lines
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_reading_on_record
from storage.audit_chain import Act

LONGEST_TYPED = 200


@pages.get("/desk/cases/search")
@caseworkers
def search_cases() -> str:
    """Show the field."""
    return _page("", None)


@pages.post("/desk/cases/search")
@caseworkers
def find_cases() -> str:
    """Show the cases that have the words, of those that one may open."""
    words = request.form.get("words", "")[:LONGEST_TYPED]
    put_reading_on_record(Act.CASES_SEARCHED)
    session = svcs.flask.get(Session)
    found = actions.search_cases(session, own_reader(), current_account(), words=words)
    return _page(words, found)


def _page(words: str, found: actions.Hits | None) -> str:
    return render_template(
        "casework/search.html",
        typed=words,
        longest=LONGEST_TYPED,
        found=found,
        rows=lines(found.cards) if found else (),
    )
