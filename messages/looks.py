"""A look for a delivery of unknown fate at its provider, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messages.model import Channel, Outgoing, Queue

LOOKS = 2  # in which a provider must not have a message before it counts as lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A delivery that nobody knows the fate of, as it is looked for at its provider.

    No earlier message of the provider's can be it than one of `since`; `held_until` is the moment
    until which this look alone may decide.
    """

    outgoing: Outgoing
    since: datetime
    held_until: datetime


class Verdict(StrEnum):
    """What a look at the provider's list came to."""

    OVERTAKEN = "overtaken"  # the fate became known meanwhile
    FOUND = "found"
    LOOK_AGAIN = "look_again"
    RESEND = "resend"
    LOST = "lost"
    UNKNOWN = "unknown"  # for good


def verdict(
    *, looks: int, queue: Queue, channel: Channel, resent: bool, may_go: bool, listed: bool
) -> Verdict:
    """Return what follows when so many looks did not find a delivery.

    A message about a danger, and any mail, is sent once more, at most once ever, while its cause
    may still send: twice is better than never. Of other texts the provider's list says that they
    are lost, and then a mail goes instead, or the text again to who has none (`mail_instead`);
    without a list, or when even the second one cannot be found, nobody can tell.
    """
    if looks < LOOKS:
        return Verdict.LOOK_AGAIN
    worth_it = queue is Queue.DANGER or channel is Channel.EMAIL
    if worth_it and may_go and not resent:
        return Verdict.RESEND
    return Verdict.LOST if listed and not resent else Verdict.UNKNOWN
