"""What opens sealed records in this request: the private key that the sign-in holds."""

import svcs
from sqlalchemy.orm import Session

from members import actions
from members.guard import current_account, kept_token
from storage.record_keys import Reader


def own_reader() -> Reader:
    """Return what whoever is signed in opens records with; raises RecordsLocked."""
    session, account = svcs.flask.get(Session), current_account()
    return actions.reader(session, token=kept_token() or "", account_id=account.id)
