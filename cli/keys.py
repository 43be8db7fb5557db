"""`brolly keys`: makes the key files of a new instance, and the register's next key."""

import secrets
from collections.abc import Callable
from pathlib import Path

import click
import nacl.public

from checker.evaluator import RegisterKeys, load_factor
from checker.voprf import key_pair, random_scalar
from checker.voprf import split as cut
from config.settings import PREFIX, Settings, load_settings
from storage.keys import PURPOSES, RECOVERY
from storage.sealing import KeyRing, write_secret

ROTATION_SECRET = "rotation-secret.key"  # noqa: S105 - a file's name
RECOVERY_SECRET = "record-recovery-secret.key"  # noqa: S105 - a file's name


@click.group()
def keys() -> None:
    """Make the key files of a new instance, and the register's next key."""


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
        f"Move {ROTATION_SECRET} and {RECOVERY_SECRET}, if they were made, off this machine: only "
        "a key rotation needs the one, only a caseworker who lost their passphrase the other."
    )


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
def factor(file: Path) -> None:
    """Make the factor of a rotation, for evaluators elsewhere; a secret until it is over."""
    try:
        write_secret(file, random_scalar().hex() + "\n")
    except FileExistsError:
        message = f"{file} is there already: a rotation keeps to one factor"
        raise click.ClickException(message) from None
    click.echo(f"made {file}")


@keys.command(name="next")
@click.option(
    "--factor",
    "factor_file",
    type=click.Path(exists=True, path_type=Path),
    help="The rotation's factor, where there are several evaluators; otherwise a new one.",
)
def next_key(factor_file: Path | None) -> None:
    """Add the register's next key to the key file, before a rotation to it."""
    held = _held()
    if factor_file is None and len(held.pairs) > 1:
        message = "the key file holds a next key already"
        raise click.ClickException(message)
    chosen = load_factor(factor_file) if factor_file else random_scalar()
    click.echo(f"next public key {held.add(chosen).public.hex()}")


@keys.command()
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
def split(one: Path, other: Path) -> None:
    """Split the register's key into two files whose keys add up to it, for two evaluators.

    The register stays as it is. Destroy the whole key once both evaluators answer.
    """
    for path, share in zip((one, other), cut(_held().current.secret), strict=True):
        try:
            write_secret(path, share.hex() + "\n")
        except FileExistsError:
            message = f"{path} is there already: name a new file"
            raise click.ClickException(message) from None
        click.echo(f"made {path}, public key {key_pair(share).public.hex()}")


@keys.command()
def retire() -> None:
    """Destroy the key that a rotation has left; only once `register rotate` says it is over."""
    held = _held()
    if len(held.pairs) == 1:
        click.echo("The key file holds one key: there is none to destroy.")
        return
    click.confirm("Has `brolly register rotate` said that the rotation is over?", abort=True)
    held.drop_all_but(held.pairs[-1].public)
    click.echo(f"public key {held.current.public.hex()}")


def create_missing_keys(settings: Settings) -> list[Path]:
    """Make each key file that is missing and return their paths."""
    made = []
    for name in PURPOSES:
        made += _make(settings.key_file(name), KeyRing.generate)
    made += _make(settings.key_file("session"), _session_key)
    if not settings.evaluators:
        made += _make(settings.key_file("register"), RegisterKeys.generate)
    made += _make(settings.key_file("rotation_public"), _pair_with(ROTATION_SECRET))
    made += _make(settings.key_file(RECOVERY), _pair_with(RECOVERY_SECRET))
    return made


def missing_keys(settings: Settings) -> dict[str, Path]:
    """Return the key files that are not there, by the setting that names each."""
    here = () if settings.evaluators else ("register",)
    names = (*PURPOSES, "session", *here, "rotation_public", RECOVERY)
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


def _held() -> RegisterKeys:
    return RegisterKeys.load(load_settings().key_file("register"))


def _make(path: Path, generate: Callable[[Path], object]) -> list[Path]:
    if path.exists():
        return []
    generate(path)
    return [path]


def _session_key(path: Path) -> None:
    write_secret(path, secrets.token_hex(32) + "\n")


def _pair_with(secret_name: str) -> Callable[[Path], None]:
    """Return what makes a public key's file, and its secret part beside it to be moved away."""

    def generate(path: Path) -> None:
        secret = nacl.public.PrivateKey.generate()
        write_secret(path.with_name(secret_name), bytes(secret).hex() + "\n")
        write_secret(path, bytes(secret.public_key).hex() + "\n")

    return generate
