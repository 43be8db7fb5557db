"""Word to the person that there is something new in their case, in the change that makes it."""

from datetime import datetime
from uuid import UUID

import svcs
from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from config.settings import Settings
from members import actions as members
from members.guard import current_account
from members.model import Told
from members.opening import own_reader
from messages.model import Queue
from reports.rights import Notice
from storage.keys import Sealers
from storage.queue import JobQueue


def tell(case_id: UUID, now: datetime) -> Told | None:
    """Write to where the person wants to hear of it; commit, then call `wake`."""
    session, sealers = svcs.flask.get(Session, Sealers)
    row = actions.case_row(session, case_id, current_account())
    keys = actions.keys_of(session, own_reader(), row)
    notice = _notice(row.language, now)
    return actions.tell_person(session, sealers, keys.shared, case_id, notice=notice, now=now)


def wake(told: Told | None) -> None:
    """Let what was written leave."""
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
