"""What somebody who texts back wants: the words that phone networks and providers agree on.

The lists are Twilio's own (its default opt-out words, and those that undo it), so that our list
and the provider's never differ.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

PHONE = re.compile(r"\+[1-9][0-9]{7,14}")  # E.164; short codes and names are programs


class Wish(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


WORDS = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Wish.STOP
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Wish.START),
    **dict.fromkeys(("HELP", "INFO"), Wish.HELP),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """A text from a phone; `marked` is what the provider took it for, if it says so."""

    id: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    marked: str = ""

    @property
    def may_be_answered(self) -> bool:
        """Whether a person may be there: two programs would answer each other for ever."""
        return PHONE.fullmatch(self.sender) is not None


def wish_of(text: InboundText) -> Wish:
    """Return what a text asks for: one word alone, whatever its case, spaces and marks."""
    if text.marked.lower() in {Wish.STOP, Wish.START, Wish.HELP}:
        return Wish(text.marked.lower())
    word = "".join(each for each in text.body if each.isalnum())
    return WORDS.get(word.upper(), Wish.OTHER)
