"""What a message is: channels, queues, states of a delivery, outcomes of a send."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LEASE = timedelta(seconds=120)
CLAIM = 100
SEND_SECONDS = 10  # how long one send may take; well within the lease
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
LOOK_AFTER = timedelta(minutes=15)  # from unknown to the first look, and between looks
PARTING = timedelta(days=2)  # for a last message to a contact that its owner gave up
TRY_AGAIN_AFTER = timedelta(minutes=15)  # a phone that was switched off or out of reach


class Channel(StrEnum):
    """How a contact is reached."""

    SMS = "sms"
    EMAIL = "email"


class Queue(StrEnum):
    """The queues, each with workers of its own, so that one never waits behind another."""

    DANGER = "danger"
    ROUTINE = "routine"
    SERVICE = "service"


class CauseKind(StrEnum):
    """Why messages are sent."""

    ALERT = "alert"
    CORRECTION = "correction"
    DIGEST = "digest"
    WATCH = "watch"  # to those who asked to be told
    NOTICE = "notice"  # to one person, about their own contacts
    CODE = "code"


# What nobody asked for at the moment when it comes: one click stops it (RFC 8058).
STOPPABLE = frozenset({CauseKind.ALERT, CauseKind.CORRECTION, CauseKind.DIGEST, CauseKind.WATCH})


class CauseState(StrEnum):
    """Whether the deliveries of a cause may go out."""

    OPEN = "open"
    PAUSED = "paused"
    HELD = "held"  # since a restore: what it believes unsent may have left
    RECALLED = "recalled"


class DeliveryState(StrEnum):
    """The life of a delivery: pending -> claimed -> sending -> accepted -> delivered | failed."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    RECALLED = "recalled"
    EXPIRED = "expired"


WAITING = (DeliveryState.PENDING, DeliveryState.CLAIMED)
IN_FLIGHT = (DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
FINAL = (
    DeliveryState.DELIVERED,
    DeliveryState.FAILED,
    DeliveryState.SUPPRESSED,
    DeliveryState.RECALLED,
    DeliveryState.EXPIRED,
)


class ReceiptState(StrEnum):
    """What a provider's callback says of a message it accepted."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


class OwnWish(StrEnum):
    """Why an address is on the suppression list where its owner put it there, and may undo it."""

    OPTED_OUT = "opted_out"  # by a text, to us or to the provider
    UNSUBSCRIBED = "unsubscribed"  # by one click in a mail


FILTERED = "filtered"  # why a delivery failed: providers take the text of its cause for spam
LOST = "lost"  # why nobody knows, or, of one that failed, why nobody got it


class NoSuchCause(Exception):
    """There is no cause with this id."""


class NoSuchContact(Exception):
    """There is no contact with this id."""


class ListUnavailable(Exception):
    """A provider's list of messages could not be read; nothing can be said."""


class StillOnItsWay(Exception):
    """A provider does not wipe a message that has not arrived or failed yet."""


class CopyOutOfReach(Exception):
    """A provider could not be asked to wipe a message; nothing can be said."""


class TextMissing(Exception):
    """A recipient would get a text that the cause does not have; nothing was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A way to reach somebody, as its owner sees it."""

    id: UUID
    channel: Channel
    address: str = field(repr=False)
    verified_at: datetime | None
    bad_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A rendered text in one language and cover; the subject is for mail only."""

    channel: Channel
    text_key: str
    body: str = field(repr=False)
    subject: str = field(default="", repr=False)
    segments: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A channel of a cause with deliveries that could go out now."""

    cause_id: UUID
    channel: Channel
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What deliveries come from: an alert, a sign-up code."""

    id: UUID
    kind: CauseKind
    queue: Queue
    state: CauseState
    expires_at: datetime
    stopped_channel: Channel | None = None  # providers filter its texts
    told_late_at: datetime | None = None  # the operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message about to be handed to a sender; the only place an address is in plain.

    The tokens are a mail's: what stops more of its kind, and what a bounce of it is known by.
    """

    delivery_id: UUID
    channel: Channel
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    segments: int
    expires_at: datetime
    stop_token: str = field(default="", repr=False)
    bounce_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the message and named it."""

    provider_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """The provider certainly did not take the message: try again later."""

    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The provider refused for good."""

    reason: str
    opted_out: bool = False
    bad_address: bool = False
    unreachable: bool = False  # switched off or out of reach: one more try, then mail
    filtered: bool = False  # taken for spam: so would be the rest of the cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody can say whether the provider took the message."""

    reason: str


Outcome = Accepted | Postponed | Refused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A provider's word on a message; any of them proves that it was accepted."""

    provider_id: str
    state: ReceiptState
    reason: str = ""
    opted_out: bool = False
    bad_address: bool = False
    unreachable: bool = False
    filtered: bool = False


def wait_after(attempts: int, *, spread: float) -> timedelta:
    """Return how long to wait after so many postponed attempts: doubling, with a longest wait.

    `spread` from 0 to 1 takes up to half off, so that what failed together does not come back
    together.
    """
    doubled = FIRST_WAIT * float(2 ** min(max(attempts, 1) - 1, 20))
    return min(doubled, LONGEST_WAIT) * (1 - spread / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many deliveries of a channel are in a state for a reason."""

    channel: Channel
    state: DeliveryState
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a cause has come, in counts."""

    tallies: tuple[Tally, ...]
    first_left_at: datetime | None
    last_left_at: datetime | None
    last_change_at: datetime | None
    looked_for: int = 0  # unknown once, and looked for in the provider's list
    resent: int = 0  # sent once more: possibly twice
    next_at: datetime | None = None  # of what waits, the first

    def count(self, *states: DeliveryState, channel: Channel | None = None) -> int:
        """Return how many deliveries are in one of these states (all states if none is named)."""
        return sum(
            each.count
            for each in self.tallies
            if channel in {None, each.channel} and (not states or each.state in states)
        )

    @property
    def by_state(self) -> dict[Channel, dict[DeliveryState, int]]:
        """Return the counts of each channel that has any, by state."""
        found: dict[Channel, dict[DeliveryState, int]] = {}
        for each in self.tallies:
            states = found.setdefault(each.channel, {})
            states[each.state] = states.get(each.state, 0) + each.count
        return found

    @property
    def reasons(self) -> dict[str, int]:
        """Return the counts by reason, of deliveries that have one."""
        found: dict[str, int] = {}
        for each in self.tallies:
            if each.reason:
                found[each.reason] = found.get(each.reason, 0) + each.count
        return found

    @property
    def finished(self) -> bool:
        """Whether nothing waits or is being sent any more."""
        return self.count(*WAITING, DeliveryState.SENDING) == 0

    @property
    def settled(self) -> bool:
        """Whether no receipt is awaited either; mail servers send none."""
        return self.finished and not self.count(DeliveryState.ACCEPTED, channel=Channel.SMS)
