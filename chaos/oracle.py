"""The oracle: who should get what, read by SQL of its own as it is at publication.

It shares nothing with the audience's query, with digests or with corrections: people, areas and
preferences are read in plain, and decided one by one in Python.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, Row, String, column, select, table, text
from sqlalchemy.orm import Session

from demo.gateway.ledger import Fingerprints
from messages import actions as messages
from messages.model import Channel
from storage.base import Moment
from storage.sealing import Sealer

ALERT = table(
    "alert",
    column("id"),
    column("reference", String),
    column("warning_id"),
    column("cause_id"),
    column("corrects_id"),
    column("published_at", Moment),
)
WARNING = table("warning", column("id"), column("severity"), column("areas"), column("settings"))
DELIVERY = table(
    "delivery",
    column("cause_id"),
    column("contact_id"),
    column("channel", String),
    column("state", String),
    column("attempts"),
    column("looks"),
    column("resent"),
    column("updated_at", Moment),
)
PEOPLE = """
SELECT id, everywhere, danger, risk, by_sms, sms_contact_id, by_email, email_contact_id, digest_at
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
GONE = {"sending", "accepted", "delivered", "unknown"}


class Kind(StrEnum):
    """What a message is, by its words."""

    ALERT = "alert"
    CORRECTION = "correction"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Key:
    """One message that somebody should get: of an alert, by a channel, at an address."""

    reference: str
    channel: str
    to: str = field(repr=False)
    kind: Kind = Kind.ALERT


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction: who may have had the original at `read_at`, by what their deliveries say."""

    reference: str
    published_at: datetime
    read_at: datetime
    may: frozenset[Key]


@dataclass(slots=True, kw_only=True)
class Book:
    """What the oracle wrote down, alert by alert.

    `counted` has, for each routine alert, by which channel and address a digest counts it;
    `instead` leads from the address of a phone to that of its owner's mail.
    """

    expected: dict[str, frozenset[Key]] = field(default_factory=dict)
    severities: dict[str, str] = field(default_factory=dict)  # by reference
    corrections: dict[str, Correction] = field(default_factory=dict)
    counted: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)


Person = Row[tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people as they are now, and the contacts that can be written to, in the ledger's form."""

    people: list[Person]
    areas: Mapping[str, set[str]]
    settings: Mapping[str, set[str]]
    reachable: Mapping[str, str]

    def concerned(self, warning: Row[tuple[object, ...]]) -> Iterator[Person]:
        """Yield whom a warning concerns, by their own choice."""
        there = set(warning.areas.split())
        how = {each for each in warning.settings.split(",") if each}
        for person in self.people:
            mine = self.settings.get(plain(person.id), set())
            wanted = {"danger": person.danger, "risk": person.risk}.get(warning.severity, False)
            near = (
                not there
                or person.everywhere
                or not there.isdisjoint(self.areas.get(plain(person.id), set()))
            )
            if wanted and near and (not how or not mine or not how.isdisjoint(mine)):
                yield person

    def contacts(self, person: Person) -> Iterator[tuple[Channel, str]]:
        """Yield by which channels, and at which addresses, somebody is written to."""
        for chosen, channel, contact in (
            (person.by_sms, Channel.SMS, person.sms_contact_id),
            (person.by_email, Channel.EMAIL, person.email_contact_id),
        ):
            if chosen and contact and plain(contact) in self.reachable:
                yield channel, self.reachable[plain(contact)]

    def instead(self) -> dict[str, str]:
        """Return where the owner of a phone is mailed, if anywhere."""
        return {
            self.reachable[plain(each.sms_contact_id)]: self.reachable[plain(each.email_contact_id)]
            for each in self.people
            if each.sms_contact_id
            and each.email_contact_id
            and plain(each.sms_contact_id) in self.reachable
            and plain(each.email_contact_id) in self.reachable
        }


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


def read(connection: Connection, addresses: Mapping[str, str], book: Book) -> None:
    """Write down what each alert and correction that is not known yet should bring."""
    found = connection.execute(
        select(ALERT, WARNING.c.severity, WARNING.c.areas, WARNING.c.settings).join_from(
            ALERT, WARNING, WARNING.c.id == ALERT.c.warning_id
        )
    ).all()
    known = book.expected.keys() | book.corrections.keys()
    new = [row for row in found if plain(row.id) not in known]
    if not new:
        return
    people = _people(connection, addresses)
    book.instead |= people.instead()
    for row in new:
        if row.corrects_id is None:
            _note_alert(book, people, row)
        else:
            (original,) = (each for each in found if plain(each.id) == plain(row.corrects_id))
            book.corrections[plain(row.id)] = Correction(
                reference=row.reference,
                published_at=row.published_at,
                read_at=datetime.now(UTC),
                may=frozenset(_may_have_got(connection, addresses, original, row.published_at)),
            )


def _note_alert(book: Book, people: People, alert: Row[tuple[object, ...]]) -> None:
    at_once: set[Key] = set()
    counted: set[tuple[str, str]] = set()
    for person in people.concerned(alert):
        later = alert.severity == "risk" and person.digest_at is not None
        for channel, to in people.contacts(person):
            if later:
                counted.add((channel, to))
            else:
                at_once.add(Key(alert.reference, channel, to))
    key = plain(alert.id)
    book.severities[alert.reference] = alert.severity
    book.expected[key], book.counted[key] = frozenset(at_once), frozenset(counted)


def _people(connection: Connection, addresses: Mapping[str, str]) -> People:
    reachable = {plain(each) for each in connection.scalars(text(REACHABLE))}
    return People(
        people=list(connection.execute(text(PEOPLE))),
        areas=_grouped(connection, AREAS),
        settings=_grouped(connection, SETTINGS),
        reachable={each: addresses[each] for each in reachable if each in addresses},
    )


def _grouped(connection: Connection, query: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for account, value in connection.execute(text(query)):
        found.setdefault(plain(account), set()).add(value)
    return found


def _may_have_got(
    connection: Connection,
    addresses: Mapping[str, str],
    original: Row[tuple[object, ...]],
    corrected_at: datetime,
) -> Iterable[Key]:
    """Yield who may have had an alert, by its deliveries a moment after it was corrected."""
    rows = connection.execute(select(DELIVERY).where(DELIVERY.c.cause_id == original.cause_id))
    for row in rows:
        turned_back = row.state == "pending" and row.attempts and row.updated_at > corrected_at
        given_up = row.state == "failed" and row.looks
        if row.state in GONE or row.resent or turned_back or given_up:
            yield Key(
                original.reference, row.channel, addresses[plain(row.contact_id)], Kind.CORRECTION
            )
