"""Counts of what was refused, for the log: of which kind and how often, and nobody's address.

A line at most each minute for each kind, so that a flood fills no disk. What came after the last
line is told with the next, and lost if the process ends before.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from threading import Lock

import structlog
from flask import Flask, Response, g, request

EVERY = 60.0  # seconds
FAILED = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS})
SIGN_INS = frozenset(
    {
        "members.begin_sign_in",
        "members.sign_in_there",
        "members.take_code",
        "members.open_reset",
        "members.reset_passphrase",
    }
)


class Kind(StrEnum):
    """What was refused."""

    SIGN_IN = "sign_in"
    FORM = "form"  # without a good token
    FORBIDDEN = "forbidden"  # from another site, or with a signature that does not fit
    ACCESS = "access"  # a page for other accounts
    NOBODY = "nobody"  # a program without a good token


@dataclass(slots=True)
class Refusals:
    """What one serving process has refused since it last said so."""

    clock: Callable[[], float] = time.monotonic
    _counts: Counter[Kind] = field(default_factory=Counter)
    _said_at: dict[Kind, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def count(self, kind: Kind) -> int:
        """Count one; return how many are to be told now, or 0."""
        with self._lock:
            self._counts[kind] += 1
            now = self.clock()
            if now < self._said_at.get(kind, -EVERY) + EVERY:
                return 0
            self._said_at[kind] = now
            return self._counts.pop(kind)


def refuse(kind: Kind) -> None:
    """Note that this request is refused."""
    g.refused = kind


def count_refusals(app: Flask) -> None:
    """Log what the app refuses, as counts."""
    refusals = Refusals()

    @app.after_request
    def _count(response: Response) -> Response:
        kind = g.get("refused") or _failed(response)
        told = refusals.count(kind) if kind else 0
        if told:
            structlog.get_logger("web").warning("refused", kind=str(kind), count=told)
        return response


def _failed(response: Response) -> Kind | None:
    failed = request.endpoint in SIGN_INS and response.status_code in FAILED
    return Kind.SIGN_IN if failed else None
