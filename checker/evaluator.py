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
    Scalar,
    element,
    hash_to_group,
    key_pair,
    multiply,
    prove,
    random_scalar,
    scalar,
    total,
    unblind,
)
from storage.sealing import KeyFileError, read_secret, write_secret

KEY_OCTETS = 32


class EvaluatorUnavailable(Exception):
    """The evaluator cannot be reached, or what it says does not match its public key."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluator made of blinded elements, and the proof that its key did."""

    evaluated: tuple[Element, ...]
    proof: bytes


class Evaluator(Protocol):
    """What evaluates inputs under k, in this program or elsewhere, and the keys known of it."""

    @property
    def public_key(self) -> bytes:
        """Return the element that commits to k; the register is pinned to it."""
        ...

    @property
    def public_keys(self) -> tuple[Element, ...]:
        """Return the public key of each evaluator that k is the sum of."""
        ...

    @property
    def rotation_key(self) -> bytes:
        """Return the public key to which elements are sealed for a later rotation."""
        ...

    def blind_evaluate(self, blinded: Sequence[Element]) -> tuple[Evaluation, ...]:
        """Return what each evaluator says of blinded elements; raises EvaluatorUnavailable."""
        ...

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return N = k * H(x) for each input; raises EvaluatorUnavailable."""
        ...

    def close(self) -> None:
        """Close connections that are kept open."""
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
        rotation_key = load_rotation_key(rotation_public_key_file)
        return cls(RegisterKey.load(register_key_file), rotation_key)

    @property
    def public_key(self) -> Element:
        """Return the element that commits to k."""
        return self.key.pair.public

    @property
    def public_keys(self) -> tuple[Element, ...]:
        """Return the same, for there is one evaluator."""
        return (self.public_key,)

    def blind_evaluate(self, blinded: Sequence[Element]) -> tuple[Evaluation, ...]:
        """Return k times each element, with a proof for them all (RFC 9497 section 3.3.2)."""
        return (evaluated_by(self.key.pair, blinded),)

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return N = k * H(x) for each input; inside one program there is nothing to prove."""
        secret = self.key.pair.secret
        return [multiply(secret, hash_to_group(x, Mode.VOPRF)) for x in inputs]

    def close(self) -> None:
        """Do nothing: there are no connections."""


def evaluated_by(pair: KeyPair, blinded: Sequence[Element]) -> Evaluation:
    """Return k times each element, and the proof of it."""
    evaluated = tuple(multiply(pair.secret, each) for each in blinded)
    return Evaluation(evaluated, prove(pair, blinded, evaluated))


def unblinded(factors: Sequence[Scalar], parts: Sequence[Evaluation]) -> list[Element]:
    """Return k * H(x) of each input from what every evaluator said; raises NotAnElement."""
    sums = map(total, zip(*(part.evaluated for part in parts), strict=True))
    return [unblind(factor, element(each)) for factor, each in zip(factors, sums, strict=True)]


def load_rotation_key(path: Path) -> bytes:
    """Return the public key of a later rotation; raises KeyFileError."""
    return _read_key(path, "BROLLY_ROTATION_PUBLIC_KEY_FILE")


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
