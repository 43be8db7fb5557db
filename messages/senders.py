"""What sends: a provider behind one method."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from messages.model import Outcome, Outgoing, Receipt


class Sender(Protocol):
    """Hands one message to a provider; called by many threads at once."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once, within SEND_SECONDS, and say what came of it; never raises for the network."""
        ...

    def close(self) -> None:
        """Close connections that are kept open."""
        ...


@runtime_checkable
class Finder(Protocol):
    """A sender that can ask its provider for messages it sent."""

    def find(self, outgoing: Outgoing, *, since: datetime) -> Sequence[Receipt]:
        """Return what the provider says of each message to this recipient in these words.

        An empty answer is its word that it has none. Raises ListUnavailable.
        """
        ...


@runtime_checkable
class Wiper(Protocol):
    """A sender that can have its provider forget the words of a message."""

    def wipe(self, provider_id: str) -> Receipt | None:
        """Wipe the text of a message; return the provider's word on it, None if it has none such.

        Raises StillOnItsWay and CopyOutOfReach.
        """
        ...


class TextSender(Sender, Finder, Protocol):
    """What a provider of text messages must do, to be the first or the second."""
