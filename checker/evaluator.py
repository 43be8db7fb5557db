"""The evaluator: the only place that holds the register's secret key k, and computes k * H(x)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from nacl.public import PrivateKey

from checker.model import WrongRegisterKey
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
    scale,
    total,
    unblind,
)
from storage.sealing import KeyFileError, read_secret, replace_secret, write_secret

KEY_OCTETS = 32
REGISTER_KEY = "BROLLY_REGISTER_KEY_FILE"
NOT_THE_KEY = (
    f"{REGISTER_KEY} holds another key than the one this database's register was made with: "
    "restore that key file"
)


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

    def under(self, public_key: bytes) -> "Evaluator":
        """Return the same under the key that this public key commits to.

        During a rotation and after it, that may be another than `public_key`. Raises
        WrongRegisterKey.
        """
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
class RegisterKeys:
    """The register's secret key k, and during a rotation the one that takes its place.

    Their file holds one a line, the one that takes the other's place last.
    """

    pairs: list[KeyPair] = field(repr=False)
    path: Path

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key file; raises KeyFileError naming BROLLY_REGISTER_KEY_FILE."""
        return cls(_pairs(path), path)

    @staticmethod
    def generate(path: Path) -> None:
        """Write a new key file, readable by its owner only; never over an existing one."""
        write_secret(path, random_scalar().hex() + "\n")

    @property
    def current(self) -> KeyPair:
        """Return the key in use, until a rotation has switched to the other."""
        return self.pairs[0]

    def under(self, public_key: bytes) -> KeyPair:
        """Return the pair of a public key; raises WrongRegisterKey.

        The file is read again for a key that is not known: a rotation adds one while we run.
        """
        found = self._held(public_key)
        if found is None:
            self._read_again()
            found = self._held(public_key)
        if found is None:
            raise WrongRegisterKey(NOT_THE_KEY)
        return found

    def add(self, factor: Scalar) -> KeyPair:
        """Add the key that is the factor times the current one to the file, and return it.

        Adding the same again does nothing. Raises KeyFileError if another one waits there.
        """
        following = key_pair(scale(factor, self.current.secret))
        if self.pairs[1:] not in ([], [following]):
            message = f"{REGISTER_KEY}: {self.path.name} holds another next key already"
            raise KeyFileError(message)
        self._keep([self.current, following])
        return following

    def drop_all_but(self, public_key: bytes) -> None:
        """Leave one key in the file, and destroy the other; raises WrongRegisterKey."""
        self._keep([self.under(public_key)])

    def _keep(self, pairs: list[KeyPair]) -> None:
        replace_secret(self.path, "".join(f"{pair.secret.hex()}\n" for pair in pairs))
        self.pairs[:] = pairs

    def _held(self, public_key: bytes) -> KeyPair | None:
        return next((pair for pair in self.pairs if pair.public == public_key), None)

    def _read_again(self) -> None:
        try:
            self.pairs[:] = _pairs(self.path)
        except KeyFileError as error:
            raise WrongRegisterKey(str(error)) from None


@dataclass(frozen=True, slots=True)
class LocalEvaluator:
    """The evaluator inside this program, under one key: the embedded default."""

    pair: KeyPair
    rotation_key: bytes
    keys: RegisterKeys | None = None

    @classmethod
    def load(cls, register_key_file: Path, rotation_public_key_file: Path) -> Self:
        """Return the evaluator of two key files; raises KeyFileError naming the setting."""
        rotation_key = load_rotation_key(rotation_public_key_file)
        keys = RegisterKeys.load(register_key_file)
        return cls(keys.current, rotation_key, keys)

    @property
    def public_key(self) -> Element:
        """Return the element that commits to k."""
        return self.pair.public

    @property
    def public_keys(self) -> tuple[Element, ...]:
        """Return the same, for there is one evaluator."""
        return (self.public_key,)

    def under(self, public_key: bytes) -> "LocalEvaluator":
        """Return the evaluator under the key of this public key; raises WrongRegisterKey."""
        if public_key == self.public_key:
            return self
        if self.keys is None:
            raise WrongRegisterKey(NOT_THE_KEY)
        return replace(self, pair=self.keys.under(public_key))

    def blind_evaluate(self, blinded: Sequence[Element]) -> tuple[Evaluation, ...]:
        """Return k times each element, with a proof for them all (RFC 9497 section 3.3.2)."""
        return (evaluated_by(self.pair, blinded),)

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return N = k * H(x) for each input; inside one program there is nothing to prove."""
        return [multiply(self.pair.secret, hash_to_group(x, Mode.VOPRF)) for x in inputs]

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
    return _read_keys(path, "BROLLY_ROTATION_PUBLIC_KEY_FILE", most=1)[0]


def load_rotation_secret(path: Path) -> PrivateKey:
    """Return the offline key that opens the ledger; raises KeyFileError."""
    return PrivateKey(_read_keys(path, "the rotation secret", most=1)[0])


def load_factor(path: Path) -> Scalar:
    """Return the factor of a rotation; raises KeyFileError."""
    try:
        return scalar(_read_keys(path, "the factor", most=1)[0])
    except NotAScalar:
        message = f"{path.name} holds no factor: make one with `brolly keys factor`"
        raise KeyFileError(message) from None


def _pairs(path: Path) -> list[KeyPair]:
    try:
        return [key_pair(scalar(octets)) for octets in _read_keys(path, REGISTER_KEY, most=2)]
    except NotAScalar:
        message = f"{REGISTER_KEY}: {path.name} holds another kind of key; restore it"
        raise KeyFileError(message) from None


def _read_keys(path: Path, setting: str, *, most: int) -> list[bytes]:
    try:
        keys = [bytes.fromhex(line) for line in read_secret(path).splitlines()]
    except KeyFileError as error:
        message = f"{setting}: {error}"
        raise KeyFileError(message) from None
    except ValueError:
        keys = []
    if not 1 <= len(keys) <= most or any(len(key) != KEY_OCTETS for key in keys):
        message = (
            f"{setting}: {path.name} must hold {2 * KEY_OCTETS} hex digits and nothing else; "
            "restore it from your copy of the keys"
        )
        raise KeyFileError(message)
    return keys
