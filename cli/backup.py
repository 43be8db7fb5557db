"""`brolly backup`: the database as it is at one moment, encrypted, the keys of records apart."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from pyrage.x25519 import Recipient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from checker import actions as checker
from checker.commands.progress import counting
from cli.backup_files import name_of, remove_older, require_apart
from cli.tables import TABLES
from config.settings import Settings, load_settings
from storage import audit
from storage.archives import read_recipients, write_archive
from storage.dumping import Header, Holds, dump, parts, snapshot
from storage.migrating import require_newest_on
from storage.notes import Note, write_note
from storage.sealing import KeyRing, Sealer

MEGA = 1_000_000
BARS = {Holds.RECORD_KEYS: "Keys of records", Holds.DATABASE: "Database"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A backup that is to be made: where its two archives go, and whom they are for."""

    settings: Settings
    paths: dict[Holds, Path]
    recipients: list[Recipient]
    now: datetime


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder, where it is named by the time, or a new file.",
)
@click.option(
    "--record-keys-to",
    "keys_to",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="Another folder, for the keys of records: only the newest archive stays there.",
)
@click.option("--recipient", "recipients", multiple=True, metavar="age1...")
@click.option(
    "--keep-days",
    type=click.IntRange(1, 3_650),
    default=35,
    show_default=True,
    help="Remove older ones of a folder.",
)
def backup(to: Path, keys_to: Path, recipients: tuple[str, ...], keep_days: int) -> None:
    """Back up the database, encrypted to whoever holds an age key."""
    settings, now, began = load_settings(), datetime.now(UTC), time.monotonic()
    path = to / name_of(Holds.DATABASE, now) if to.is_dir() else to
    require_apart(keys_to, settings.data_dir, path.parent)
    keys_path = keys_to / name_of(Holds.RECORD_KEYS, now)
    plan = Plan(
        settings=settings,
        paths={Holds.RECORD_KEYS: keys_path, Holds.DATABASE: path},
        recipients=read_recipients(recipients or settings.backup_recipients.split()),
        now=now,
    )
    sizes = make_backup(plan)
    remove_older(keys_to, Holds.RECORD_KEYS, than=now)
    if to.is_dir():
        remove_older(to, Holds.DATABASE, than=now - timedelta(days=keep_days))
    note = Note(at=now, archive=path.name, folder=str(path.parent.resolve()), well=True)
    write_note(settings.data_dir, "backup", note)
    _say(plan, sizes, time.monotonic() - began)


def make_backup(plan: Plan) -> dict[Holds, int]:
    """Write both archives of one snapshot and return their sizes; raises ArchiveProblem."""
    sizes: dict[Holds, int] = {}
    sealer = Sealer(KeyRing.load(plan.settings.key_file("audit")))
    try:
        with snapshot(plan.settings.database) as connection:
            revision = require_newest_on(connection)
            about, tables = _about(connection), parts(connection, TABLES)
            for holds, path in plan.paths.items():
                header = Header(holds=holds, revision=revision, made_at=plan.now)
                with counting(BARS[holds]) as progress:
                    lines = dump(
                        connection, header, tables[holds], sealer, about=about, progress=progress
                    )
                    sizes[holds] = write_archive(path, lines, plan.recipients)
    except BaseException:
        for holds in sizes:
            plan.paths[holds].unlink()  # one without the other is none
        raise
    return sizes


def _about(connection: Connection) -> dict[str, object]:
    """Return what a manifest says beside the tables: the register's epoch, the audit's head."""
    with Session(connection) as session:
        head, listed = audit.head(session), checker.listed(session)
    return {
        "audit": {"number": head.number, "mac": head.mac.hex()} if head else None,
        "register": {"epoch": listed.epoch, "entries": listed.entries} if listed else None,
    }


def _say(plan: Plan, sizes: dict[Holds, int], seconds: float) -> None:
    for holds, path in plan.paths.items():
        click.echo(f"{BARS[holds]}: {path}, {sizes[holds] / MEGA:,.1f} MB")
    rate = sum(sizes.values()) / MEGA / seconds
    click.echo(f"Made in {seconds:,.1f} s ({rate:,.1f} MB/s). Try it: `brolly restore --drill`.")
