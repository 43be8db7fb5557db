"""Numbers that go with working names, so that nobody learns which names exist.

Whoever asks for a name gets one that is free, with a number that is added always: there is nothing
to refuse. Free or taken, the same statements run.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from members import names
from members.records import AccountRow
from storage.keys import Sealers


def new_draw() -> str:
    """Return what numbers are drawn by: each draw gives others."""
    return secrets.token_urlsafe(16)


def first_number(sealers: Sealers, *, name: str, draw: str) -> str:
    """Return the number that a draw gives a name, whether anybody has it or not."""
    return names.numbers(sealers.members, name, draw)[0]


def free_number(session: Session, sealers: Sealers, *, name: str, draw: str) -> str:
    """Return the first number of a draw with which nobody has this name."""
    drawn = {
        number: names.fingerprint(sealers.members, names.numbered(name, number))
        for number in names.numbers(sealers.members, name, draw)
    }
    wanted = select(AccountRow.name_fingerprint).where(
        AccountRow.name_fingerprint.in_(drawn.values())
    )
    taken = set(session.scalars(wanted))
    return next((number for number in drawn if drawn[number] not in taken), next(iter(drawn)))
