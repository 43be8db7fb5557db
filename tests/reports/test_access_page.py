"""Who opens what was reported: a colleague who came later, in plain words, and a lead's button."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from cli.keys import RECOVERY_SECRET
from cli.main import brolly
from members import actions as members
from members.actions import giving
from members.model import Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.records import RecordKeyRow
from tests import given
from tests.whole import Whole, open_report

PAGE = "/desk/access"
NOT_YET = "This report is not opened to you yet"


def newcomer(house: Whole) -> given.Person:
    """Return a caseworker who has a key pair and opens nothing yet."""
    with house.writing() as session:
        return given.a_caseworker(session, house.services.sealers, now=house.now)


def on_record(house: Whole, person: given.Person) -> list[tuple[str, UUID | None]]:
    """Return what was done to somebody's account, and by whom, oldest first."""
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted(on_ids=[person.id]))
    return [(each.act, each.by_id) for each in reversed(found)]


def test_a_lead_opens_the_records_to_who_came_later_part_by_part(
    house: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    imogen = house.person(Role.LEAD)
    lead = house.sign_in(imogen)
    sent = [house.report() for _ in range(3)]
    person = newcomer(house)
    reader = house.sign_in(person)
    page = open_report(reader, sent[0].id)
    assert page.status == 403
    assert NOT_YET in page.text
    monkeypatch.setattr(giving, "PART", 2)
    assert "0 of 3" in lead.open(PAGE).text
    lead.send(form=f"{PAGE}/{person.id}")
    assert "2 of 3" in lead.text
    assert 'value="2"' in lead.markup
    lead.send(form=f"{PAGE}/{person.id}")
    assert "3 of 3" in lead.text
    for each in sent:
        assert "He took the money back" in open_report(reader, each.id).text
    assert on_record(house, person) == [(Act.ACCESS_GIVEN, imogen.id)]


def test_a_sign_in_without_a_key_is_told_what_to_do(house: Whole) -> None:
    person = house.person(Role.CASEWORKER)
    report, reader = house.report(), house.sign_in(person)
    with house.writing() as session:
        members.wipe_run_out(session, now=datetime(2100, 1, 1, tzinfo=UTC))
    page = open_report(reader, report.id)
    assert page.status == 403
    assert "Sign out and in again" in page.text


def test_who_is_no_lead_does_not_find_the_page(house: Whole) -> None:
    assert house.sign_in(house.person(Role.CASEWORKER)).open(PAGE).status == 404


@pytest.fixture
def command(house: Whole, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a shell in which the house's settings are set."""
    settings = house.services.settings
    monkeypatch.setenv("BROLLY_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("BROLLY_DATABASE_URL", settings.database_url)
    return CliRunner()


def test_the_command_line_grants_revokes_and_recovers(house: Whole, command: CliRunner) -> None:
    first = house.person(Role.CASEWORKER)
    house.report()
    person = newcomer(house)

    def run(*words: str, typed: str = "") -> str:
        result = command.invoke(brolly, ["records", *words], input=f"{typed}\n")
        assert result.exit_code == 0, result.output
        return result.output

    names = ("--name", person.name, "--by", first.name, "--passphrase-stdin")
    assert "opens 1 more" in run("grant", *names, typed=first.passphrase)
    assert "opens 0 more" in run("grant", *names, typed=first.passphrase)
    assert "1 records before" in run("revoke", "--name", person.name)
    secret = house.services.settings.key_file("record_recovery_public").with_name(RECOVERY_SECRET)
    new = "words that come after"
    recovered = ("recover", "--name", person.name, "--secret-file", str(secret))
    assert "opens 1 more" in run(*recovered, "--passphrase-stdin", typed=new)
    assert "opens 0 more" in run(*recovered, "--go-on")
    assert "records without the recovery key: 0" in run("stats")
    assert on_record(house, person) == [
        (Act.ACCESS_GIVEN, first.id),
        (Act.ACCESS_GIVEN, first.id),
        (Act.ACCESS_TAKEN, None),
        (Act.ACCESS_RECOVERED, None),
        (Act.ACCESS_RECOVERED, None),
    ]


def test_the_command_line_says_what_is_wrong(house: Whole, command: CliRunner) -> None:
    first, person = house.person(Role.CASEWORKER), newcomer(house)
    report = house.report()
    names = ["records", "grant", "--name", person.name, "--by", first.name, "--passphrase-stdin"]
    result = command.invoke(brolly, names, input="not the passphrase\n")
    assert result.exit_code == 1
    assert "do not go together" in result.output
    public = house.services.settings.key_file("record_recovery_public")
    wrong = ["records", "recover", "--name", person.name, "--secret-file", str(public), "--go-on"]
    result = command.invoke(brolly, wrong)
    assert result.exit_code == 1
    assert "is not the secret part" in result.output
    with house.writing() as session:
        session.execute(delete(RecordKeyRow).where(RecordKeyRow.record_id == report.id))
    assert command.invoke(brolly, ["records", "stats"]).exit_code == 0
