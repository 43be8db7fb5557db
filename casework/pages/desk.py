"""The desk of cases: the list with its clocks, the board, those that are closed."""

from datetime import UTC, datetime

import svcs
from flask import render_template, request
from sqlalchemy.orm import Session

from casework import actions
from casework.actions import Whose
from casework.pages import words as wording
from casework.pages.blueprint import caseworkers, pages
from members import actions as members
from members.guard import current_account
from storage.keys import Sealers


@pages.get("/desk/cases")
@caseworkers
def cases() -> str:
    """List the cases that run, what is due first at the top."""
    session, whose = svcs.flask.get(Session), _whose()
    after = request.args.get("after", "")
    found = actions.list_cases(session, current_account(), whose=whose, after=after)
    return _page("casework/cases.html", whose=whose, found=found, goes_on=bool(after))


@pages.get("/desk/cases/board")
@caseworkers
def cases_board() -> str:
    """Show the cases that run by where they stand."""
    session, whose = svcs.flask.get(Session), _whose()
    columns = actions.board(session, current_account(), whose=whose)
    return _page("casework/board.html", whose=whose, columns=columns)


@pages.get("/desk/cases/closed")
@caseworkers
def closed_cases() -> str:
    """List the cases that were closed last."""
    found = actions.list_closed(svcs.flask.get(Session), current_account())
    return _page("casework/closed_cases.html", cards=found)


def _whose() -> Whose:
    wanted = request.args.get("whose", "")
    return Whose(wanted) if wanted in set(Whose) else Whose.ALL


def _page(template: str, **found: object) -> str:
    session, sealers = svcs.flask.get(Session, Sealers)
    return render_template(
        template,
        names=members.staff_names(session, sealers),
        wording=wording,
        now=datetime.now(UTC),
        **found,
    )
