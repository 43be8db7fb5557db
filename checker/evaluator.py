"""The evaluator: the only place that holds the register's secret key k, and computes k * H(x)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from checker.voprf import (
    Element,
    KeyPair,
    Mode,
    NotAScalar,
    hash_to_group,
    key_pair,
    multiply,
    random_scalar,
    scalar,
)
from storage.sealing import KeyFileError, read_secret, write_secret

KEY_OCTETS = 32


class EvaluatorUnavailable(Exception):
    """The evaluator cannot be reached, or what it says does not match its public key."""


class Evaluator(Protocol):
    """What evaluates inputs under k, in this program or elsewhere, and the keys known of it."""

    @property
    def public_key(self) -> bytes:
        """Return the element that commits to k; the register is pinned to it."""
        ...

    @property
    def rotation_key(self) -> bytes:
        """Return the public key to which elements are sealed for a later rotation."""
        ...

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return N = k * H(x) for each input; raises EvaluatorUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class RegisterKey:
    """The secret key k of the register, as its key file holds it."""

    pair: KeyPair

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key file; raises KeyFileError naming BROLLY_REGISTER_KEY_FILE."""
        octets = _read_key(path, "BROLLY_REGISTER_KEY_FILE")
        try:
            return cls(key_pair(scalar(octets)))
        except NotAScalar:
            message = f"BROLLY_REGISTER_KEY_FILE: {path.name} holds another kind of key; restore it"
            raise KeyFileError(message) from None

    @staticmethod
    def generate(path: Path) -> None:
        """Write a new key file, readable by its owner only; never over an existing one."""
        write_secret(path, random_scalar().hex() + "\n")


@dataclass(frozen=True, slots=True)
class LocalEvaluator:
    """The evaluator inside this program: the embedded default."""

    key: RegisterKey
    rotation_key: bytes

    @classmethod
    def load(cls, register_key_file: Path, rotation_public_key_file: Path) -> Self:
        """Return the evaluator of two key files; raises KeyFileError naming the setting."""
        rotation_key = _read_key(rotation_public_key_file, "BROLLY_ROTATION_PUBLIC_KEY_FILE")
        return cls(RegisterKey.load(register_key_file), rotation_key)

    @property
    def public_key(self) -> Element:
        """Return the element that commits to k."""
        return self.key.pair.public

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return N = k * H(x) for each input; inside one program there is nothing to prove."""
        secret = self.key.pair.secret
        return [multiply(secret, hash_to_group(x, Mode.VOPRF)) for x in inputs]


def _read_key(path: Path, setting: str) -> bytes:
    try:
        octets = bytes.fromhex(read_secret(path))
    except KeyFileError as error:
        message = f"{setting}: {error}"
        raise KeyFileError(message) from None
    except ValueError:
        octets = b""
    if len(octets) != KEY_OCTETS:
        message = (
            f"{setting}: {path.name} must hold {2 * KEY_OCTETS} hex digits and nothing else; "
            "restore it from your copy of the keys"
        )
        raise KeyFileError(message)
    return octets
