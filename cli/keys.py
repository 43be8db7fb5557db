"""`brolly keys`: makes the key files of a new instance."""

import secrets
from collections.abc import Callable
from pathlib import Path

import click
import nacl.public

from checker.evaluator import RegisterKeys
from config.settings import PREFIX, Settings, load_settings
from storage.keys import PURPOSES
from storage.sealing import KeyRing, write_secret

ROTATION_SECRET = "rotation-secret.key"  # noqa: S105 - a file's name


@click.group()
def keys() -> None:
    """Make the key files of a new instance."""


@keys.command()
def create() -> None:
    """Make the key files that are missing; existing ones stay as they are."""
    settings = load_settings()
    make_data_folder(settings)
    made = create_missing_keys(settings)
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
    if not settings.evaluators:
        made += _make(settings.key_file("register"), RegisterKeys.generate)
    made += _make(settings.key_file("rotation_public"), _rotation_pair)
    return made


def missing_keys(settings: Settings) -> dict[str, Path]:
    """Return the key files that are not there, by the setting that names each."""
    here = () if settings.evaluators else ("register",)
    names = (*PURPOSES, "session", *here, "rotation_public")
    files = {f"{PREFIX}{name.upper()}_KEY_FILE": settings.key_file(name) for name in names}
    return {setting: path for setting, path in files.items() if not path.exists()}


def make_data_folder(settings: Settings) -> None:
    """Make the data folder, its owner's alone, unless it is there."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = (
            f"BROLLY_DATA_DIR: {settings.data_dir} cannot be made ({type(error).__name__}): "
            "name a folder that this account may write to"
        )
        raise click.ClickException(message) from None


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
