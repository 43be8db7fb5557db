"""`brolly member`, `staff` and `token`: accounts from the command line, never by contact."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from members import actions, passphrases
from members.model import (
    AccountState,
    NewAccount,
    NoSuchAccount,
    NotForThisRole,
    NotOneself,
    Role,
    VettedHow,
)
from members.refusals import AskedAlready, LinkRefused, NameRefused, PassphraseRefused
from storage.audit import record
from storage.audit_chain import Act
from storage.engine import connect, writing
from storage.keys import Sealers

MEMBERS = ("member", "practitioner")
STAFF = ("caseworker", "lead", "researcher", "operator")
HOW = [how.value for how in VettedHow]
FIRST_SIGN_IN = (
    "At the first sign-in this account has to set up a second step: an app that makes codes, on a"
    " phone. Ten recovery codes follow; they are shown once."
)
A_LEAD_GRANTS = (
    "Asked for: it counts once a lead grants it, on the desk under Approvals, within 7 days."
)
NOT_LINKED_YET = (
    "a lead has to grant this role first, and its owner links it then: leave --linked out"
)
BY_THE_OPERATOR = "Asked for by the operator."
WORDS = {
    NoSuchAccount: "there is no such account in a state that allows this",
    NotOneself: "nobody decides on their own account",
    NotForThisRole: "only a lead caseworker vets (name one with --by), only staff have a role to"
    " take, or another one to be given, and only members have programs with tokens",
    AskedAlready: "this was asked for already, and waits for a lead",
    LinkRefused: "another account is linked with this subject",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    session: Session
    sealers: Sealers
    now: datetime

    def record(self, act: Act, *, on: UUID | None, by: UUID | None = None) -> None:
        """Put on record what a command does; without `by` the operator did it."""
        record(self.session, self.sealers.audit, act, by=by, on=on, now=self.now)


@click.group()
def member() -> None:
    """Make, vet, suspend and count accounts of members."""


@click.group()
def staff() -> None:
    """Make accounts of staff, and ask for their roles."""


def _passphrase_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input."
    )(command)


@member.command("create")
@click.option("--name", prompt=True, help="The working name.")
@click.option("--role", type=click.Choice(MEMBERS), default="member", show_default=True)
@click.option("--organisation", default="", help="For practitioners: who they work for.")
@_passphrase_option
def create_member(name: str, role: str, organisation: str, *, passphrase_stdin: bool) -> None:
    """Make an account that waits to be vetted; prints its id."""
    new = NewAccount(
        name=name, role=Role(role), state=AccountState.APPLIED, organisation=organisation
    )
    _create(new, passphrase_stdin=passphrase_stdin)


@staff.command("create")
@click.option("--name", prompt=True, help="The working name.")
@click.option("--role", type=click.Choice(STAFF), required=True)
@click.option("--linked", is_flag=True, help="Ask for their subject at the OpenID provider.")
@_passphrase_option
def create_staff(name: str, role: str, *, linked: bool, passphrase_stdin: bool) -> None:
    """Make an account of staff; prints its id, and beside it what comes next.

    It has the role at once while fewer than two leads can sign in, and once a lead grants it else.
    """
    passphrase = _read_passphrase(from_stdin=passphrase_stdin)
    subject = click.prompt("Subject at the provider", err=True) if linked else ""
    with _desk() as desk:
        _accept(passphrase, name)
        account_id, founded = actions.make_staff(
            desk.session,
            desk.sealers,
            new=NewAccount(name=name, role=Role(role)),
            passphrase=passphrase,
            now=desk.now,
        )
        desk.record(Act.ACCOUNT_CREATED, on=account_id)
        desk.record(Act.ROLE_FOUNDED if founded else Act.APPROVAL_ASKED, on=account_id)
        if linked and not founded:
            raise click.ClickException(NOT_LINKED_YET)
        if linked:
            _link(desk, account_id, subject)
    click.echo(account_id)
    click.echo(FIRST_SIGN_IN if founded else A_LEAD_GRANTS, err=True)


@staff.command("role")
@click.option("--name", required=True, help="The working name of a vetted account.")
@click.option("--role", type=click.Choice(STAFF), required=True)
@click.option("--reason", default=BY_THE_OPERATOR, help="What the lead who grants it reads.")
def ask_role(name: str, role: str, reason: str) -> None:
    """Ask for a role for an account that is here; a lead grants it."""
    with _desk() as desk:
        account_id = actions.account_named(desk.session, desk.sealers, name=name)
        founded = actions.ask_for_role(
            desk.session,
            desk.sealers,
            account_id=account_id,
            role=Role(role),
            by=None,
            reason=reason,
            now=desk.now,
        )
        desk.record(Act.ROLE_FOUNDED if founded else Act.APPROVAL_ASKED, on=account_id)
    click.echo(FIRST_SIGN_IN if founded else A_LEAD_GRANTS, err=True)


@staff.command("take")
@click.option("--name", required=True, help="The working name of who shall have no role of staff.")
def take(name: str) -> None:
    """Take a role of staff away, at once and everywhere; the account stays, as an applicant's."""
    with _desk() as desk:
        account_id = actions.account_named(desk.session, desk.sealers, name=name)
        actions.take_role(desk.session, account_id=account_id, now=desk.now)
        desk.record(Act.ROLE_TAKEN, on=account_id)


@member.command("list")
@click.option("--ids", is_flag=True, help="Print the id, role and state of every account.")
def list_members(*, ids: bool) -> None:
    """Print how many accounts have each role and state."""
    with _desk() as desk:
        if ids:
            for line in actions.list_accounts(desk.session, desk.sealers):
                click.echo(f"{line.id} {line.role} {line.state}")
            return
        for each in actions.count_accounts(desk.session):
            click.echo(f"{each.role:<13} {each.state:<10} {each.count:>7}")


@member.command()
@click.argument("account_id", type=click.UUID)
@click.option("--by", type=click.UUID, required=True, help="The id of the lead who decided.")
@click.option("--how", type=click.Choice(HOW), required=True)
def vet(account_id: UUID, by: UUID, how: str) -> None:
    """Let an account check and get warnings; keeps who decided, when and how."""
    with _desk() as desk:
        actions.vet(
            desk.session,
            desk.sealers,
            account_id=account_id,
            by=by,
            how=VettedHow(how),
            now=desk.now,
        )
        desk.record(Act.APPLICANT_ACCEPTED, on=account_id, by=by)


@member.command()
@click.argument("account_id", type=click.UUID)
def suspend(account_id: UUID) -> None:
    """Take an account's access away, at once and everywhere."""
    with _desk() as desk:
        actions.suspend(desk.session, account_id=account_id, now=desk.now)
        desk.record(Act.ACCOUNT_SUSPENDED, on=account_id)


@member.command("sign-out")
@click.option("--name", default="", help="The working name of the account.")
@click.option("--everybody", is_flag=True, help="All accounts, as after a break-in.")
def sign_out(name: str, *, everybody: bool) -> None:
    """End all sign-ins of an account, or of everybody; prints how many there were."""
    if bool(name) == everybody:
        message = "say whose: --name NAME, or --everybody"
        raise click.UsageError(message)
    with _desk() as desk:
        whose = actions.account_named(desk.session, desk.sealers, name=name) if name else None
        ended = actions.end_sign_ins(desk.session, account_id=whose, now=desk.now)
        desk.record(Act.SIGN_INS_ENDED, on=whose)
    click.echo(ended)


@member.command()
@click.argument("account_id", type=click.UUID)
def reinstate(account_id: UUID) -> None:
    """Give a suspended account its access back."""
    with _desk() as desk:
        actions.reinstate(desk.session, account_id=account_id)
        desk.record(Act.ACCOUNT_REINSTATED, on=account_id)


def _create(new: NewAccount, *, passphrase_stdin: bool) -> None:
    passphrase = _read_passphrase(from_stdin=passphrase_stdin)
    with _desk() as desk:
        _accept(passphrase, new.name)
        made = actions.create_account(
            desk.session, desk.sealers, new=new, passphrase=passphrase, now=desk.now
        )
        desk.record(Act.ACCOUNT_CREATED, on=made.account_id)
    click.echo(made.account_id)


def _link(desk: Desk, account_id: UUID, subject: str) -> None:
    """Link an account that is being made; later its owner alone does that."""
    issuer = load_settings().oidc_issuer
    if not issuer:
        message = "there is no provider to link with: set BROLLY_OIDC_ISSUER"
        raise click.ClickException(message)
    mark = actions.subject_mark(desk.sealers, issuer=issuer, subject=subject.strip())
    actions.link(desk.session, account_id=account_id, mark=mark, now=desk.now)
    desk.record(Act.ACCOUNT_LINKED, on=account_id)


def _accept(passphrase: str, name: str) -> None:
    """Raise PassphraseRefused also for one made of the instance's name."""
    passphrases.accept(passphrase, name=name, also=(load_settings().instance_name,))


def _read_passphrase(*, from_stdin: bool) -> str:
    """Ask twice without showing it, or read one line."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    return asked


@click.group()
def token() -> None:
    """Tokens for members' own programs (docs/private-check.md)."""


@token.command("create")
@click.option("--member", "name", required=True, help="The working name of the account.")
def create_token(name: str) -> None:
    """Make a token and print it; it is not shown again."""
    with _desk() as desk:
        account_id = actions.account_named(desk.session, desk.sealers, name=name)
        made = actions.create_token(desk.session, account_id=account_id, now=desk.now)
    click.echo(made)


@token.command("revoke")
@click.option("--member", "name", required=True, help="The working name of the account.")
def revoke_tokens(name: str) -> None:
    """Take back every token of an account; prints how many there were."""
    with _desk() as desk:
        account_id = actions.account_named(desk.session, desk.sealers, name=name)
        click.echo(actions.revoke_tokens(desk.session, account_id=account_id))


@contextmanager
def _desk() -> Iterator[Desk]:
    """Open the database for one command, and keep what it did; refusals are said in words."""
    settings = load_settings()
    engine = connect(settings.database)
    try:
        with writing(engine).begin() as session:
            yield Desk(session, Sealers.load(settings), datetime.now(UTC))
    except (NameRefused, PassphraseRefused) as error:
        raise click.ClickException(str(error)) from None
    except tuple(WORDS) as error:
        raise click.ClickException(WORDS[type(error)]) from None
    finally:
        engine.dispose()
