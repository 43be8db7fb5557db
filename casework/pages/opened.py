"""A case read at the desk: opened for who has access, on record before it is shown."""

from dataclasses import dataclass, field
from uuid import UUID

import svcs
from sqlalchemy.orm import Session

from casework import actions
from casework.keys import CaseKeys
from casework.model import OpenedCase
from members.guard import current_account
from members.opening import own_reader
from members.recording import put_reading_on_record
from members.typed import TypedForm
from storage.audit_chain import Act


@dataclass(frozen=True, slots=True)
class Opened:
    """A case, what opens it, and what was typed into one of its forms."""

    case: OpenedCase
    keys: CaseKeys = field(repr=False)
    typed: TypedForm

    @property
    def id(self) -> UUID:
        """Return the id of the case."""
        return self.case.card.id


def opened_case(case_id: UUID, typed: TypedForm) -> Opened:
    """Open a case; a form's request it commits. Raises NoSuchCase, NotOpenedYet, RecordsLocked."""
    session, account = svcs.flask.get(Session), current_account()
    actions.require_access(session, case_id, account)
    put_reading_on_record(Act.CASE_READ, on=case_id)
    case, keys = actions.open_case_file(session, own_reader(), case_id, account)
    return Opened(case, keys, typed)
