"""`brolly records`: who opens what was reported; given, taken away, recovered."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker.commands.progress import counting
from config.settings import Settings, load_settings
from members import actions
from members.model import NoSuchAccount
from members.refusals import ApprovalOver, PassphraseRefused, TooManyTries, WrongCredentials
from storage.audit import record
from storage.audit_chain import Act
from storage.engine import connect, reading, writing
from storage.keys import Sealers, load_recovery_secret
from storage.record_keys import RECOVERY, Reader, without_recovery

WORDS: dict[type[Exception], str] = {
    NoSuchAccount: "no vetted caseworker with a key pair has this name: have they signed in?",
    WrongCredentials: "this name and passphrase do not go together",
    ApprovalOver: "what a lead granted was used or has run out meanwhile: run this again to ask",
    TooManyTries: "that was one try too many: wait a quarter of an hour",
}
GIVEN = "{name} opens {count} more records."
LOST = "They lost their passphrase."
ALONE = "No other lead could sign in."
A_LEAD_GRANTS = (
    "this takes a second person: {asked}. A lead who knows that it is really them grants it, on the"
    " desk under Approvals; then run this again within 24 hours"
)
NOT_THEIRS = "the key pair of this account was made under another passphrase: recover it"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    engine: Engine
    sealers: Sealers
    settings: Settings

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that is committed at its end."""
        with writing(self.engine).begin() as session:
            yield session

    def record(
        self, session: Session, act: Act, *, on: UUID, by: UUID | None = None, reason: str = ""
    ) -> None:
        """Put on record what a command does; without `by` the operator did it."""
        now = datetime.now(UTC)
        record(session, self.sealers.audit, act, by=by, on=on, reason=reason, now=now)

    def tell(self, session: Session, account_id: UUID, now: datetime) -> None:
        """Write to an account's owner that something about signing in changed; a sweep sends it."""
        actions.give_notice(
            session,
            self.sealers,
            account_id=account_id,
            link=f"{self.settings.public_url}/changed",
            time_zone=self.settings.time_zone,
            now=now,
        )


@click.group()
def records() -> None:
    """Say who opens what was reported, and change it."""


@records.command()
def stats() -> None:
    """Print what each caseworker opens; exit 1 if the recovery key does not open everything."""
    with _desk() as desk, reading(desk.engine)() as session:
        for each in actions.list_access(session, desk.sealers):
            click.echo(f"{each.name:<40} {each.opens:>9} of {each.records}")
        lost = without_recovery(session)
    click.echo(f"records without the recovery key: {lost}")
    sys.exit(1 if lost else 0)


@records.command()
@click.option("--name", required=True, help="The working name of who shall open the records.")
@click.option("--by", required=True, help="The working name of who opens them already.")
@click.option("--passphrase-stdin", is_flag=True, help="Read the passphrase of --by from there.")
def grant(name: str, by: str, *, passphrase_stdin: bool) -> None:
    """Open the records to a caseworker; it may be stopped at any moment and run again."""
    passphrase = _asked(f"Passphrase of {by}", from_stdin=passphrase_stdin)
    with _desk() as desk:
        giver = _reader(desk, by, passphrase)
        with desk.writing() as session:
            to = actions.account_named(session, desk.sealers, name=name)
            desk.record(session, Act.ACCESS_GIVEN, on=to, by=giver.holder_id)
        _give(desk, giver, to, name)


@records.command()
@click.option("--name", required=True, help="The working name of who lost the passphrase.")
@click.option("--secret-file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--passphrase-stdin", is_flag=True, help="Read the new passphrase from there.")
@click.option("--go-on", is_flag=True, help="Go on with one that was stopped: no new passphrase.")
@click.option("--reason", default=LOST, show_default=True, help="What the lead reads.")
def recover(
    name: str, secret_file: Path, *, passphrase_stdin: bool, go_on: bool, reason: str
) -> None:
    """Give a caseworker a new passphrase, and all records by the offline recovery key.

    A lead has to grant it first: the first run asks, and one within 24 hours of the answer does it.
    """
    with _desk() as desk:
        secret = load_recovery_secret(secret_file)
        if secret.public_key != desk.sealers.recovery:
            message = f"{secret_file.name} is not the secret part of this instance's recovery key"
            raise click.ClickException(message)
        to, granted = _permitted(desk, name, reason, begun=go_on)
        if not go_on:
            new = _asked("New passphrase", from_stdin=passphrase_stdin, twice=True)
            with desk.writing() as session:
                now = datetime.now(UTC)
                if granted:
                    actions.use(session, approval_id=granted, now=now)
                actions.recover_account(session, account_id=to, name=name, new=new, now=now)
                desk.tell(session, to, now)
        with desk.writing() as session:
            desk.record(session, Act.ACCESS_RECOVERED, on=to, reason="" if granted else ALONE)
        _give(desk, Reader(RECOVERY, secret), to, name)


@records.command()
@click.option("--name", required=True, help="The working name of who shall open nothing.")
def revoke(name: str) -> None:
    """Take an account's key pair away, and all that was wrapped to it.

    Suspending and leaving do it by themselves. Signing in again makes a new pair, which opens what
    comes in from then on.
    """
    with _desk() as desk, desk.writing() as session:
        account_id = actions.account_named(session, desk.sealers, name=name)
        actions.sign_out_everywhere(session, account_id=account_id, now=datetime.now(UTC))
        dropped = actions.drop_pair(session, account_id)
        desk.record(session, Act.ACCESS_TAKEN, on=account_id)
    click.echo(f"{name} opens nothing any more: {dropped} records before.")


def _permitted(desk: Desk, name: str, reason: str, *, begun: bool) -> tuple[UUID, UUID | None]:
    """Return whom it is about and what a lead granted, or None if no other lead can sign in.

    Where nothing was granted it is asked for, and refused until it is.
    """
    with desk.writing() as session:
        to, now = actions.account_named(session, desk.sealers, name=name), datetime.now(UTC)
        granted = actions.granted_recovery(session, account_id=to, now=now, begun=begun)
        if granted or actions.may_recover_alone(session, account_id=to):
            return to, granted
        asked = actions.ask_for_recovery(
            session, desk.sealers, account_id=to, reason=reason, now=now
        )
        if asked:
            desk.record(session, Act.APPROVAL_ASKED, on=to, reason=reason)
    said = "it was asked for now" if asked else "it was asked for and waits"
    raise click.ClickException(A_LEAD_GRANTS.format(asked=said))


def _give(desk: Desk, giver: Reader, to: UUID, name: str) -> None:
    with counting("Opening records") as progress:
        given = _in_parts(desk, giver, to, progress)
    click.echo(GIVEN.format(name=name, count=given))


def _in_parts(desk: Desk, giver: Reader, to: UUID, progress: Callable[[int, int], None]) -> int:
    with desk.writing() as session:
        total = left = actions.count_missing(session, giver, to=to)
    while left:
        with desk.writing() as session:
            left = actions.give_access(session, giver, to=to)
        progress(total - left, total)
    return total


def _reader(desk: Desk, name: str, passphrase: str) -> Reader:
    """Return what somebody opens with their passphrase; the try counts like one at the page."""
    now = datetime.now(UTC)
    with desk.writing() as session:
        counted = actions.count_try(session, desk.sealers, name=name, now=now)
    with desk.writing() as session:
        proved = actions.settle_try(session, counted, passphrase=passphrase)
        private = actions.open_pair(
            session, account_id=proved.account_id, unlocking=proved.unlocking, now=now
        )
    if private is None:
        raise click.ClickException(NOT_THEIRS)
    return Reader(proved.account_id, private)


def _asked(prompt: str, *, from_stdin: bool, twice: bool = False) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt(prompt, hide_input=True, confirmation_prompt=twice)
    return asked


@contextmanager
def _desk() -> Iterator[Desk]:
    """Open the database for one command; refusals are said in words."""
    settings = load_settings()
    engine = connect(settings.database)
    try:
        yield Desk(engine, Sealers.load(settings), settings)
    except PassphraseRefused as error:
        raise click.ClickException(str(error)) from None
    except (NoSuchAccount, WrongCredentials, TooManyTries, ApprovalOver) as error:
        raise click.ClickException(WORDS[type(error)]) from None
    finally:
        engine.dispose()
