"""`brolly keys`: makes the key files of a new instance."""

import secrets
from collections.abc import Callable
from pathlib import Path

import click
import nacl.public

from checker.evaluator import RegisterKey
from config.settings import Settings, load_settings
from storage.keys import PURPOSES
from storage.sealing import KeyRing, write_secret

ROTATION_SECRET = "rotation-secret.key"  # noqa: S105 - a file's name


@click.group()
def keys() -> None:
    """Make the key files of a new instance."""


@keys.command()
def create() -> None:
    """Make the key files that are missing; existing ones stay as they are."""
    made = create_missing_keys(load_settings())
    if not made:
        click.echo("All key files are there.")
        return
    for path in made:
        click.echo(f"made {path}")
    click.echo(
        "Keep copies apart from the database and its backups. "
        f"Move {ROTATION_SECRET}, if it was made, off this machine: only a key rotation needs it."
    )


def create_missing_keys(settings: Settings) -> list[Path]:
    """Make each key file that is missing and return their paths."""
    made = []
    for name in PURPOSES:
        made += _make(settings.key_file(name), KeyRing.generate)
    made += _make(settings.key_file("session"), _session_key)
    made += _make(settings.key_file("register"), RegisterKey.generate)
    made += _make(settings.key_file("rotation_public"), _rotation_pair)
    return made


def missing_keys(settings: Settings) -> list[Path]:
    """Return the key files that are not there."""
    names = (*PURPOSES, "session", "register", "rotation_public")
    return [path for path in map(settings.key_file, names) if not path.exists()]


def _make(path: Path, generate: Callable[[Path], object]) -> list[Path]:
    if path.exists():
        return []
    generate(path)
    return [path]


def _session_key(path: Path) -> None:
    write_secret(path, secrets.token_hex(32) + "\n")


def _rotation_pair(path: Path) -> None:
    secret = nacl.public.PrivateKey.generate()
    write_secret(path.with_name(ROTATION_SECRET), bytes(secret).hex() + "\n")
    write_secret(path, bytes(secret.public_key).hex() + "\n")
