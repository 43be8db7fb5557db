"""What somebody typed into a form: cleaned, held to its limits, never lost."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from members.addresses import LONGEST_ENTRY, channel_of, normalised
from members.refusals import ContactRefused
from messages.model import Channel

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_ANSWER = 200
NEVER_SHOWN = frozenset({"Cc", "Cs"})  # control characters, and halves of characters
TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedForm:
    """A form as it came, and what is wrong with it, by field."""

    form: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def line(self, name: str, *, longest: int = LONGEST_ANSWER) -> str:
        """Return an answer of one line."""
        return self._held(name, " ".join(clean(self.form.get(name, "")).split()), longest)

    def words(self, name: str, *, longest: int) -> str:
        """Return an answer of several lines."""
        return self._held(name, clean(self.form.get(name, "")), longest)

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.form

    def one_of(self, name: str, choices: type[Choice]) -> Choice | None:
        """Return a choice, or None for one that is not on the page."""
        found = self.form.get(name, "")
        return choices(found) if found in set(choices) else None

    def some_of(self, name: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Return the choices that were ticked, in their own order."""
        ticked = set(self.form.getlist(name))
        return tuple(choice for choice in choices if choice in ticked)

    def parts(self, name: str) -> Mapping[str, str]:
        """Return the day, month and year of a date, as typed."""
        return {part: self.form.get(f"{name}-{part}", "") for part in ("day", "month", "year")}

    def address(self, name: str, *, region: str, channel: Channel | None = None) -> str:
        """Return a number or an address to write to; "" for none, unless a channel needs one."""
        entry = self.line(name, longest=LONGEST_ENTRY)
        if name in self.errors or not (entry or channel):
            return ""
        try:
            return normalised(channel or channel_of(entry), entry, region=region)
        except ContactRefused as error:
            self.errors[name] = _(str(error))
            return ""

    def _held(self, name: str, text: str, longest: int) -> str:
        if len(text) > longest:
            self.errors[name] = _(
                "This is %(length)s characters long; we can take %(longest)s. "
                "Please shorten it, or add the rest later.",
                length=len(text),
                longest=longest,
            )
        return text


def clean(text: str) -> str:
    """Drop what cannot be seen but can mislead or break: control and direction-turning marks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in lines
        if character in "\n\t"
        or (character not in TURNS_TEXT and unicodedata.category(character) not in NEVER_SHOWN)
    ).strip()
