"""The person a case is for: how they are reached safely, what they asked for, whose case it is."""

import svcs
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from casework import actions
from casework.model import CaseState
from casework.pages import words as wording
from casework.pages.looks import looks
from casework.pages.opened import Opened
from members import actions as members
from members.guard import current_account
from storage.keys import Sealers

HANDED = {CaseState.OPEN, CaseState.WAITING}


def person(opened: Opened) -> dict[str, object]:
    """Return what the section of the person shows; whoever has the case has read it then."""
    session, sealers = svcs.flask.get(Session, Sealers)
    card, own = opened.case.card, current_account().id
    everybody = members.staff_names(session, sealers)
    working = {each.account_id for each in members.caseworkers_with_keys(session)}
    let_in = [each for each in actions.with_access(session, card.id) if each != card.assignee_id]
    others = [(str(each), name) for each, name in everybody.items() if each in working]
    return {
        "wording": wording,
        "names": everybody,
        "let_in": let_in,
        "colleagues": [each for each in others if each[0] != str(card.assignee_id)],
        "outside": [
            each
            for each in others
            if each[0] not in {str(known) for known in (own, card.assignee_id, *let_in)}
        ],
        "runs": card.state in HANDED,
        "states": [(each.value, _(wording.STATES[each])) for each in sorted(HANDED)],
        "outcomes": [(each.value, _(words)) for each, words in wording.OUTCOMES.items()],
        "looks": looks(),
    }
