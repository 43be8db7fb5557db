"""The whole machine is seized, keys and all, while a caseworker is signed in: no report opens.

Every key file, every value in the database and everything that follows from them is tried on every
sealed value of the reports. Missing are a passphrase, a cookie, a receipt code and the recovery
key's secret part, which is not kept on the machine.
"""

import base64
import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from nacl.public import PrivateKey
from sqlalchemy import LargeBinary, Uuid, inspect, select
from sqlalchemy.orm import Session

from cli.keys import RECOVERY_SECRET, create_missing_keys
from config.settings import Settings
from members import actions as members
from members.model import Role
from reports import actions as reports
from reports.model import Reporter
from reports.opening import ByAccount, ByCode
from reports.receipts import Draft
from reports.records import (
    AdditionRow,
    PersonRow,
    ReportDraftRow,
    ReportIdentifierRow,
    ReportRow,
)
from storage.base import Base, SealedBytes
from storage.envelopes import DataKey, Seals, unwrap
from storage.records import RecordKeyRow
from storage.sealing import CannotOpen, KeyRing, Sealed, Sealer
from tests import given, given_reports
from tests.whole import Whole, whole

REPORTS = 2
SEALED = (
    (ReportRow, ("sealed_narrative", "sealed_place", "sealed_safe_contact", "sealed_reporter_id")),
    (ReportIdentifierRow, ("sealed_raw", "sealed_value")),
    (PersonRow, ("sealed_description",)),
    (AdditionRow, ("sealed_text",)),
    (ReportDraftRow, ("sealed_answers",)),
)
PURPOSES = (
    "held by a sign-in",
    "passphrase unlocking",
    "passphrase verifier",
    "lines of a report",
    "draft of a report",
)


@pytest.fixture
def house(settings: Settings, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give a whole instance with keys of its own."""
    found = settings.model_copy(update={"database_url": database_url, "redis_url": redis_url})
    with whole(found, scratch / "compiled") as house:
        yield house


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give a data folder with all key files."""
    settings = Settings(data_dir=tmp_path / "data")
    create_missing_keys(settings)
    return settings


@pytest.fixture
def lived_in(house: Whole) -> Whole:
    """Give an instance with reports, lines, a draft, and people who are signed in."""
    sealers, now = house.services.sealers, datetime.now(UTC)
    people = [house.person(Role.CASEWORKER), house.person(Role.LEAD), house.person()]
    for person in people:
        house.sign_in(person)
    with house.writing() as session:
        own = ByAccount(given.a_reader(session, sealers, people[2], now=now).private)
        for _ in range(REPORTS):
            sent = given_reports.a_report(session, sealers, house.services.evaluator, now=now)
            for way in (ByCode.of(sealers.reports, sent.code), own):
                reports.add_line(
                    session, sealers, report_id=sent.id, text="A red van.", way=way, now=now
                )
        said = given_reports.a_submission(reporter=Reporter.MEMBER)
        linked = Draft(submission=said, account_id=people[2].id, mark=own.mark.hex())
        reports.begin_draft(session, sealers.reports, linked, now=now)
        code = reports.begin_draft(session, sealers.reports, linked, now=now)
        reports.send_draft(session, sealers, house.services.evaluator, code=code, now=now)
    return house


def test_with_every_key_on_the_machine_nothing_of_a_report_opens(lived_in: Whole) -> None:
    with lived_in.services.reading() as session:
        assert opened(session, keys_on(lived_in, session)) == 0


def test_with_every_account_and_key_on_the_machine_no_report_leads_to_its_reporter(
    lived_in: Whole,
) -> None:
    with lived_in.services.reading() as session:
        marks = {bytes(each) for each in session.scalars(select(ReportRow.reporter_mark)) if each}
        accounts = members.list_accounts(session, lived_in.services.sealers)
        keys = keys_on(lived_in, session)
    assert marks
    for account in accounts:
        for sealer in rings(lived_in):
            assert sealer.fingerprint("reporter", str(account.id)) not in marks
        assert sha256(account.id.bytes).digest() not in marks
    for key in keys:
        assert members.reporter_mark(PrivateKey(key)) not in marks


def test_the_search_finds_what_the_recovery_key_opens(lived_in: Whole) -> None:
    beside = lived_in.services.settings.key_file("record_recovery_public")
    secret = bytes.fromhex(beside.with_name(RECOVERY_SECRET).read_text())
    with lived_in.services.reading() as session:
        total = sum(1 for _ in sealed_values(session))
        drafts = 1  # opens with its code alone, by nobody else
        assert opened(session, {secret}) == total - drafts
        assert total > 12 * REPORTS


def test_the_search_finds_what_a_careless_program_seals_under_the_servers_key(
    lived_in: Whole,
) -> None:
    with lived_in.writing() as session:
        row = session.scalars(select(ReportRow).limit(1)).one()
        row.sealed_narrative = lived_in.services.sealers.reports.seal(
            "x", table="report", column="sealed_narrative", row=row.id
        )
        session.flush()
        assert opened(session, keys_on(lived_in, session)) == 1


def test_a_copy_made_after_the_shredding_opens_with_no_key_at_all(lived_in: Whole) -> None:
    beside = lived_in.services.settings.key_file("record_recovery_public")
    secret = bytes.fromhex(beside.with_name(RECOVERY_SECRET).read_text())
    with lived_in.writing() as session:
        for row in session.scalars(select(RecordKeyRow)):
            session.delete(row)
        session.flush()
        assert opened(session, {secret, *keys_on(lived_in, session)}) == 0


def rings(house: Whole) -> Iterator[Sealer]:
    """Yield the sealers of all purposes."""
    sealers = house.services.sealers
    yield from (
        sealers.members, sealers.contacts, sealers.reports, sealers.watches, sealers.audit
    )  # fmt: skip


def keys_on(house: Whole, session: Session) -> set[bytes]:
    """Return all 32 octets that lie on the machine or follow from what does."""
    files = house.services.settings.key_file("report").parent
    found = {
        octets
        for path in files.iterdir()
        if path.name != RECOVERY_SECRET
        for octets in in_file(path)
    }
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, LargeBinary | SealedBytes | Uuid):
                for value in session.scalars(select(column)):
                    octets = value.bytes if isinstance(column.type, Uuid) and value else value
                    if octets:
                        found |= {bytes(octets)[:32].ljust(32, b"\0"), sha256(octets).digest()}
    look_up = house.services.sealers.reports.ring.look_up
    return found | {
        DataKey.derived(each, purpose=purpose, salt=salt).octets
        for each in found
        for purpose in PURPOSES
        for salt in (b"", look_up)
    }


def in_file(path: Path) -> Iterator[bytes]:
    """Yield the keys in a key file, however they are written."""
    text = path.read_text(errors="replace")
    for word in text.split():
        if re.fullmatch(r"[0-9a-f]{64}", word):
            yield bytes.fromhex(word)
        if re.fullmatch(r"[A-Za-z0-9+/]{43}=", word):
            yield base64.b64decode(word)


def sealed_values(session: Session) -> Iterator[tuple[str, str, UUID, Sealed]]:
    """Yield every sealed value of the reports with its place."""
    for table, columns in SEALED:
        for row in session.scalars(select(table)):
            (row_id,) = inspect(row).identity or ()
            for column in columns:
                if getattr(row, column) is not None:
                    yield table.__tablename__, column, row_id, getattr(row, column)


def opened(session: Session, keys: set[bytes]) -> int:
    """Try each key on every wrap and on every value; return how many values open."""
    wraps = [(row.record_id, row.wrapped) for row in session.scalars(select(RecordKeyRow))]
    data = {DataKey(key) for key in keys}
    for record_id, wrapped in wraps:
        data |= {key for each in keys for key in unwrapped(wrapped, record_id, each)}
    ring = KeyRing(b"none", {}, bytes(32))
    number = 0
    for table, column, row, sealed in sealed_values(session):
        servers = (Sealer(replace(ring, keys={sealed[1:5]: key})) for key in keys)
        tried: Iterable[Seals] = (*data, *servers) if sealed[:1] != b"\2" else data
        number += any(opens(each, sealed, table, column, row) for each in tried)
    return number


def unwrapped(wrapped: Sealed, record_id: UUID, key: bytes) -> Iterator[DataKey]:
    """Yield what a key finds in a wrap, as a private key and as a code's."""
    with contextlib.suppress(CannotOpen):
        yield unwrap(wrapped, record_id, PrivateKey(key))
    place = {"table": "record_key", "column": "wrapped", "row": str(record_id)}
    if wrapped[:1] == b"\2":
        with contextlib.suppress(CannotOpen):
            yield DataKey(DataKey(key).unseal(wrapped, **place))


def opens(sealer: Seals, sealed: Sealed, table: str, column: str, row: UUID) -> bool:
    """Whether a key opens a value."""
    try:
        sealer.unseal(sealed, table=table, column=column, row=row)
    except CannotOpen:
        return False
    return True
