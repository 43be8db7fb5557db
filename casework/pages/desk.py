"""The desk of cases: the list with its clocks, the board, those that are closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import svcs
from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.actions import Whose
from casework.model import RUNNING, CaseCard, CaseState
from casework.pages import words as wording
from casework.pages.blueprint import caseworkers, pages
from casework.pages.rows import Row, rows_of
from members import actions as members
from members.guard import current_account
from storage.keys import Sealers

LIST = "/desk/cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the board, and how many cases it does not show."""

    state: str
    words: str
    rows: Sequence[Row]
    count: int
    more: int


@pages.get(LIST)
@caseworkers
def cases() -> str:
    """List the cases that run, what is due first at the top."""
    whose, state, after = _whose(), _state(), request.args.get("after", "")
    session = svcs.flask.get(Session)
    found = actions.list_cases(session, current_account(), whose=whose, state=state, after=after)
    return render_template(
        "casework/cases.html",
        rows=lines(found.cards),
        after=found.after,
        goes_on=bool(after),
        whose=whose.value,
        choices=_choices(),
        state=state.value if state else "",
        states=[(each.value, _(wording.STATES[each])) for each in RUNNING],
    )


@pages.get(f"{LIST}/board")
@caseworkers
def cases_board() -> str:
    """Show the cases that run by where they stand."""
    session, whose = svcs.flask.get(Session), _whose()
    found = actions.board(session, current_account(), whose=whose)
    rows = iter(lines(card for column in found.values() for card in column.cards))
    return render_template(
        "casework/board.html",
        columns=[
            Column(
                state=state.value,
                words=_(wording.STATES[state]),
                rows=[next(rows) for _card in column.cards],
                count=column.count,
                more=column.count - len(column.cards),
            )
            for state, column in found.items()
        ],
        whose=whose.value,
        choices=_choices(),
    )


@pages.get(f"{LIST}/closed")
@caseworkers
def closed_cases() -> str:
    """List the cases that were closed last."""
    found = actions.list_closed(svcs.flask.get(Session), current_account())
    return render_template("casework/closed_cases.html", rows=lines(found))


def lines(cards: Iterable[CaseCard]) -> Sequence[Row]:
    """Return cases as lines of a table, for whoever is signed in."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return rows_of(
        cards,
        names=members.staff_names(session, sealers),
        own=current_account().id,
        at=LIST,
        now=datetime.now(UTC),
    )


def _whose() -> Whose:
    wanted = request.args.get("whose", "")
    return Whose(wanted) if wanted in set(Whose) else Whose.ALL


def _state() -> CaseState | None:
    wanted = request.args.get("state", "")
    return CaseState(wanted) if wanted in set(RUNNING) else None


def _choices() -> list[tuple[str, str]]:
    return [(each.value, _(words)) for each, words in wording.WHOSE.items()]
