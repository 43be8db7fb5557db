"""What was said: the lines that the person reads too, and the form of the next one."""

import svcs
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework.model import LONGEST_LINE, CaseState
from casework.pages import words as wording
from casework.pages.looks import looks
from casework.pages.opened import Opened
from members import actions as members
from storage.keys import Sealers


def lines(opened: Opened) -> dict[str, object]:
    """Return what the section of lines shows beside the lines themselves."""
    session, sealers = svcs.flask.get(Session, Sealers)
    return {
        "names": members.staff_names(session, sealers),
        "kinds": [(each.value, _(words)) for each, words in wording.LINES.items()],
        "labels": wording.LINES,
        "looks": looks(),
        "longest": LONGEST_LINE,
        "can_write": opened.case.card.state in {CaseState.OPEN, CaseState.WAITING},
    }
