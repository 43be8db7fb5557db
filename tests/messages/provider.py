"""A provider as a model: what it took, what it said, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from messages.model import (
    Accepted,
    Outcome,
    Postponed,
    Receipt,
    ReceiptState,
    Refused,
    Unknown,
)


class Said(StrEnum):
    """What a provider says at once."""

    ACCEPTED = "accepted"
    BUSY = "busy"
    REFUSED = "refused"
    OUT_OF_REACH = "out of reach"
    FILTERED = "filtered"
    TAKEN_AND_SILENT = "taken and silent"
    NEVER_HEARD = "never heard"


@dataclass(slots=True)
class Message:
    """A message as the provider knows it: what it took, and what became of that."""

    sid: str
    delivery: UUID
    token: UUID
    answered: bool = False
    taken: bool = False
    may_have_left: bool = True  # for all that its sender has heard
    fate: ReceiptState = ReceiptState.ACCEPTED
    unreachable: bool = False
    filtered: bool = False

    def receipt(self) -> Receipt:
        """Return what it says of it."""
        return Receipt(
            provider_id=self.sid,
            state=self.fate,
            unreachable=self.unreachable,
            filtered=self.filtered,
        )

    def become(self, fate: str) -> None:
        """Arrive, or fail in one of the ways there are."""
        self.fate = ReceiptState.DELIVERED if fate == "arrived" else ReceiptState.FAILED
        self.unreachable = fate == "out of reach"
        self.filtered = fate == "filtered"


def answer(said: Said, sid: str) -> Outcome:
    """Return what a worker hears."""
    outcomes: dict[Said, Outcome] = {
        Said.ACCEPTED: Accepted(provider_id=sid),
        Said.BUSY: Postponed(reason="busy"),
        Said.REFUSED: Refused(reason="no"),
        Said.OUT_OF_REACH: Refused(reason="unreachable", unreachable=True),
        Said.FILTERED: Refused(reason="filtered", filtered=True),
        Said.TAKEN_AND_SILENT: Unknown(reason="reset"),
        Said.NEVER_HEARD: Unknown(reason="reset"),
    }
    return outcomes[said]
