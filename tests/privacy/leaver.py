"""Somebody who has all that an account can have, and what the database holds because of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, LargeBinary, Uuid, func, select

from checker import actions as checker
from checker.derivation import derive, input_of
from checker.identifiers import read
from checker.model import Limits
from members import actions as members
from members.cover import Cover
from members.model import CodeWording, Preferences, Role, VettedHow, WorkSetting
from members.passkeys import Passkey
from members.records import OpenIdLinkRow
from messages.model import Channel
from reports.model import Warning
from storage.base import Base, SealedBytes
from tests import given, given_reports
from tests.alerts.steps import publish
from tests.casework.asking import write
from tests.members.visits import Visitor
from tests.whole import Whole

NAME = "Marigold Quokka"
PHONES = ("+447700900641", "+447700900642")
MAILS = ("marigold@quokka.example.net", "quokka@marigold.example.net")
WATCHED = "+447700900643"
LABEL = "the phone of Marigold"
LINK = "https://people.example"
LONG = 16  # octets: shorter ones are no keys, hashes, ids or sealed values
LONG_WORDS = 24  # and no words of ours are as long
CHOSEN = Preferences(
    areas=frozenset({"GB-MET", "GB-GMP"}),
    settings=frozenset({WorkSetting.STREET}),
    risk=False,
    by_sms=True,
    by_email=True,
    cover=Cover.NEWS,
    quiet_from=1320,
    quiet_until=420,
    danger_in_quiet=True,
    time_zone="Europe/Warsaw",
    digest_at=1080,
)

Cells = Mapping[bytes, frozenset[str]]


def cells(engine: Engine) -> Cells:
    """Return each long octet string and id of the whole database, and in which columns it is."""
    found: dict[bytes, set[str]] = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                for column in table.columns:
                    octets = _octets(row[column.name], column.type)
                    if len(octets) >= LONG:
                        found.setdefault(octets, set()).add(f"{table.name}.{column.name}")
    return {octets: frozenset(columns) for octets, columns in found.items()}


def _octets(value: object, kind: object) -> bytes:
    if isinstance(kind, Uuid) and isinstance(value, UUID):
        return value.bytes
    if isinstance(kind, LargeBinary | SealedBytes) and isinstance(value, bytes):
        return bytes(value)
    return value.encode() if isinstance(value, str) and len(value) >= LONG_WORDS else b""


@dataclass(slots=True)
class Office:
    """Who decides and publishes: they were there before."""

    house: Whole
    engine: Engine
    lead: given.Person = field(init=False)
    publisher: Visitor = field(init=False)
    warning: Warning = field(init=False)

    def __post_init__(self) -> None:
        """Have a lead, two caseworkers, and a warning that waits to be published."""
        self.lead = self.house.person(Role.LEAD)
        self.publisher = self.house.sign_in(self.house.person(Role.CASEWORKER))
        self.warning = self.house.proposed(self.house.person(Role.CASEWORKER))

    def publish(self) -> frozenset[bytes]:
        """Publish the warning; return what that made beside the deliveries."""
        before = cells(self.engine)
        publish(self.publisher, self.warning)
        made = {
            octets: where for octets, where in cells(self.engine).items() if octets not in before
        }
        return frozenset(
            octets
            for octets, where in made.items()
            if not all(column.startswith("delivery.") for column in where)
        )


@dataclass(slots=True)
class Leaver:
    """Makes somebody with everything, step by step."""

    house: Whole
    office: Office
    person: given.Person = field(init=False)
    not_theirs: frozenset[bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Apply, be vetted, and go on."""
        self._joins()
        for step in (
            self._contacts,
            self._choices,
            self._factors,
            self._sign_ins,
            self._guesses,
            self._checks,
            self._reports,
            self._asks,
            self._is_noticed,
        ):
            step()
        self.not_theirs = self.office.publish()

    @property
    def id(self) -> UUID:
        """Return the id of the account."""
        return self.person.id

    def _joins(self) -> None:
        house, sealers = self.house, self.house.services.sealers
        with house.writing() as session:
            self.person = given.an_applicant(session, sealers, now=house.now, name=NAME)
            members.vet(
                session,
                sealers,
                account_id=self.id,
                by=self.office.lead.id,
                how=VettedHow.PROFILE,
                now=house.now,
            )

    def _contacts(self) -> None:
        """Have two numbers and two addresses one after the other, and a code sent to each last."""
        for channel, addresses in ((Channel.SMS, PHONES), (Channel.EMAIL, MAILS)):
            for address in addresses:
                self._contact(channel, address)
            self._code(channel, addresses[-1])

    def _contact(self, channel: Channel, address: str) -> None:
        house, sealers = self.house, self.house.services.sealers
        with house.writing() as session:
            contact_id = given.a_contact(session, sealers, channel, address, now=house.now)
            members.give_contact(
                session,
                account_id=self.id,
                channel=channel,
                contact_id=contact_id,
                now=house.now,
            )

    def _code(self, channel: Channel, address: str) -> None:
        with self.house.writing() as session:
            members.request_code(
                session,
                self.house.services.sealers,
                account_id=self.id,
                channel=channel,
                entry=address,
                region="GB",
                wording=CodeWording(subject="A code", body="{code}"),
                now=self.house.now,
            )

    def _choices(self) -> None:
        with self.house.writing() as session:
            members.change_preferences(
                session,
                account_id=self.id,
                chosen=CHOSEN,
                known_areas=CHOSEN.areas,
                now=self.house.now,
            )

    def _factors(self) -> None:
        house, sealers, own = self.house, self.house.services.sealers, {"account_id": self.id}
        passkey = Passkey(credential_id=b"credential of Marigold", public_key=b"key of Marigold")
        with house.writing() as session:
            members.add_totp(
                session, sealers, secret=given.TOTP_SECRET, label=LABEL, now=house.now, **own
            )
            members.add_passkey(
                session, sealers, passkey=passkey, count=1, label=LABEL, now=house.now, **own
            )
            members.make_codes(session, sealers, **own)
            mark = members.subject_mark(sealers, issuer=LINK, subject="marigold")
            session.add(
                OpenIdLinkRow(account_id=self.id, subject_fingerprint=mark, linked_at=house.now)
            )
            session.flush()
            visit = members.session_mark(sealers, issuer=LINK, session="a session")
            members.begin_visit(
                session, session_mark=visit, vouched_at=house.now, now=house.now, **own
            )

    def _sign_ins(self) -> None:
        house, sealers = self.house, self.house.services.sealers
        with house.writing() as session:
            for _ in range(2):
                token = given.a_sign_in(session, sealers, self.person, now=house.now)
            members.begin_challenge(session, token=token, now=house.now)
            members.create_token(session, account_id=self.id, now=house.now)

    def _guesses(self) -> None:
        house, sealers = self.house, self.house.services.sealers
        with house.writing() as session:
            members.count_try(session, sealers, name=NAME, now=house.now)
            members.count_code(session, sealers, account_id=self.id, now=house.now)
            members.ask_for_reset(session, sealers, name=NAME, link=LINK, now=house.now)

    def _checks(self) -> None:
        house = self.house
        [identifier] = read(WATCHED, region="GB").identifiers
        [element] = house.services.evaluator.evaluate([input_of(identifier)])
        with house.writing() as session:
            limits = Limits()
            checker.spend(session, account_id=self.id, elements=1, now=house.now, limits=limits)
            checker.watch(
                session,
                house.services.sealers.watches,
                account_id=self.id,
                tokens=[derive(element, 1).watch],
                epoch=1,
                now=house.now,
            )

    def _reports(self) -> None:
        with self.house.writing() as session:
            given_reports.a_report(
                session,
                self.house.services.sealers,
                self.house.services.evaluator,
                given_reports.a_short_submission(),
                now=self.house.now,
                account_id=self.id,
            )

    def _asks(self) -> None:
        """Keep a case in the account."""
        page = write(self.house.sign_in(self.person))
        page.fill(page.path, line="And one thing more.")

    def _is_noticed(self) -> None:
        """Get a notice; somebody asks to see how they are reached."""
        house, sealers = self.house, self.house.services.sealers
        with house.writing() as session:
            members.give_notice(
                session,
                sealers,
                account_id=self.id,
                link=LINK,
                time_zone="Europe/London",
                now=house.now,
            )
            members.ask_for_emergency(
                session,
                sealers,
                account_id=self.id,
                by=self.office.lead.id,
                reason="A threat was made.",
                now=house.now,
            )


def tables_of_accounts() -> Iterator[str]:
    """Yield the tables that have something for each account."""
    for table in Base.metadata.sorted_tables:
        if "account_id" in table.columns:
            yield table.name


def counted(engine: Engine, account_id: UUID) -> dict[str, int]:
    """Return how many rows each of these tables has for an account, where it has any."""
    found = {}
    with engine.connect() as connection:
        for name in tables_of_accounts():
            table = Base.metadata.tables[name]
            own = select(func.count()).select_from(table).where(table.c.account_id == account_id)
            found[name] = connection.scalar(own) or 0
    return {name: count for name, count in found.items() if count}
