"""Writing to the person: a message, what comes next, what was agreed; and word that it is there."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.model import LONGEST_LINE, CaseMoved, LineKind
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.case import case_page
from casework.pages.looks import next_look
from casework.pages.working import moved
from config.settings import Settings
from members import actions as members
from members.guard import current_account
from members.model import Told
from members.opening import own_reader
from members.recording import put_on_record
from members.typed import TypedForm
from messages.model import Queue
from reports.rights import Notice
from storage.audit_chain import Act
from storage.keys import Sealers
from storage.queue import JobQueue


@pages.post("/desk/cases/<uuid:case_id>/lines")
@caseworkers
def write_to_person(case_id: UUID) -> Page:
    """Write a line that the person reads, and let them know that there is one."""
    session, sealers = svcs.flask.get(Session, Sealers)
    typed, now, account = TypedForm(form=request.form), datetime.now(UTC), current_account()
    kind = typed.one_of("line-kind", LineKind) or LineKind.MESSAGE
    text = typed.words("line", longest=LONGEST_LINE)
    if not text and "line" not in typed.errors:
        typed.errors["line"] = _("Write a line first.")
    due_at = next_look(typed, "line-next", now)
    if typed.errors:
        return case_page(case_id, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        keys = actions.write_line(
            session, own_reader(), account, case_id, kind=kind, text=text, due_at=due_at, now=now
        )
    except CaseMoved:
        session.rollback()
        return moved(case_id, typed)
    notice = _notice(actions.language_of(session, case_id, account), now)
    told = actions.tell_person(session, sealers, keys.shared, case_id, notice=notice, now=now)
    put_on_record(Act.CASE_WRITTEN, on=case_id)
    session.commit()
    _wake(told)
    here = url_for("casework.read_case", case_id=case_id)
    return redirect(f"{here}#lines", HTTPStatus.SEE_OTHER)


def _wake(told: Told | None) -> None:
    if told is not None:
        queue = svcs.flask.get(JobQueue)
        for channel in told.channels:
            queue.wake("drain", str(told.cause_id), channel, queue=Queue.SERVICE)


def _notice(language: str, now: datetime) -> Notice:
    """Return neutral words in the person's language: somebody else may see them light up."""
    settings = svcs.flask.get(Settings)
    link = f"{settings.public_url}{url_for('casework.come_back')}"
    with force_locale(language.replace("-", "_")):
        return Notice(
            subject=_("There is an answer"),
            body=_("There is an answer. Open it here: %(link)s", link=link),
            rings_from=members.night_ends(now, time_zone=settings.time_zone),
        )
