"""What the gateway does to those who send through it, and how that is written down."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar


class Mode(StrEnum):
    """What happens to a text message; all but `429` accept it first, on disk."""

    OK = "ok"
    HANG = "hang"
    DROP = "drop"
    ERROR = "500"
    BUSY = "429"
    SLOW = "slow"
    HALF_CLOSE = "half_close"


class MailMode(StrEnum):
    """What happens to a mail; `421` and `451` do not accept it, the others do.

    `bounce` reports to the envelope sender, by the server at `bounce_to`, that it failed.
    """

    OK = "ok"
    CLOSING = "421"
    LATER = "451"
    HANG = "hang"
    DROP = "drop"
    BOUNCE = "bounce"


class Callbacks(StrEnum):
    """How the status callbacks of accepted text messages are posted."""

    OK = "ok"
    LATE = "late"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    SUPPRESSED = "suppressed"


STATUS = re.compile(r"[45]\.[0-9]{1,3}\.[0-9]{1,3}")  # RFC 3463
STATUSES = ("queued", "sent", "delivered")


class NotAMode(Exception):
    """A mode, a mix of modes or one of its figures cannot be read; the text says what can."""


AnyMode = TypeVar("AnyMode", Mode, MailMode)


@dataclass(frozen=True, slots=True)
class Mix(Generic[AnyMode]):
    """Modes with probabilities, such as `429:0.5,slow:0.1`; what is left over is `ok`."""

    shares: tuple[tuple[AnyMode, float], ...]
    otherwise: AnyMode

    def draw(self, chance: float) -> AnyMode:
        """Return the mode for a number drawn evenly from [0, 1)."""
        for mode, share in self.shares:
            if chance < share:
                return mode
            chance -= share
        return self.otherwise

    def __str__(self) -> str:
        """Return the mix as `parse_mix` reads it."""
        return ",".join(f"{mode}:{share:g}" for mode, share in self.shares) or str(self.otherwise)


def parse_mix(text: str, kind: type[AnyMode]) -> Mix[AnyMode]:
    """Read one mode or a mix of modes; raises NotAMode."""
    shares = tuple(_share(part, kind) for part in text.split(","))
    if sum(share for _, share in shares) > 1 + 1e-9:
        message = f"the probabilities in {text!r} come to more than 1"
        raise NotAMode(message)
    return Mix(shares, kind("ok"))


def _share(part: str, kind: type[AnyMode]) -> tuple[AnyMode, float]:
    name, _, share = part.strip().partition(":")
    chance = _number(share or "1")
    if chance > 1:
        message = f"{part.strip()!r} needs a probability from 0 to 1"
        raise NotAMode(message)
    return parse_mode(name, kind), chance


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal()):
        message = f"{text!r} is not a host and a port such as 127.0.0.1:8025"
        raise NotAMode(message)
    return text


def _status(text: str) -> str:
    if not STATUS.fullmatch(text):
        message = f"{text!r} is not a status such as 5.1.1 or 4.2.2"
        raise NotAMode(message)
    return text


AnyEnum = TypeVar("AnyEnum", Mode, MailMode, Callbacks)


def parse_mode(name: str, kind: type[AnyEnum]) -> AnyEnum:
    """Read the name of one mode; raises NotAMode with the names there are."""
    try:
        return kind(name.strip().lower().replace("-", "_"))
    except ValueError:
        message = f"{name.strip()!r} is none of {', '.join(kind)}"
        raise NotAMode(message) from None


def _number(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        message = f"{str(value)!r} must be a number that is not negative"
        raise NotAMode(message)
    return number


def _rate(value: object) -> float | None:
    return None if value is None else _number(value) or None


def _statuses(value: object) -> tuple[str, ...]:
    chosen = {name.strip() for name in str(value).split(",")}
    if not chosen <= set(STATUSES):
        message = f"{str(value)!r} is not made of {', '.join(STATUSES)}"
        raise NotAMode(message)
    return tuple(status for status in STATUSES if status in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Everything about the gateway that can be switched while it runs; times in seconds.

    `mode` is that of the first provider (Twilio's API), `json_mode` that of the second.
    `step_seconds` lies between queued, sent and delivered; `statuses` are those of them that are
    posted ("delivered" stands for the last word, undelivered too); `rate` counts segments a second
    for each sender (None: no limit); `inbound_url` is where texts to the service are posted;
    `bounce_to` is the host:port that bounces are handed to, with `bounce_status` (RFC 3463).
    """

    mode: Mix[Mode] = Mix((), Mode.OK)
    json_mode: Mix[Mode] = Mix((), Mode.OK)
    mail_mode: Mix[MailMode] = Mix((), MailMode.OK)
    callbacks: Callbacks = Callbacks.OK
    statuses: tuple[str, ...] = STATUSES
    slow_seconds: float = 30
    late_seconds: float = 60
    step_seconds: float = 0.1
    rate: float | None = None
    inbound_url: str = ""
    bounce_to: str = ""
    bounce_status: str = "5.1.1"

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return the behaviour after changes given in words and figures; raises NotAMode."""
        unknown = ", ".join(sorted(set(changes) - set(READERS)))
        if unknown:
            message = f"there is no {unknown}; there are {', '.join(READERS)}"
            raise NotAMode(message)
        return replace(self, **{name: READERS[name](value) for name, value in changes.items()})

    def in_words(self) -> dict[str, object]:
        """Return the behaviour as `changed` reads it."""
        return asdict(self) | {
            "mode": str(self.mode),
            "json_mode": str(self.json_mode),
            "mail_mode": str(self.mail_mode),
            "statuses": ",".join(self.statuses),
        }


READERS: dict[str, Callable[[object], Any]] = {
    "mode": lambda value: parse_mix(str(value), Mode),
    "json_mode": lambda value: parse_mix(str(value), Mode),
    "mail_mode": lambda value: parse_mix(str(value), MailMode),
    "callbacks": lambda value: parse_mode(str(value), Callbacks),
    "statuses": _statuses,
    "slow_seconds": _number,
    "late_seconds": _number,
    "step_seconds": _number,
    "rate": _rate,
    "inbound_url": str,
    "bounce_to": lambda value: _address(str(value)),
    "bounce_status": lambda value: _status(str(value)),
}
