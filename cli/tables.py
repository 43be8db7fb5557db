"""The tables of every room, whatever else the program has loaded: what a backup is held to."""

from uuid import UUID

from sqlalchemy import Select, select, union_all

import alerts.actions  # noqa: F401 - so that its tables are known
import checker.actions  # noqa: F401 - the same
import members.actions  # noqa: F401 - the same
import messages.actions  # noqa: F401 - the same
import storage.audit  # noqa: F401 - the same
from casework import actions as casework
from directory import actions as directory
from reports import actions as reports
from storage.base import Base

TABLES = Base.metadata


def sealed_records() -> Select[UUID]:
    """Return the ids of all that is sealed under a key of its own, whatever room it is in."""
    rooms = (casework, directory, reports)
    every = union_all(*(room.sealed_records() for room in rooms)).subquery()
    return select(every.c.id)
