"""`brolly member` and `brolly staff`: what they do, and what they never print."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from members import actions as members
from members.commands import member, staff, token
from members.model import AccountState, Role
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE

Run = Callable[..., Result]


PROVIDER = {
    "BROLLY_OIDC_ISSUER": "https://id.example.org",
    "BROLLY_OIDC_CLIENT_ID": "brolly",
    "BROLLY_OIDC_CLIENT_SECRET_FILE": "client.secret",
    "BROLLY_OIDC_NAME": "Harbour Trust",
    "BROLLY_OIDC_REQUIRED_AMR": "mfa",
}


@pytest.fixture
def run(keys: Path, database_url: str, session: Session) -> Run:
    """Give a way to run a command on the test's database, with the passphrase on its input."""
    environment = {"BROLLY_DATA_DIR": str(keys), "BROLLY_DATABASE_URL": database_url}

    def run(*words: str, typed: str = PASSPHRASE + "\n", **settings: str) -> Result:
        session.commit()
        room = {"member": member, "staff": staff, "token": token}[words[0]]
        return CliRunner().invoke(room, words[1:], env=environment | settings, input=typed)

    return run


@pytest.mark.parametrize("role", ["caseworker", "lead", "researcher", "operator"])
def test_staff_are_made_and_may_start_at_once(
    run: Run, session: Session, sealers: Sealers, role: str
) -> None:
    result = run("staff", "create", "--name", "Ruth", "--role", role, "--passphrase-stdin")
    account = members.get_account(session, sealers, account_id=UUID(result.stdout.strip()))
    assert "has to set up a second step" in result.stderr
    assert (account.name, account.role, account.state) == ("Ruth", role, AccountState.VETTED)


def test_once_there_are_two_leads_one_of_them_grants_what_the_operator_asks_for(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    leads = [given.a_lead(session, sealers, now=now) for _ in range(2)]
    made = run("staff", "create", "--name", "Ruth", "--role", "caseworker", "--passphrase-stdin")
    account_id = UUID(made.stdout.strip())
    assert "once a lead grants it" in made.stderr
    account = members.get_account(session, sealers, account_id=account_id)
    assert (account.role, account.state) == (Role.MEMBER, AccountState.APPLIED)
    again = run("staff", "role", "--name", "Ruth", "--role", "lead")
    assert (again.exit_code, "no such account" in again.output) == (1, True)
    [asked] = members.list_waiting(session, sealers, now=datetime.now(UTC))
    members.give_role(session, sealers, approval_id=asked.id, by=leads[0].id, now=datetime.now(UTC))
    assert members.get_account(session, sealers, account_id=account_id).is_caseworker


def test_a_role_is_asked_for_and_taken_at_the_machine(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now, name="Rosa")
    assert run("staff", "role", "--name", "Rosa", "--role", "lead").exit_code == 0
    session.expire_all()
    assert members.get_account(session, sealers, account_id=person.id).is_lead
    given.a_lead(session, sealers, now=now)
    asked = run("staff", "role", "--name", "Rosa", "--role", "operator")
    assert "once a lead grants it" in asked.stderr
    twice = run("staff", "role", "--name", "Rosa", "--role", "operator")
    assert (twice.exit_code, "asked for already" in twice.output) == (1, True)
    assert run("staff", "take", "--name", "Rosa").exit_code == 0
    session.expire_all()
    assert members.get_account(session, sealers, account_id=person.id).role is Role.MEMBER
    assert run("staff", "take", "--name", "Rosa").exit_code == 1


def test_a_passphrase_is_asked_for_twice_and_never_shown(
    run: Run, session: Session, sealers: Sealers
) -> None:
    twice = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    result = run("staff", "create", "--name", "Ruth", "--role", "lead", typed=twice)
    assert result.exit_code == 0
    assert PASSPHRASE not in result.output
    account_id = UUID(result.stdout.split()[-1])
    assert members.get_account(session, sealers, account_id=account_id).role is Role.LEAD


def test_a_member_is_made_waiting_and_vetted_by_a_lead(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    made = run("member", "create", "--name", "Rosa", "--passphrase-stdin").output.strip()
    assert f"{made} member applied" in run("member", "list", "--ids").output
    by_themselves = run("member", "vet", made, "--by", made, "--how", "profile")
    assert (by_themselves.exit_code, "nobody decides" in by_themselves.output) == (1, True)
    assert run("member", "vet", made, "--by", str(lead.id), "--how", "profile").exit_code == 0
    assert members.get_account(session, sealers, account_id=UUID(made)).may_check
    again = run("member", "vet", made, "--by", str(lead.id), "--how", "profile")
    assert "no such account" in again.output


def test_only_a_lead_may_be_named_as_the_one_who_decided(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    applicant = given.an_applicant(session, sealers, now=now)
    caseworker = given.a_caseworker(session, sealers, now=now)
    result = run("member", "vet", str(applicant.id), "--by", str(caseworker.id), "--how", "profile")
    assert (result.exit_code, "only a lead" in result.output) == (1, True)


def test_a_member_is_suspended_and_reinstated(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    assert run("member", "suspend", str(person.id)).exit_code == 0
    assert f"{person.id} member suspended" in run("member", "list", "--ids").output
    assert run("member", "reinstate", str(person.id)).exit_code == 0
    assert f"{person.id} member vetted" in run("member", "list", "--ids").output
    assert run("member", "reinstate", str(person.id)).exit_code == 1


def test_what_the_operator_does_to_accounts_is_on_record(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    lead = given.a_lead(session, sealers, now=now)
    made = run("staff", "create", "--name", "Ruth", "--role", "lead", "--passphrase-stdin")
    ruth = UUID(made.stdout.strip())
    applicant = given.an_applicant(session, sealers, now=now)
    run("member", "vet", str(applicant.id), "--by", str(lead.id), "--how", "profile")
    for command in ("suspend", "reinstate"):
        run("member", command, str(applicant.id))
    assert run("member", "reinstate", str(applicant.id)).exit_code == 1
    found = audit.entries(session, sealers.audit, Wanted())
    assert [(each.act, each.by_id, each.on_id) for each in reversed(found)] == [
        (Act.ACCOUNT_CREATED, None, ruth),
        (Act.ROLE_FOUNDED, None, ruth),
        (Act.APPLICANT_ACCEPTED, lead.id, applicant.id),
        (Act.ACCOUNT_SUSPENDED, None, applicant.id),
        (Act.ACCOUNT_REINSTATED, None, applicant.id),
    ]


def test_lists_count_and_name_nobody(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    given.a_member(session, sealers, now=now, name="Rosa of Salford", phone="+447700900123")
    given.a_member(session, sealers, now=now, email="violet@example.org")
    shown = run("member", "list").output + run("member", "list", "--ids").output
    assert "member        vetted           2" in shown
    for secret in ("Rosa", "Salford", "900123", "violet", "example.org", "argon2"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("Rosa", "short\n", "at least 12"),
        ("Rosa", "\n", "at least 12"),
        ("r@example.org", PASSPHRASE, "cannot be"),
    ],
)
def test_what_is_refused_is_said_in_words(run: Run, name: str, typed: str, reason: str) -> None:
    result = run("member", "create", "--name", name, "--passphrase-stdin", typed=typed)
    assert (result.exit_code, reason in result.output) == (1, True)
    assert "Traceback" not in result.output


def test_an_account_is_linked_while_it_is_made_and_not_without_a_provider(
    run: Run, session: Session, sealers: Sealers
) -> None:
    words = ("staff", "create", "--name", "Ruth", "--role", "lead", "--linked")
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\nsubject-7\n"
    assert "set BROLLY_OIDC_ISSUER" in run(*words, typed=typed).output
    assert members.list_accounts(session, sealers) == []
    result = run(*words, typed=typed, **PROVIDER)
    account_id = UUID(result.stdout.split()[-1])
    mark = members.subject_mark(sealers, issuer="https://id.example.org", subject="subject-7")
    assert members.linked_account(session, mark) == account_id


def test_a_program_of_staff_gets_no_token(
    run: Run, session: Session, sealers: Sealers, now: datetime
) -> None:
    rosa = given.a_member(session, sealers, now=now, name="Rosa")
    ruth = given.a_caseworker(session, sealers, now=now, name="Ruth")
    refused = run("token", "create", "--member", "Ruth")
    assert (refused.exit_code, "only members have programs" in refused.output) == (1, True)
    made = run("token", "create", "--member", "Rosa").stdout.strip()
    owner = members.owner_of(session, sealers, token=made)
    assert owner is not None
    assert owner.id == rosa.id
    members.keep_tokens(session, {ruth.id: "made before"}, now=now)
    assert members.owner_of(session, sealers, token="made before") is None


def test_the_operator_ends_the_sign_ins_of_one_or_of_everybody(
    run: Run, session: Session, sealers: Sealers
) -> None:
    now = datetime.now(UTC)
    people = [given.a_member(session, sealers, now=now, name=name) for name in ("Rosa", "Iris")]
    tokens = [given.a_sign_in(session, sealers, each, now=now) for each in people]

    def still_in() -> list[bool]:
        session.rollback()
        return [
            members.resume(session, sealers, token=each, now=now) is not None for each in tokens
        ]

    assert run("member", "sign-out").exit_code == 2
    assert run("member", "sign-out", "--name", "Rosa", "--everybody").exit_code == 2
    assert still_in() == [True, True]
    assert run("member", "sign-out", "--name", "Rosa").stdout.strip() == "1"
    assert still_in() == [False, True]
    assert run("member", "sign-out", "--everybody").stdout.strip() == "1"
    assert still_in() == [False, False]
    done = [each.on_id for each in audit.entries(session, sealers.audit, Wanted())]
    assert done == [None, people[0].id]
