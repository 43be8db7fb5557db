"""Bringing a sheet in at the desk: first what each line would do, then, if so wished, doing it.

The sheet is not kept between the two: it stands in the form. Whoever writes it is shown what it
does first, and again if the directory has changed since then.
"""

import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.settings import Settings
from directory import actions
from directory.actions import Effect, Outcome
from directory.pages.blueprint import Page, caseworkers, pages
from directory.pages.labels import LABELS
from directory.sheets import NotASheet, read_lines
from directory.terms import terms_of
from members.recording import put_on_record
from storage.audit_chain import Act

LONGEST_SHEET = 60_000  # octets: a form may be 256 kB, in which each can become three
MOST_SHOWN = 100  # lines of each effect
UNREADABLE = HTTPStatus.UNPROCESSABLE_ENTITY
SHOWN = (Effect.ADDED, Effect.CHANGED)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the lines of a sheet do."""

    outcomes: tuple[Outcome, ...]

    def count(self, effect: Effect) -> int:
        """Return how many lines do this."""
        return Counter(each.effect for each in self.outcomes)[effect]

    @property
    def counts(self) -> str:
        """Return all counts as a form carries them, so that a change in between shows."""
        return " ".join(str(self.count(effect)) for effect in Effect)


@pages.get("/desk/directory/import")
@caseworkers
def import_sheet() -> Page:
    """Ask for a sheet."""
    return _page("")


@pages.post("/desk/directory/import")
@caseworkers
def bring_in() -> Page:
    """Look at a sheet; write it once somebody who has seen what it does says so."""
    try:
        sheet = _sheet()
        looked = _looked(sheet, write=False)
        if request.form.get("seen", "") != looked.counts:
            return _page(sheet, looked=looked)
        written = _looked(sheet, write=True)
    except NotASheet as error:
        return _page(request.form.get("sheet", ""), error=_(str(error))), UNREADABLE
    session = svcs.flask.get(Session)
    put_on_record(Act.LISTINGS_IMPORTED)
    session.commit()
    return _page("", written=written)


def _sheet() -> str:
    """Return what was pasted, or the file that was chosen; raises NotASheet."""
    file = request.files.get("file")
    octets = file.read(LONGEST_SHEET + 1) if file else b""
    try:
        sheet = octets.decode("utf-8-sig") if octets else request.form.get("sheet", "")
    except UnicodeDecodeError:
        message = _("The file is not in UTF-8. Save it as CSV UTF-8.")
        raise NotASheet(message) from None
    if len(sheet.encode()) > LONGEST_SHEET:
        message = _(
            "This sheet is too long for the page. Bring it in by parts, or ask the operator: "
            "`brolly directory import` takes any length."
        )
        raise NotASheet(message)
    return sheet


def _looked(sheet: str, *, write: bool) -> Looked:
    session, settings = svcs.flask.get(Session, Settings)
    terms = terms_of(settings, datetime.now(UTC))
    lines = read_lines(io.StringIO(sheet, newline=""))
    return Looked(tuple(actions.bring_in(session, lines, terms=terms, write=write)))


def _page(
    sheet: str, *, looked: Looked | None = None, written: Looked | None = None, error: str = ""
) -> str:
    shown = looked.outcomes if looked else ()
    return render_template(
        "directory/import.html",
        sheet=sheet,
        looked=looked,
        written=written,
        errors={"sheet": error} if error else {},
        effects=Effect,
        refused=_refused(shown),
        changes=_changes(shown),
        longest=LONGEST_SHEET,
    )


def _refused(outcomes: Iterable[Outcome]) -> list[tuple[int, str, str, str]]:
    """Return each refusal by line, with the column and the words."""
    return [
        (each.line, each.name, _(LABELS[column]), _(words))
        for each in outcomes
        for column, words in each.errors.items()
    ][:MOST_SHOWN]


def _changes(outcomes: Iterable[Outcome]) -> list[tuple[int, str, str]]:
    """Return what lines would write: which fields of a listing, or a new one."""
    return [
        (
            each.line,
            each.name,
            ", ".join(_(LABELS[name]) for name in each.changed) or _("A new listing"),
        )
        for each in outcomes
        if each.effect in SHOWN
    ][:MOST_SHOWN]
