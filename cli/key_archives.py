"""`brolly backup-keys` and `brolly restore-keys`: the key files, in an archive of their own.

What must not be on this machine for long is not in it: the secret parts of the rotation key and of
the recovery key.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from pyrage.x25519 import Identity

from cli.backup_files import require_apart
from config.settings import Settings, load_settings
from storage.archives import (
    ArchiveProblem,
    read_archive,
    read_identities,
    read_recipients,
    write_archive,
)
from storage.keys import PURPOSES, RECOVERY
from storage.notes import read_note
from storage.sealing import read_secret, write_secret

FORMAT = "brolly keys 1"
NOT_KEYS = "this is no archive of key files"
NAMES = (*PURPOSES, "session", "register", "rotation_public", RECOVERY)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="backup-keys")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="A new file.")
@click.option("--recipient", "recipients", multiple=True, metavar="age1...")
def backup_keys(to: Path, recipients: tuple[str, ...]) -> None:
    """Write the key files to an encrypted archive, apart from what they open."""
    settings = load_settings()
    last = read_note(settings.data_dir, "backup")
    require_apart(to.parent, settings.data_dir, *([Path(last.folder)] if last else []))
    chosen = read_recipients(recipients or settings.backup_recipients.split())
    held = held_keys(settings)
    write_archive(to, _lines(held), chosen)
    click.echo(f"{len(held)} key files are in {to}. Keep it where no backup is.")


@click.command(name="restore-keys")
@click.argument("file", type=EXISTING)
@click.option("--identity", type=EXISTING, required=True, help="The file of the age key.")
def restore_keys(file: Path, identity: Path) -> None:
    """Put the key files of an archive in their places; existing ones stay as they are."""
    settings = load_settings()
    for name, text in archived_keys(file, read_identities(identity)).items():
        path = settings.key_file(name)
        try:
            write_secret(path, text)
        except FileExistsError:
            click.echo(f"{path} is there already and was left as it is.")
        else:
            click.echo(f"made {path}")


def held_keys(settings: Settings) -> dict[str, str]:
    """Return the text of each key file that is here, by its name; raises KeyFileError."""
    paths = {name: settings.key_file(name) for name in NAMES}
    return {name: read_secret(path) for name, path in paths.items() if path.exists()}


def archived_keys(file: Path, identities: Sequence[Identity]) -> Mapping[str, str]:
    """Return the text of each key file in an archive, by its name; raises ArchiveProblem."""
    lines: list[bytes] = []
    read_archive(file, identities, lines.append)
    try:
        head, *keys = (json.loads(line) for line in lines)
        found = {str(each["name"]): str(each["text"]) for each in keys}
        is_ours = head["format"] == FORMAT and set(found) <= set(NAMES)
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise ArchiveProblem(NOT_KEYS)
    return found


def _lines(held: Mapping[str, str]) -> Iterator[bytes]:
    yield json.dumps({"format": FORMAT}).encode()
    for name, text in held.items():
        yield json.dumps({"name": name, "text": text}).encode()
