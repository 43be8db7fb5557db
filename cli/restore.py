"""`brolly restore`: a backup into an empty database, all of it or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.commands.progress import counting
from checker.model import RegisterUnavailable
from checker.register import Register
from cli.drill import drill
from cli.restoring import Backup, fill
from config.settings import Settings, load_settings
from members import actions as members
from messages import actions as messages
from storage import audit
from storage.anchors import AnchorFile
from storage.archives import read_identities
from storage.audit_chain import Act
from storage.engine import connect, writing
from storage.migrating import upgrade
from storage.redis_server import RedisError
from storage.sealing import KeyRing, Sealer

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEXT = (
    "Everybody is signed out. Start the service, look at `brolly doctor`, and decide about what is "
    "held with `brolly held`: it may have left before the database was lost."
)


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--record-keys", "keys_file", type=EXISTING, required=True)
@click.option("--identity", type=EXISTING, required=True, help="The file of the age key.")
@click.option("--drill", "only_drill", is_flag=True, help="Restore into a scratch place, and look.")
@click.option(
    "--keys", "key_archive", type=EXISTING, help="In a drill, look at an archive of key files too."
)
def restore(
    file: Path, keys_file: Path, identity: Path, key_archive: Path | None, *, only_drill: bool
) -> None:
    """Restore a backup into the empty database of the settings; the key files must be there.

    Take the newest archive of the keys of records, whichever backup it is: what was shredded since
    the backup then stays shredded.
    """
    settings, now = load_settings(), datetime.now(UTC)
    sealer = Sealer(KeyRing.load(settings.key_file("audit")))
    backup = Backup(file, keys_file, read_identities(identity), sealer)
    if only_drill:
        drill(settings, backup, key_archive, now=now)
        return
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = fill(settings.database, backup, then=_make_safe)
    upgrade(settings.database)
    engine = connect(settings.database, patient=True)
    try:
        held = _put_on_record(engine, settings, sealer, now)
        click.echo(f"Restored {manifest.rows:,} rows of {backup.made_at:%Y-%m-%d %H:%M} UTC.")
        click.echo(f"Held since the backup: {held.messages:,} messages of {held.causes:,} causes.")
        _rebuild(engine, settings, now)
    finally:
        engine.dispose()
    click.echo(NEXT)


def _make_safe(session: Session) -> None:
    """In the transaction that loads: no message leaves by itself, nobody is still signed in."""
    messages.hold_everything(session)
    members.forget_all_sign_ins(session)


def _put_on_record(
    engine: Engine, settings: Settings, sealer: Sealer, now: datetime
) -> messages.HeldBack:
    """Say in the audit that it goes on from a backup, and put away anchors that lie beyond."""
    with writing(engine).begin() as session:
        head = audit.head(session)
        if head:
            _set_anchors_aside(AnchorFile(settings.audit_anchors, sealer), head.number, now)
        audit.record(session, sealer, Act.RESTORED, by=None, now=now)
        return messages.held_since_restore(session, now=now)


def _set_anchors_aside(anchors: AnchorFile, head: int, now: datetime) -> None:
    try:
        aside = anchors.set_aside(head, now=now)
    except OSError:
        click.echo(f"Move {anchors.path} away: it goes further than the backup.", err=True)
        return
    if aside:
        click.echo(f"Anchors of the audit beyond the backup are kept as {aside}.")


def _rebuild(engine: Engine, settings: Settings, now: datetime) -> None:
    """Write the register to Redis; without Redis the service does it when it starts."""
    try:
        with (
            writing(engine).begin() as session,
            counting("Writing buckets") as progress,
        ):
            done = checker.rebuild(
                session, Register.connect(settings.register), now=now, progress=progress
            )
    except (RegisterUnavailable, RedisError):
        click.echo("The register was not written: run `brolly register rebuild` once Redis runs.")
    else:
        click.echo(f"Register: {done.entries:,} entries written to Redis.")
