"""Writing to the person: a message, what comes next, what was agreed; and word that it is there."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.model import LONGEST_LINE, CaseMoved, LineKind
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.looks import next_look
from casework.pages.telling import tell, wake
from casework.pages.working import moved
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from storage.audit_chain import Act


@pages.post("/desk/cases/<uuid:case_id>/lines")
@caseworkers
def write_to_person(case_id: UUID) -> Page:
    """Write a line that the person reads, and let them know that there is one."""
    session = svcs.flask.get(Session)
    typed, now, account = TypedForm(form=request.form), datetime.now(UTC), current_account()
    kind = typed.one_of("line-kind", LineKind) or LineKind.MESSAGE
    text = typed.words("line", longest=LONGEST_LINE)
    if not text and "line" not in typed.errors:
        typed.errors["line"] = _("Write a line first.")
    due_at = next_look(typed, "line-next", now)
    if typed.errors:
        return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        actions.write_line(
            session, own_reader(), account, case_id, kind=kind, text=text, due_at=due_at, now=now
        )
    except CaseMoved:
        session.rollback()
        return moved(case_id, typed)
    told = tell(case_id, now)
    put_on_record(Act.CASE_WRITTEN, on=case_id)
    session.commit()
    wake(told)
    here = url_for("casework.read_case", case_id=case_id)
    return redirect(f"{here}#lines", HTTPStatus.SEE_OTHER)
