"""Telling an account's owner that something about signing in changed, and what to do about it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import svcs
from flask import render_template, url_for
from sqlalchemy.orm import Session

from config.settings import Settings
from members import actions
from members.guard import public
from members.pages.blueprint import Page, pages
from messages.model import Queue
from storage.keys import Sealers
from storage.queue import JobQueue


@pages.get("/changed")
@public
def changed() -> Page:
    """Say what to do if it was somebody else; whose message led here, the page does not know."""
    return render_template("members/changed.html")


def commit_and_tell(account_id: UUID, now: datetime, *, formerly: Collection[UUID] = ()) -> None:
    """Commit a change together with the message that tells of it, and wake who sends it."""
    session, sealers, settings, queue = svcs.flask.get(Session, Sealers, Settings, JobQueue)
    told = actions.give_notice(
        session,
        sealers,
        account_id=account_id,
        link=f"{settings.public_url}{url_for('members.changed')}",
        time_zone=settings.time_zone,
        now=now,
        formerly=formerly,
    )
    session.commit()
    if told is None:
        return
    for channel in told.channels:
        queue.wake("drain", str(told.cause_id), channel, queue=Queue.SERVICE)
