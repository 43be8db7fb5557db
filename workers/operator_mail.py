"""Mail to the operator: counts and places to look, nothing of anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from messages.model import Accepted, Channel, Outgoing, Unknown
from messages.senders import Sender
from storage.base import new_id

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OperatorMail:
    """The operator's address, and what sends there."""

    sender: Sender
    address: str

    def send(self, *, subject: str, body: str, now: datetime) -> str:
        """Send, and return why it has not left for certain, or nothing."""
        outcome = self.sender.send(
            Outgoing(
                delivery_id=new_id(),
                channel=Channel.EMAIL,
                address=self.address,
                subject=subject,
                body=body,
                segments=1,
                expires_at=now + LIFE,
            )
        )
        return "" if isinstance(outcome, Accepted | Unknown) else outcome.reason

    def close(self) -> None:
        """Close connections that are kept open."""
        self.sender.close()
