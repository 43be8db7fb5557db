"""The oracle: who should get what, read by SQL of its own, and what the gateway's ledger says.

It shares nothing with the audience's query or with the deliveries: people, areas and preferences
are read as they are at publication, and decided one by one; what arrived is read from the ledger,
and matched by recipient and by the link in the text.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from demo.gateway.ledger import Entry, Fingerprints
from messages import actions as messages
from messages.model import Channel
from storage.sealing import Sealer

LINK = re.compile(r"/updates/([0-9A-Z-]+)")
ALERTS = """
SELECT alert.id, alert.reference, warning.severity, warning.areas, warning.settings
FROM alert JOIN warning ON warning.id = alert.warning_id WHERE alert.corrects_id IS NULL
"""
PEOPLE = """
SELECT id, everywhere, danger, risk, by_sms, sms_contact_id, by_email, email_contact_id
FROM account WHERE state = 'vetted' AND role IN ('member', 'practitioner')
"""
AREAS = "SELECT account_id, area FROM account_area"
SETTINGS = "SELECT account_id, setting FROM account_setting"
REACHABLE = """
SELECT contact.id FROM contact LEFT JOIN suppression
ON suppression.fingerprint = contact.fingerprint AND suppression.channel = contact.channel
WHERE contact.verified_at IS NOT NULL AND contact.bad_since IS NULL
AND suppression.channel IS NULL
"""
DOUBTFUL = "SELECT id, channel, state, resent FROM delivery WHERE resent OR state = 'unknown'"


@dataclass(frozen=True, slots=True)
class Key:
    """One message that somebody should get: of an alert, by a channel, at an address."""

    reference: str
    channel: str
    to: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A delivery that says it was sent once more, or whose fate nobody knows."""

    id: str
    channel: str
    unknown: bool
    resent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the messages of one channel.

    `marked` are those duplicates whose delivery says that it was sent once more, `resent` all
    deliveries that say so, `unknown` those whose fate nobody knew at the end.
    """

    channel: Channel
    expected: int
    arrived: int
    lost: int
    duplicate: int
    marked: int
    unexpected: int
    resent: int
    unknown: int


def addresses(session: Session, sealer: Sealer, fingerprints: Fingerprints) -> dict[str, str]:
    """Return how the ledger writes the address of each contact, by the contact's id."""
    ids = [plain(each) for each in session.scalars(text("SELECT id FROM contact"))]
    return {
        each: fingerprints.of(messages.contact_address(session, sealer, contact_id=UUID(each)))
        for each in ids
    }


def plain(value: object) -> str:
    """Return an id in one form, whatever the database's driver makes of it."""
    return str(UUID(str(value)))


def expectations(
    connection: Connection, addresses: Mapping[str, str], *, known: Collection[str]
) -> dict[str, set[Key]]:
    """Return what each alert that is not known yet should bring, by the alert's id."""
    alerts = [row for row in connection.execute(text(ALERTS)) if plain(row.id) not in known]
    if not alerts:
        return {}
    people = list(connection.execute(text(PEOPLE)))
    areas, settings = (_grouped(connection, query) for query in (AREAS, SETTINGS))
    reachable = {plain(each) for each in connection.scalars(text(REACHABLE))}
    return {
        plain(alert.id): {
            Key(alert.reference, channel, addresses[contact])
            for person in people
            if _concerned(person, alert, areas, settings)
            for channel, contact in _chosen(person)
            if contact in reachable
        }
        for alert in alerts
    }


def _grouped(connection: Connection, query: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for account, value in connection.execute(text(query)):
        found.setdefault(plain(account), set()).add(value)
    return found


def _concerned(
    person: Row[tuple[object, ...]],
    alert: Row[tuple[object, ...]],
    areas: Mapping[str, set[str]],
    settings: Mapping[str, set[str]],
) -> bool:
    account = plain(person.id)
    there, how = set(alert.areas.split()), {each for each in alert.settings.split(",") if each}
    mine = settings.get(account, set())
    wanted = {"danger": person.danger, "risk": person.risk}.get(alert.severity, False)
    near = not there or person.everywhere or not there.isdisjoint(areas.get(account, set()))
    fits = not how or not mine or not how.isdisjoint(mine)
    return bool(wanted and near and fits)


def _chosen(person: Row[tuple[object, ...]]) -> Iterable[tuple[str, str]]:
    if person.by_sms and person.sms_contact_id:
        yield Channel.SMS, plain(person.sms_contact_id)
    if person.by_email and person.email_contact_id:
        yield Channel.EMAIL, plain(person.email_contact_id)


def doubtful(connection: Connection) -> list[Doubtful]:
    """Return the deliveries that may have gone out twice, or not at all."""
    return [
        Doubtful(plain(row.id), row.channel, row.state == "unknown", bool(row.resent))
        for row in connection.execute(text(DOUBTFUL))
    ]


def judge(
    expected: Collection[Key],
    ledger: Iterable[Entry],
    *,
    references: Mapping[str, str],
    doubtful: Collection[Doubtful],
) -> list[Tally]:
    """Count what was lost, came twice, or came to somebody who should not get it.

    `references` gives the alert of a message by the gateway's id.
    """
    arrived: dict[Key, list[Entry]] = {}
    for entry in ledger:
        key = Key(references.get(entry.id, ""), entry.channel, entry.to)
        arrived.setdefault(key, []).append(entry)
    return [
        _tally(
            channel,
            {key for key in expected if key.channel == channel},
            {key: entries for key, entries in arrived.items() if key.channel == channel},
            [each for each in doubtful if each.channel == channel],
        )
        for channel in Channel
    ]


def _tally(
    channel: Channel,
    expected: set[Key],
    arrived: Mapping[Key, list[Entry]],
    doubtful: Collection[Doubtful],
) -> Tally:
    resent = {each.id for each in doubtful if each.resent}
    again = {key: len(entries) - 1 for key, entries in arrived.items()}
    said = (again[key] for key, entries in arrived.items() if _ids(entries) <= resent)
    return Tally(
        channel=channel,
        expected=len(expected),
        arrived=sum(map(len, arrived.values())),
        lost=len(expected - arrived.keys()),
        duplicate=sum(again.values()),
        marked=sum(said),
        unexpected=len(arrived.keys() - expected),
        resent=len(resent),
        unknown=sum(each.unknown for each in doubtful),
    )


def _ids(entries: Iterable[Entry]) -> set[str | None]:
    return {entry.delivery for entry in entries}


def reference_in(body: str) -> str:
    """Return the alert that a text leads to, or nothing."""
    found = LINK.search(body)
    return found[1] if found else ""
