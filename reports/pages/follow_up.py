"""A reporter's own reports: what became of them, a line added, consents changed, withdrawn.

Whoever holds the receipt code comes in by the code; a member who linked a report to their account
finds it there as well. Both doors lead to the same page.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from checker import actions as checker
from checker.evaluator import Evaluator
from checker.model import RegisterUnavailable
from checker.register import Register
from config.areas import load_areas
from config.settings import Settings
from members.guard import public, signed_in
from members.opening import own_reader
from reports import actions, wording
from reports.dates import local_day
from reports.model import LONGEST_LINE, Consent, ReportChannel
from reports.opening import ByAccount, ByCode, Way
from reports.pages.answers import read_line
from reports.pages.asked import ask_for_code, typed_form
from reports.pages.blueprint import Page, pages
from reports.pages.kept import fresh_code, keep, kept_code
from reports.refusals import NoSuchReceipt, NotInThisState
from storage.keys import Sealers


@dataclass(frozen=True, slots=True)
class Door:
    """A report as its reporter reached it: by its code, or by its reference in their account."""

    report_id: UUID
    opens: Way
    reference: str | None = None

    def way(self, step: str = "") -> str:
        """Return the address of the report's page, or of one of its steps."""
        if self.reference is None:
            return url_for(f"reports.mine{step}")
        return url_for(f"reports.own{step}", reference=self.reference)


@pages.get("/report/mine")
@public
def mine() -> str:
    """Show the report of the code that this browser holds."""
    now = datetime.now(UTC)
    code = fresh_code(now)
    keep(code, now)
    return page_of_code(code)


@pages.post("/report/mine/line")
@public
def mine_line() -> Page:
    """Add a line to it; without a code the line is kept until the code is typed."""
    try:
        door = _by_code(kept_code())
    except NoSuchReceipt:
        return ask_for_code(line=request.form.get("line", "")), HTTPStatus.UNPROCESSABLE_ENTITY
    return _add_line(door)


@pages.post("/report/mine/consent")
@public
def mine_consent() -> Response:
    """Turn one of its switches on or off."""
    return _switch(_by_code(kept_code()))


@pages.post("/report/mine/match")
@public
def mine_match() -> Response:
    """Say whether to go on, now that another report names the same."""
    return _answer_match(_by_code(kept_code()))


@pages.post("/report/mine/withdraw")
@public
def mine_withdraw() -> Response:
    """Withdraw it."""
    return _withdraw(_by_code(kept_code()))


@pages.get("/reports/mine")
@signed_in
def own_list() -> str:
    """List the reports that this account made in its name."""
    session = svcs.flask.get(Session)
    found = actions.own_reports(session, mark=ByAccount(own_reader().private).mark)
    return render_template("reports/own.html", reports=found, wording=wording)


@pages.get("/reports/mine/<reference>")
@signed_in
def own(reference: str) -> str:
    """Show one of them."""
    return _page(_by_account(reference))


@pages.post("/reports/mine/<reference>/line")
@signed_in
def own_line(reference: str) -> Page:
    """Add a line to it."""
    return _add_line(_by_account(reference))


@pages.post("/reports/mine/<reference>/consent")
@signed_in
def own_consent(reference: str) -> Response:
    """Turn one of its switches on or off."""
    return _switch(_by_account(reference))


@pages.post("/reports/mine/<reference>/match")
@signed_in
def own_match(reference: str) -> Response:
    """Say whether to go on, now that another report names the same."""
    return _answer_match(_by_account(reference))


@pages.post("/reports/mine/<reference>/withdraw")
@signed_in
def own_withdraw(reference: str) -> Response:
    """Withdraw it."""
    return _withdraw(_by_account(reference))


def page_of_code(code: str, *, line: str = "", late: bool = False) -> str:
    """Return the report's page, with a line to add already in its field; raises NoSuchReceipt."""
    return _page(_by_code(code), line=line, late=late)


def _by_code(code: str) -> Door:
    session, sealers = svcs.flask.get(Session, Sealers)
    report_id = actions.report_of_code(session, sealers.reports, code=code)
    return Door(report_id, ByCode.of(sealers.reports, code))


def _by_account(reference: str) -> Door:
    session, own = svcs.flask.get(Session), ByAccount(own_reader().private)
    try:
        report_id = actions.report_of_account(session, mark=own.mark, reference=reference)
    except NoSuchReceipt:
        abort(HTTPStatus.NOT_FOUND)
    return Door(report_id, own, reference)


def _page(door: Door, *, line: str = "", error: str = "", late: bool = False) -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    today = local_day(datetime.now(UTC), settings.time_zone)
    report = actions.follow_up(
        session, sealers.reports, report_id=door.report_id, today=today, way=door.opens
    )
    return render_template(
        "reports/mine.html",
        door=door,
        report=report,
        line=line,
        errors={"line": error} if error else {},
        late=late,
        longest=LONGEST_LINE,
        wording=wording,
        areas=load_areas(settings),
    )


def _add_line(door: Door) -> Page:
    session, sealers = svcs.flask.get(Session, Sealers)
    typed = typed_form()
    text = read_line(typed)
    if typed.errors:
        page = _page(door, line=text, error=typed.errors["line"])
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        actions.add_line(
            session,
            sealers,
            report_id=door.report_id,
            text=text,
            way=door.opens,
            now=datetime.now(UTC),
        )
    except NotInThisState:
        return _page(door, line=text), HTTPStatus.CONFLICT
    session.commit()
    return redirect(door.way() + "#lines", HTTPStatus.SEE_OTHER)


def _switch(door: Door) -> Response:
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    now, form = datetime.now(UTC), request.form
    consent = next((each for each in Consent if each in {form.get("on"), form.get("off")}), None)
    if consent is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        if "on" in form:
            actions.give_consent(
                session,
                report_id=door.report_id,
                consent=consent,
                channel=ReportChannel.WEB,
                now=now,
            )
        else:
            actions.withdraw_consent(
                session,
                sealers.reports,
                evaluator,
                report_id=door.report_id,
                consent=consent,
                now=now,
            )
    except NotInThisState:  # withdrawn from another tab: the page says so
        session.rollback()
    session.commit()
    _refresh_register(session)
    return redirect(door.way() + "#consents", HTTPStatus.SEE_OTHER)


def _answer_match(door: Door) -> Response:
    session, answer = svcs.flask.get(Session), request.form.get("answer")
    if answer not in {"yes", "no"}:
        abort(HTTPStatus.BAD_REQUEST)
    now = datetime.now(UTC)
    try:
        actions.answer_match(session, door.report_id, agreed=answer == "yes", now=now)
    except NotInThisState:  # answered from another tab: the page says how it stands
        session.rollback()
    session.commit()
    return redirect(door.way() + "#consents", HTTPStatus.SEE_OTHER)


def _withdraw(door: Door) -> Response:
    session, sealers, evaluator = svcs.flask.get(Session, Sealers, Evaluator)
    actions.withdraw_report(
        session, sealers.reports, evaluator, report_id=door.report_id, now=datetime.now(UTC)
    )
    session.commit()
    _refresh_register(session)
    return redirect(door.way(), HTTPStatus.SEE_OTHER)


def _refresh_register(session: Session) -> None:
    """Bring Redis up to the database; a sweep does it again if Redis cannot be reached now."""
    try:
        checker.refresh(session, svcs.flask.get(Register), now=datetime.now(UTC))
        session.commit()
    except RegisterUnavailable:
        session.rollback()
