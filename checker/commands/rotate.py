"""`brolly register rotate`: brings the register under a new key while checks go on."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
from nacl.public import PrivateKey
from sqlalchemy import Engine

from checker.actions import rotating
from checker.actions.turning import Rotation
from checker.commands.progress import counting
from checker.evaluator import (
    EvaluatorUnavailable,
    RegisterKeys,
    load_factor,
    load_rotation_secret,
)
from checker.model import (
    RegisterState,
    RegisterUnavailable,
    RotationRefused,
    WrongRegisterKey,
)
from checker.register import OUTLIVES_SECONDS, Register
from checker.remote_evaluator import evaluator_of
from checker.state import read_state
from checker.voprf import Scalar, element, multiply, random_scalar, ratio
from config.settings import Settings, load_settings
from storage.engine import connect, reading, writing
from storage.keys import Sealers

SECRET = "rotation-secret.key"  # noqa: S105 - a file's name
INTERRUPTED = 130
STOPPED = "Stopped. Nothing is lost and no check was disturbed: run it again to go on."
OVER = """The register is in epoch {epoch}, under its new key.
{old} Destroy every copy of the old key, and of the factor file
if there was one; the old key opens old copies of the register.
Take the rotation secret off this machine again."""
HERE = "The old key is destroyed in this machine's key file: run this once more where others are."
ELSEWHERE = "Each evaluator still holds it: run `brolly keys retire` beside each."


@click.command()
@click.option(
    "--rotation-secret",
    "secret_files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="The offline rotation key; again for each that the register has had.",
)
@click.option(
    "--factor",
    "factor_file",
    type=click.Path(exists=True, path_type=Path),
    help="What evaluators elsewhere have made their next key with.",
)
@click.option("--abandon", is_flag=True, help="Take back what was prepared, and keep the key.")
def rotate(*, secret_files: tuple[Path, ...], factor_file: Path | None, abandon: bool) -> None:
    """Bring the register under a new key, and destroy the old one.

    Checks are answered all the while. It may be stopped at any moment and run again.
    """
    settings = load_settings()
    engine = connect(settings.database, patient=True)
    try:
        ceremony = Ceremony(settings, engine)
        if abandon:
            ceremony.abandon()
        elif ceremony.is_switched():
            ceremony.finish()
        else:
            ceremony.rotate(_secrets(settings, secret_files), factor_file)
            ceremony.finish()
    except KeyboardInterrupt:
        click.echo(STOPPED, err=True)
        raise SystemExit(INTERRUPTED) from None
    except (RotationRefused, RegisterUnavailable, EvaluatorUnavailable, WrongRegisterKey) as error:
        raise click.ClickException(str(error)) from None
    finally:
        engine.dispose()


class Ceremony:
    """One rotation of an instance, from wherever an earlier one was stopped."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Read the key file, if the register's key is held here; raises KeyFileError."""
        self.reading, self.writing = reading(engine), writing(engine)
        self.register = Register.connect(settings.register)
        self.evaluator = evaluator_of(settings)
        self.sealer = Sealers.load(settings).reports
        self.keys = (
            None if settings.evaluators else RegisterKeys.load(settings.key_file("register"))
        )

    def is_switched(self) -> bool:
        """Whether the register has its new key already, and only the tidying is left."""
        with self.reading() as session:
            left = rotating.has_former(session)
        return left or self._holds_a_former_key()

    def rotate(self, secrets: list[PrivateKey], factor_file: Path | None) -> None:
        """Compute the next epoch and switch to it."""
        rotation = self._rotation(secrets, factor_file)
        with self.writing.begin() as session:
            rotating.begin(session, rotation, now=datetime.now(UTC))
        with counting("Computing the next epoch") as progress:
            rotating.turn(self.reading, self.writing, rotation, progress=progress)
        with counting("Writing buckets") as progress, self.writing.begin() as session:
            rotating.switch(
                session, self.register, rotation, now=datetime.now(UTC), progress=progress
            )

    def finish(self) -> None:
        """Wait until checks have left the former epoch, and destroy what is left of it."""
        with self.reading() as session:
            rotating.retire(session, self.register)
        with counting("Letting checks end") as progress:
            for second in range(OUTLIVES_SECONDS):
                progress(second, OUTLIVES_SECONDS)
                time.sleep(1)
        with self.writing.begin() as session:
            rotating.forget_former(session)
            state = read_state(session)
        if self.keys:
            self.keys.drop_all_but(state.public_key)
        click.echo(OVER.format(epoch=state.epoch, old=HERE if self.keys else ELSEWHERE))

    def abandon(self) -> None:
        """Take everything back."""
        with self.writing.begin() as session:
            kept = rotating.abandon(session, self.register)
        if self.keys:
            self.keys.drop_all_but(kept)
        click.echo("The rotation is abandoned; the register keeps its key.")

    def _holds_a_former_key(self) -> bool:
        return (
            self.keys is not None
            and len(self.keys.pairs) > 1
            and self._state().public_key == self.keys.pairs[-1].public
        )

    def _rotation(self, secrets: list[PrivateKey], factor_file: Path | None) -> Rotation:
        factor = self._local_factor() if self.keys else _factor(factor_file)
        following = multiply(factor, element(self._state().public_key))
        return Rotation(
            factor=factor,
            rotation_secrets=secrets,
            evaluator=self.evaluator.under(following),
            sealer=self.sealer,
        )

    def _local_factor(self) -> Scalar:
        """Return what leads to the next key in the key file, which is made if there is none."""
        assert self.keys  # noqa: S101 - narrows the type
        if len(self.keys.pairs) == 1:
            self.keys.add(random_scalar())
        former, following = self.keys.pairs
        return ratio(former.secret, following.secret)

    def _state(self) -> RegisterState:
        with self.reading() as session:
            return read_state(session)


def _secrets(settings: Settings, files: tuple[Path, ...]) -> list[PrivateKey]:
    """Read the offline rotation keys: the named ones, or the one that was never moved away."""
    beside = settings.key_file("rotation_public").with_name(SECRET)
    chosen = files or ((beside,) if beside.exists() else ())
    if not chosen:
        message = f"bring the offline rotation key: --rotation-secret, your copy of {SECRET}"
        raise click.UsageError(message)
    return [load_rotation_secret(path) for path in chosen]


def _factor(file: Path | None) -> Scalar:
    if file is None:
        message = (
            "the key is with evaluators elsewhere: make a factor with `brolly keys factor`, their "
            "next keys with `brolly keys next`, and name the factor's file here with --factor"
        )
        raise click.UsageError(message)
    return load_factor(file)
