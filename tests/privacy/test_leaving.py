"""Whoever closes an account leaves nothing behind but what is listed here, each with its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from checker import actions as checker
from config.settings import Settings
from members import actions as members
from members.cover import Cover
from members.model import AccountState, Role
from members.records import AccountRow, ApplicationRow
from storage.engine import connect
from tests import given
from tests.privacy.leaver import (
    LABEL,
    MAILS,
    NAME,
    PHONES,
    Leaver,
    Office,
    cells,
    counted,
    tables_of_accounts,
)
from tests.privacy.traces import search
from tests.whole import Whole, whole

# What was in the database for somebody, and is there when they have left: by table or by column.
STAYS = {
    "account.id": "the bare row: reports and decisions keep saying that somebody made them",
    "vetting": "that this account was vetted, by whom, when and how",
    "report": "what was reported stays reported, sealed to caseworkers; the page says so before",
    "case_file": "what was asked of caseworkers, sealed, under a mark of a key that is gone",
    "case_line": "what was written into it since, sealed",
    "record_key": "the keys of these, wrapped to caseworkers; a private key that is gone opens one",
    "approval": "that somebody asked to see how they are reached, and why: six years, as the audit",
    "check_budget": "how many checks were made, for a day: a sweep is seen though who made it left",
    "contact_code": "keyed hashes for a day: nobody is sent codes by who joins again and again",
    "contact": "an address given up before, without its account, for two days: it is told of that",
    "cause": "that a message was made, and when; none leads from there to anybody",
    "cause_text": "what it said, sealed, for seven days; the same for everybody but for a code",
}
NO_ROWS = {
    "case_access": "of staff: to whom a case was opened",
    "task_feed": "of staff: the address of a feed of due days",
    "application": "it is deleted when it is decided; see the test of applicants below",
    "role_grant": "of staff: who gave which role stays as long as the audit",
}
BARE = {
    "passphrase_hash": "",
    "state": AccountState.LEFT,
    "organisation_id": None,
    "sms_contact_id": None,
    "email_contact_id": None,
    "by_sms": False,
    "by_email": False,
    "everywhere": False,
    "danger": True,
    "risk": True,
    "cover": Cover.PLAIN,
    "language": "en",
    "quiet_from": None,
    "quiet_until": None,
    "danger_in_quiet": False,
    "time_zone": None,
    "digest_at": None,
    "digest_since": None,
}
KEPT_IN_THE_ROW = {"id", "name_fingerprint", "sealed_name", "role", "grant_id", "created_at"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


def leave(house: Whole, person: given.Person) -> None:
    """Close the account, and let the minute pass after which workers look round."""
    with house.writing() as session:
        members.leave(session, house.services.sealers, account_id=person.id, now=house.now)
        checker.forget_watches(session, now=house.now)


def stored(engine: Engine) -> bytes:
    """Return the file of a database, its log written into it; nothing where it is a server."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path is None:
        return b""
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return Path(path).read_bytes()


def test_nothing_stays_but_what_is_listed(house: Whole, engine: Engine) -> None:
    office = Office(house, engine)
    before = cells(engine)
    leaver = Leaver(house, office)
    during = cells(engine)
    theirs = during.keys() - before.keys() - leaver.not_theirs
    assert counted(engine, leaver.person.id).keys() == set(tables_of_accounts()) - NO_ROWS.keys()
    leave(house, leaver.person)
    after, file = cells(engine), stored(engine)
    stays = {column for octets in theirs & after.keys() for column in after[octets]}
    listed = {column if column in STAYS else column.partition(".")[0] for column in stays}
    assert listed == STAYS.keys()
    gone = theirs - after.keys()
    assert len(gone) > 40
    assert [
        during[octets] for octets in gone if octets in file or octets.hex().encode() in file
    ] == []
    words = {name: name for name in (NAME, LABEL, *PHONES, *MAILS)}
    assert search({"database": b"\0".join(after), "file": file}, words) == []


def test_the_row_that_stays_says_nothing_of_what_was_chosen(house: Whole, engine: Engine) -> None:
    leaver = Leaver(house, Office(house, engine))
    leave(house, leaver.person)
    with house.services.reading() as session:
        row = session.get_one(AccountRow, leaver.person.id)
        assert {name: getattr(row, name) for name in BARE} == BARE
        columns = {column.name for column in AccountRow.__table__.columns}
        account = members.get_account(session, house.services.sealers, account_id=row.id)
    assert columns == BARE.keys() | KEPT_IN_THE_ROW
    assert account.name == ""


def test_an_applicant_leaves_nothing_of_what_they_wrote(house: Whole, engine: Engine) -> None:
    with house.writing() as session:
        person = given.an_applicant(
            session,
            house.services.sealers,
            now=house.now,
            role=Role.PRACTITIONER,
            organisation="Lantern Outreach",
        )
    with house.services.reading() as session:
        asked = session.scalars(select(ApplicationRow)).one()
        sealed = asked.sealed_statement, asked.sealed_organisation
    leave(house, person)
    after, file = cells(engine), stored(engine)
    assert all(sealed)
    assert not any(bytes(each) in after or bytes(each) in file for each in sealed if each)
