"""The tables of every room, whatever else the program has loaded: what a backup is held to."""

import alerts.actions  # noqa: F401 - so that its tables are known
import checker.actions  # noqa: F401 - the same
import directory.actions  # noqa: F401 - the same
import members.actions  # noqa: F401 - the same
import messages.actions  # noqa: F401 - the same
import reports.actions  # noqa: F401 - the same
import storage.audit  # noqa: F401 - the same
from storage.base import Base

TABLES = Base.metadata
