"""What a watch is: a member's wish to be told if an identifier is reported; no I/O."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from checker.encoding import to_base64url

WATCH_LIFE = timedelta(days=30)
MOST_WATCHES = 20  # that a member may have at a time


@dataclass(frozen=True, slots=True)
class WatchToken:
    """What watches for one identifier in an epoch; without the key nobody can make it of one."""

    epoch: int
    octets: bytes = field(repr=False)

    @property
    def coded(self) -> str:
        """Return the token as clients hand it in."""
        return to_base64url(self.octets)


@dataclass(frozen=True, slots=True)
class Watching:
    """Until when a member is told of what is reported, and whether a message can reach them."""

    until: datetime
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One watch of a member; for which identifier, nobody knows but they.

    `ended` says that the register's key has changed since, so that it can never match.
    """

    id: UUID
    asked_at: datetime
    expires_at: datetime
    ended: bool


class TooManyWatches(Exception):
    """A member has as many watches as there may be, until `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        """Keep the moment from which the same wish is granted."""
        super().__init__("as many watches as there may be")
        self.free_at = free_at


class WatchOutdated(Exception):
    """The token is of another epoch than the register: check again for one that can match."""


class MalformedWatch(Exception):
    """A wish to be told is not in the form that the interface is described by."""
