"""What arrived: the ledger's entries, each with what its words and the gateway say of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from chaos.oracle import Key, Kind, plain
from demo.gateway.ledger import Entry

LINK = re.compile(r"/updates/([0-9A-Z-]+)")
COUNT = re.compile(r"\b([0-9]+)(\+?) (?:update|piece|change)s?\b|: ([0-9]+) pieces?")
CORRECTED = re.compile(r"\bcorrect(?:ed|ion)\b")
FILTERED = 30007
DOUBTFUL = """
SELECT delivery.id, delivery.contact_id, delivery.channel, delivery.state, delivery.resent,
alert.reference, alert.corrects_id
FROM delivery LEFT JOIN alert ON alert.cause_id = delivery.cause_id
WHERE delivery.resent OR delivery.state = 'unknown'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message on the ledger; `error` if the phone never showed it, `count` of a digest."""

    key: Key
    at: datetime
    delivery: str | None
    error: int | None = None
    count: int = 0
    or_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A delivery that says it was sent once more, or that nobody knows its fate."""

    id: str
    key: Key
    unknown: bool
    resent: bool


def arrivals(ledger: Iterable[Entry], shown: Iterable[Mapping[str, Any]]) -> list[Arrived]:
    """Return what is on the ledger, with the words and errors that the gateway shows."""
    by_id = {each["id"]: each for each in shown}
    return [_arrived(entry, by_id.get(entry.id, {})) for entry in ledger]


def _arrived(entry: Entry, shown: Mapping[str, Any]) -> Arrived:
    body = str(shown.get("body", ""))
    kind, reference = kind_of(body), reference_in(body)
    count, or_more = count_in(body) if kind is Kind.DIGEST else (0, False)
    return Arrived(
        key=Key(reference, entry.channel, entry.to, kind),
        at=datetime.fromisoformat(entry.at),
        delivery=entry.delivery,
        error=shown.get("error"),
        count=count,
        or_more=or_more,
    )


def reference_in(body: str) -> str:
    """Return the alert that a text leads to, or nothing."""
    found = LINK.search(body)
    return found[1] if found else ""


def kind_of(body: str) -> Kind:
    """Return what a text is, by its words."""
    if not reference_in(body):
        return Kind.DIGEST
    return Kind.CORRECTION if CORRECTED.search(body) else Kind.ALERT


def count_in(body: str) -> tuple[int, bool]:
    """Return how many warnings a digest counts, and whether there may be more."""
    found = COUNT.search(body)
    if not found:
        return 0, False
    return int(found[1] or found[3]), bool(found[2])


def doubtful(connection: Connection, addresses: Mapping[str, str]) -> list[Doubtful]:
    """Return the deliveries that may have gone out twice, or not at all."""
    return [
        Doubtful(
            id=plain(row.id),
            key=Key(
                row.reference or "",
                row.channel,
                addresses[plain(row.contact_id)],
                _kind(row.reference, row.corrects_id),
            ),
            unknown=row.state == "unknown",
            resent=bool(row.resent),
        )
        for row in connection.execute(text(DOUBTFUL))
    ]


def _kind(reference: str | None, corrects: object) -> Kind:
    if reference is None:
        return Kind.DIGEST
    return Kind.CORRECTION if corrects else Kind.ALERT
