"""`brolly records recover`: what a lead granted, once and in time; alone when no lead is left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlalchemy.orm import Session

from cli.keys import RECOVERY_SECRET
from cli.sealed_records import ALONE, LOST, records
from members import actions as members
from members.approval_records import ApprovalRow
from members.approvals import Approval, ApprovalKind
from members.refusals import SecondPersonNeeded, WrongCredentials
from storage import audit
from storage.audit import Done, Wanted
from storage.audit_chain import Act
from storage.envelopes import DataKey
from storage.keys import Sealers
from storage.record_keys import held, keep_key
from tests import given

NEW = "a passphrase after the old one"
Run = Callable[..., Result]


@pytest.fixture
def lead(session: Session, sealers: Sealers) -> given.Person:
    """Give a lead."""
    return given.a_lead(session, sealers, now=datetime.now(UTC))


@pytest.fixture
def ruth(session: Session, sealers: Sealers) -> given.Person:
    """Give a caseworker who lost the passphrase, and a record that opened to them."""
    ruth = given.a_caseworker(session, sealers, now=datetime.now(UTC), name="Ruth")
    holders = members.holders(session, sealers)
    keep_key(session, DataKey.fresh(), record_id=ruth.id, holders=holders)
    return ruth


@pytest.fixture
def run(keys: Path, database_url: str, session: Session) -> Run:
    """Give a way to recover somebody by name."""
    environment = {"BROLLY_DATA_DIR": str(keys), "BROLLY_DATABASE_URL": database_url}
    secret = str(keys / "keys" / RECOVERY_SECRET)

    def run(name: str = "Ruth", *more: str, new: str = NEW) -> Result:
        session.commit()
        words = ["recover", "--name", name, "--secret-file", secret, "--passphrase-stdin", *more]
        result = CliRunner().invoke(records, words, env=environment, input=new + "\n")
        session.expire_all()
        return result

    return run


def asked(session: Session, sealers: Sealers) -> Approval:
    [found] = members.list_waiting(
        session, sealers, now=datetime.now(UTC), kinds=[ApprovalKind.RECOVERY]
    )
    return found


def grant(session: Session, sealers: Sealers, by: given.Person) -> Approval:
    return members.grant(
        session,
        sealers,
        approval_id=asked(session, sealers).id,
        by=by.id,
        now=datetime.now(UTC),
    )


def opens_with(session: Session, sealers: Sealers, name: str, passphrase: str) -> bool:
    now = datetime.now(UTC)
    counted = members.count_try(session, sealers, name=name, now=now)
    try:
        members.settle_try(session, counted, passphrase=passphrase)
    except WrongCredentials:
        return False
    return True


def recovered(session: Session, sealers: Sealers) -> list[Done]:
    return audit.entries(session, sealers.audit, Wanted(act=Act.ACCESS_RECOVERED))


def test_the_first_run_asks_and_the_one_after_a_leads_answer_recovers(
    run: Run, session: Session, sealers: Sealers, lead: given.Person, ruth: given.Person
) -> None:
    for words in ("asked for now", "asked for and waits"):
        result = run()
        assert (result.exit_code, words in result.output) == (1, True)
    assert not opens_with(session, sealers, "Ruth", NEW)
    assert asked(session, sealers).reason == LOST
    grant(session, sealers, lead)
    assert "Ruth opens 1 more records" in run().output
    assert opens_with(session, sealers, "Ruth", NEW)
    assert held(session)[ruth.id] == 1
    assert [each.reason for each in recovered(session, sealers)] == [""]


@pytest.mark.usefixtures("ruth")
def test_what_was_granted_counts_once_but_may_be_gone_on_with(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    run()
    grant(session, sealers, lead)
    assert run("Ruth", "--go-on").exit_code == 1  # nothing was begun
    assert run().exit_code == 0
    assert run("Ruth", "--go-on").exit_code == 0
    assert run("Ruth", new="another passphrase altogether").exit_code == 1
    assert opens_with(session, sealers, "Ruth", NEW)


@pytest.mark.usefixtures("ruth")
def test_what_was_granted_runs_out(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    run()
    grant(session, sealers, lead)
    session.execute(update(ApprovalRow).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert "asked for now" in run().output
    assert not opens_with(session, sealers, "Ruth", NEW)


@pytest.mark.usefixtures("ruth")
def test_what_was_begun_is_not_gone_on_with_after_its_time(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    run()
    grant(session, sealers, lead)
    assert run().exit_code == 0
    session.execute(update(ApprovalRow).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert run("Ruth", "--go-on").exit_code == 1


@pytest.mark.usefixtures("ruth")
def test_a_passphrase_that_is_refused_uses_nothing_up(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    run()
    grant(session, sealers, lead)
    assert "at least 12" in run(new="short").output
    assert run().exit_code == 0


@pytest.mark.usefixtures("ruth")
def test_a_refusal_ends_it(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    run()
    members.refuse(
        session,
        sealers,
        approval_id=asked(session, sealers).id,
        by=lead.id,
        now=datetime.now(UTC),
    )
    assert "asked for now" in run().output


def test_a_lead_does_not_grant_their_own(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    other = given.a_lead(session, sealers, now=datetime.now(UTC))
    run(other.name)
    with pytest.raises(SecondPersonNeeded):
        grant(session, sealers, other)
    assert grant(session, sealers, lead).granted_by == lead.id


def test_without_another_lead_the_operator_recovers_alone_and_it_says_so(
    run: Run, session: Session, sealers: Sealers, lead: given.Person
) -> None:
    assert run(lead.name).exit_code == 0
    assert opens_with(session, sealers, lead.name, NEW)
    assert [each.reason for each in recovered(session, sealers)] == [ALONE]


@pytest.mark.usefixtures("ruth")
def test_a_lead_who_is_suspended_counts_for_nobody(
    run: Run, session: Session, lead: given.Person
) -> None:
    assert run().exit_code == 1
    members.suspend(session, account_id=lead.id, now=datetime.now(UTC))
    assert run().exit_code == 0
