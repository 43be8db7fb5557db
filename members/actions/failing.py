"""Failed tries at signing in as somebody who works here, for the audit.

They are taken up later by the scheduler: if the page wrote them down, its time would tell which
names are those of staff.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from members.actions.factors import tries_of
from members.actions.linking import IS_STAFF
from members.records import AccountRow, SignInTryRow
from storage.keys import Sealers

SETTLED = timedelta(minutes=1)  # a try is counted before it is known to fail


def take_failures(session: Session, sealers: Sealers, *, now: datetime) -> Mapping[UUID, int]:
    """Return how often names or second steps of staff were tried in vain; each is told once."""
    marks: dict[bytes, UUID] = {}
    for account_id, name in session.execute(
        select(AccountRow.id, AccountRow.name_fingerprint).where(*IS_STAFF)
    ):
        marks |= {name: account_id, tries_of(sealers.members, account_id): account_id}
    failed = session.scalars(
        select(SignInTryRow)
        .where(
            SignInTryRow.name_fingerprint.in_(marks),
            SignInTryRow.failures > SignInTryRow.on_record,
            SignInTryRow.last_at <= now - SETTLED,
        )
        .with_for_update()
    )
    found: Counter[UUID] = Counter()
    for row in failed:
        found[marks[row.name_fingerprint]] += row.failures - row.on_record
        row.on_record = row.failures
    session.flush()
    return found
