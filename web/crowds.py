"""Limits on what anybody may send, without keeping who sends: docs/decisions/0033.

An address counts as an HMAC under a salt that is random, in the memory of one serving process
alone, and another each day. Where Redis is away nobody is counted, and nobody refused.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from threading import Lock
from types import MappingProxyType

import structlog
from flask import Flask, Response, make_response, request
from flask_babel import format_timedelta
from flask_babel import gettext as _

from config.proxies import Network, is_within
from config.settings import Settings
from storage.redis_server import RedisError
from storage.tallies import Tallies, Tally
from web.csrf import CHANGING, send_again

HOUR = timedelta(hours=1)
ONE_HOUSEHOLD = 64  # bits of an IPv6 address that one line or phone shares
STATUS = 429


@dataclass(frozen=True, slots=True)
class Limit:
    """How often within an hour: from one address, which many phones share, and from all."""

    each: int
    together: int


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "casework.answer_professional": Limit(600, 20_000),  # each may begin a form
        "casework.open_form": Limit(120, 20_000),
        "casework.send_form": Limit(60, 2_000),
        "casework.start_professional": Limit(60, 2_000),
        "members.apply": Limit(20, 500),
        "members.begin_sign_in": Limit(120, 20_000),
        "members.sign_in_there": Limit(120, 20_000),
        "members.ask_for_reset": Limit(60, 2_000),
        "members.open_reset": Limit(120, 20_000),
        "members.reset_passphrase": Limit(120, 20_000),
        "directory.send_missing": Limit(20, 200),
        "directory.send_change": Limit(20, 200),
        "reports.start": Limit(60, 2_000),
        "reports.send": Limit(60, 2_000),
        "reports.open_with_code": Limit(120, 20_000),
        "reports.send_request": Limit(20, 200),
        "reports.show_answer": Limit(120, 20_000),
        "reports.send_proof": Limit(20, 200),
        "reports.type_proof": Limit(120, 20_000),
        "casework.send_call": Limit(20, 200),
        "casework.send_message": Limit(20, 200),
        "casework.open_with_code": Limit(120, 20_000),
        "casework.write_line": Limit(60, 2_000),
    }
)
READING: Mapping[str, Limit] = MappingProxyType({"casework.read_feed": Limit(120, 20_000)})


@dataclass(slots=True)
class DailySalt:
    """Random octets that no other process has, forgotten at midnight (UTC)."""

    _day: date = date.min
    _salt: bytes = field(default=b"", repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def name(self, address: str, *, now: datetime) -> str:
        """Return what an address is called today."""
        with self._lock:
            if self._day != now.date():
                self._day, self._salt = now.date(), secrets.token_bytes(32)
            return hmac.digest(self._salt, address.encode(), sha256).hex()


def hold_crowds(app: Flask, settings: Settings) -> None:
    """Ask those who come too often to wait; call this after `ask_for_tokens`.

    A forged form is refused before it counts for whoever was made to send it.
    """
    tallies, salt = Tallies.at(settings.redis), DailySalt()
    proxies = settings.proxies

    @app.before_request
    def _hold() -> Response | None:
        changes = request.method in CHANGING
        limit = (LIMITS if changes else READING).get(request.endpoint or "")
        if limit is None:
            return None
        wait = _wait(tallies, salt, limit, sender(proxies))
        if wait is None:
            return None
        return _later(wait, settings.caseworker_phone) if changes else _not_now(wait)


def sender(proxies: tuple[Network, ...]) -> str:
    """Return the address that a request comes from, or "" where only a proxy of ours is known.

    Of a chain of proxies, the last that is not ours: what stands before it, anybody can write.
    """
    chain = [*request.headers.get("X-Forwarded-For", "").split(","), request.remote_addr or ""]
    for text in reversed(chain):
        try:
            address = ip_address(text.strip())
        except ValueError:
            return ""
        if not is_within(address, proxies):
            if isinstance(address, IPv6Address):
                return str(IPv6Network((address, ONE_HOUSEHOLD), strict=False))
            return str(address)
    return ""


def _wait(tallies: Tallies, salt: DailySalt, limit: Limit, address: str) -> timedelta | None:
    """Count a request; return how long to wait if it is one too many."""
    what = str(request.endpoint)
    names = {f"{what}:all": limit.together}
    if address:
        names[f"{what}:{salt.name(address, now=datetime.now(UTC))}"] = limit.each
    try:
        found = tallies.add([*names], life=HOUR)
    except RedisError:
        return None
    over = _over(found, [*names.values()])
    if over and found[0].count > limit.together:
        structlog.get_logger("web").warning("crowded", endpoint=what)
    return max(over, default=None)


def _over(found: list[Tally], most: list[int]) -> list[timedelta]:
    return [tally.left for tally, allowed in zip(found, most, strict=True) if tally.count > allowed]


def _later(wait: timedelta, phone: str) -> Response:
    """Return a page that keeps what was typed, says how long to wait, and whom to ring."""
    words = _(
        "Very many came at once. Nothing you typed is lost: leave this page open, and send it "
        "again in %(wait)s.",
        wait=format_timedelta(max(wait, timedelta(seconds=1)), threshold=1.5),
    )
    if phone:
        ring = _("If you cannot wait, ring a caseworker: %(phone)s.", phone=phone)
    else:
        ring = _("If you cannot wait, talk to a caseworker: Get help, above, says how.")
    page = send_again(title=_("Please wait a little"), words=f"{words} {ring}", status=STATUS)
    answer = make_response(page)
    answer.retry_after = ceil(wait.total_seconds())
    return answer


def _not_now(wait: timedelta) -> Response:
    """Tell a program that reads too often when it may come again."""
    answer = Response(status=STATUS)
    answer.retry_after = ceil(wait.total_seconds())
    return answer
