"""The drill: a backup is restored into a scratch place, and everything in it is tried."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from checker import actions as checker
from cli.key_archives import archived_keys, held_keys
from cli.restoring import Backup, fill
from cli.tables import TABLES, sealed_records
from config.settings import Settings
from storage import audit
from storage.anchors import AnchorFile
from storage.archives import ArchiveProblem
from storage.audit_chain import Broken
from storage.engine import connect, reading
from storage.keys import Sealers
from storage.loading import Differs, Manifest
from storage.migrating import upgrade
from storage.notes import Note, write_note
from storage.opening import try_sample
from storage.record_keys import TABLE as RECORD_KEYS
from storage.record_keys import count_records, without_recovery
from storage.scratch import scratch_database


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `well` says whether it is as it should be."""

    subject: str
    detail: str
    well: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was restored to try it."""

    session: Session
    sealers: Sealers
    settings: Settings
    manifest: Manifest


def drill(settings: Settings, backup: Backup, key_archive: Path | None, *, now: datetime) -> None:
    """Try a backup, show what was found, and remember it; exits with 1 if anything is wrong."""
    sealers = Sealers.load(settings)
    try:
        with scratch_database(settings.database, settings.data_dir) as url:
            findings = list(_look(url, settings, sealers, backup))
        findings += [_keys(settings, backup, key_archive)] if key_archive else []
    except (ArchiveProblem, Differs) as error:
        findings = [Finding("rows", str(error), well=False)]
    well = all(each.well for each in findings)
    _show(findings, backup)
    note = Note(at=now, archive=backup.file.name, folder=str(backup.file.parent), well=well)
    write_note(settings.data_dir, "drill", note)
    if not well:
        click.echo("Keep this backup as it is, and make another one now.", err=True)
        raise SystemExit(1)
    click.echo("Everything is as it was.")


def _look(url: str, settings: Settings, sealers: Sealers, backup: Backup) -> Iterator[Finding]:
    manifest = fill(url, backup, then=lambda session: session.flush())
    detail = f"{manifest.rows:,} of {len(manifest.tables)} tables, all as the manifest says"
    yield Finding("rows", detail, well=True)
    upgrade(url)
    engine = connect(url, patient=True)
    try:
        with reading(engine)() as session:
            restored = Restored(session, sealers, settings, manifest)
            for each in LOOKS:
                yield each(restored)
    finally:
        engine.dispose()


def _keys(settings: Settings, backup: Backup, archive: Path) -> Finding:
    there, here = archived_keys(archive, backup.identities), held_keys(settings)
    same = sum(there.get(name) == text for name, text in here.items())
    return Finding("key files", f"{same} of {len(here)} as they are here", well=there == here)


def _apart(restored: Restored) -> Finding:
    there = RECORD_KEYS in restored.manifest.tables
    detail = "in the backup itself" if there else "in an archive of their own"
    return Finding("keys of records", detail, well=not there)


def _chain(restored: Restored) -> Finding:
    told, head = restored.manifest.facts["audit"], audit.head(restored.session)
    if head is None or told is None:
        return Finding("audit", "nothing was recorded yet", well=head is None and told is None)
    sealer = restored.sealers.audit
    anchors = [
        each
        for each in AnchorFile(restored.settings.audit_anchors, sealer).marks()
        if each.number <= head.number
    ]
    try:
        count = audit.verify(restored.session, sealer, anchors=anchors)
    except Broken as error:
        return Finding("audit", str(error), well=False)
    same = told == {"number": head.number, "mac": head.mac.hex()}
    detail = f"{count:,} entries in one chain, {len(anchors)} anchors passed"
    return Finding("audit", detail, well=same)


def _register(restored: Restored) -> Finding:
    listed, told = checker.listed(restored.session), restored.manifest.facts["register"]
    if listed is None:
        return Finding("register", "there is none yet", well=told is None)
    proved = checker.prove_entries(restored.session, restored.sealers.reports)
    same = told == {"epoch": listed.epoch, "entries": listed.entries}
    detail = (
        f"{listed.entries:,} entries in epoch {listed.epoch}, {proved.entries:,} opened from "
        f"{proved.lines:,} lines of the ledger, {proved.unproved:,} without one, "
        f"{proved.wrong:,} wrong"
    )
    return Finding("register", detail, well=same and not proved.wrong)


def _sealed(restored: Restored) -> Finding:
    keys = restored.sealers
    rings = (keys.members, keys.contacts, keys.reports, keys.audit)
    tried = try_sample(restored.session.connection(), TABLES, rings)
    detail = (
        f"a sample: {tried.opened:,} open with the key files, {tried.shut:,} should and do not; "
        f"{tried.closed:,} are under keys of their own, {tried.leaked:,} of them open"
    )
    return Finding("sealed values", detail, well=not tried.shut and not tried.leaked)


def _records(restored: Restored) -> Finding:
    lost = without_recovery(restored.session)
    kept, shredded = count_records(restored.session, sealed_records())
    detail = f"{kept:,} with their keys, {shredded:,} shredded, {lost:,} beyond the recovery key"
    return Finding("records", detail, well=not lost)


LOOKS: tuple[Callable[[Restored], Finding], ...] = (_apart, _chain, _register, _sealed, _records)


def _show(findings: list[Finding], backup: Backup) -> None:
    table = Table(title=backup.file.name, title_justify="left", show_edge=False)
    for name in ("what", "", "found"):
        table.add_column(name)
    for each in findings:
        table.add_row(each.subject, "ok" if each.well else "wrong", each.detail)
    Console().print(table)
