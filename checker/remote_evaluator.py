"""Evaluators elsewhere: one that holds k, or several whose keys add up to it.

Each is held to its own public key by its proof, and what they say is added: k = k1 + k2, so one of
them alone, or its server and key file in other hands, opens nothing.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Self

import certifi
import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from checker import voprf
from checker.evaluating import EVALUATE
from checker.evaluator import (
    Evaluation,
    Evaluator,
    EvaluatorUnavailable,
    LocalEvaluator,
    load_rotation_key,
    unblinded,
)
from checker.model import WrongRegisterKey
from checker.voprf import (
    OCTETS,
    PROOF_OCTETS,
    Element,
    Mode,
    NotAnElement,
    ProofRejected,
    VoprfError,
    element,
)
from config.evaluators import EvaluatorAddress
from config.settings import Settings

SECONDS = 5.0  # for one evaluator to answer in
CONNECTIONS = 16
UNIX = "unix:"


@dataclass(frozen=True, slots=True)
class RemoteEvaluator:
    """One evaluator, the public key that its proofs must fit, and all that it is known by."""

    public_key: Element
    known_by: tuple[Element, ...]
    pool: urllib3.HTTPConnectionPool
    token: str

    @classmethod
    def at(cls, address: EvaluatorAddress, settings: Settings) -> Self:
        """Return the evaluator at an address; nothing is opened yet."""
        known_by = tuple(element(bytes.fromhex(key)) for key in address.public_keys)
        pool = _open_pool(address.url, settings.evaluator_ca_file)
        return cls(known_by[0], known_by, pool, settings.evaluator_token)

    def blind_evaluate(self, blinded: Sequence[Element]) -> Evaluation:
        """Return what it says, proved; raises EvaluatorUnavailable."""
        said = self._ask(b"".join(blinded))
        if len(said) != len(blinded) * OCTETS + PROOF_OCTETS:
            message = "an evaluator's answer has another length than it should"
            raise EvaluatorUnavailable(message)
        try:
            evaluated = tuple(
                element(said[at : at + OCTETS]) for at in range(0, len(blinded) * OCTETS, OCTETS)
            )
            proof = said[-PROOF_OCTETS:]
            voprf.verify(self.public_key, blinded, evaluated, proof)
        except (NotAnElement, ProofRejected):
            message = "an evaluator did not prove its answer under the key that it is known by"
            raise EvaluatorUnavailable(message) from None
        return Evaluation(evaluated, proof)

    def _ask(self, body: bytes) -> bytes:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/octet-stream",
        }
        try:
            path = EVALUATE + self.public_key.hex()
            answer = self.pool.urlopen("POST", path, body=body, headers=headers)
        except (HTTPError, OSError) as error:
            message = f"an evaluator does not answer ({type(error).__name__})"
            raise EvaluatorUnavailable(message) from None
        if answer.status != HTTPStatus.OK:
            message = f"an evaluator refuses to answer (status {answer.status})"
            raise EvaluatorUnavailable(message)
        return answer.data


@dataclass(frozen=True, slots=True)
class Evaluators:
    """Several evaluators as one: all of them have to answer."""

    evaluators: tuple[RemoteEvaluator, ...]
    rotation_key: bytes

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the evaluators of an instance; raises KeyFileError."""
        return cls(
            tuple(RemoteEvaluator.at(each, settings) for each in settings.evaluator_addresses),
            load_rotation_key(settings.key_file("rotation_public")),
        )

    @property
    def public_keys(self) -> tuple[Element, ...]:
        """Return each one's."""
        return tuple(each.public_key for each in self.evaluators)

    @property
    def public_key(self) -> Element:
        """Return the element that commits to the sum of their keys."""
        return voprf.total(self.public_keys)

    def under(self, public_key: bytes) -> "Evaluators":
        """Return the same under the keys that add up to this one; raises WrongRegisterKey."""
        if public_key == self.public_key:
            return self
        for keys in product(*(each.known_by for each in self.evaluators)):
            if voprf.total(keys) == public_key:
                chosen = zip(self.evaluators, keys, strict=True)
                evaluators = tuple(replace(each, public_key=key) for each, key in chosen)
                return replace(self, evaluators=evaluators)
        message = "BROLLY_EVALUATORS names other keys than the register was made with"
        raise WrongRegisterKey(message)

    def blind_evaluate(self, blinded: Sequence[Element]) -> tuple[Evaluation, ...]:
        """Return what each says of blinded elements; raises EvaluatorUnavailable."""
        return tuple(each.blind_evaluate(blinded) for each in self.evaluators)

    def evaluate(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return k * H(x) for each input, none of which leaves here unblinded.

        Raises EvaluatorUnavailable.
        """
        factors = [voprf.random_scalar() for _ in inputs]
        blinded = [
            voprf.blind(one, Mode.VOPRF, factor)
            for one, factor in zip(inputs, factors, strict=True)
        ]
        try:
            return [*unblinded(factors, self.blind_evaluate(blinded))]
        except VoprfError:
            message = "the evaluators' answers cancel each other out"
            raise EvaluatorUnavailable(message) from None

    def close(self) -> None:
        """Close the kept connections."""
        for each in self.evaluators:
            each.pool.close()


def evaluator_of(settings: Settings) -> Evaluator:
    """Return what evaluates for an instance: others, or this program; raises KeyFileError."""
    if settings.evaluators:
        return Evaluators.of(settings)
    return LocalEvaluator.load(settings.key_file("register"), settings.key_file("rotation_public"))


class _UnixConnection(HTTPConnection):
    path = ""

    def _new_conn(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection


def _open_pool(url: str, ca_file: Path | None) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(total=SECONDS)
    if url.startswith(UNIX):
        pool = urllib3.HTTPConnectionPool(
            "localhost", maxsize=CONNECTIONS, timeout=timeout, retries=False
        )
        path = url.removeprefix(UNIX)
        pool.ConnectionCls = type("At", (_UnixConnection,), {"path": path})
        return pool
    trust = {"ca_certs": str(ca_file or certifi.where())} if url.startswith("https:") else {}
    return urllib3.connection_from_url(
        url, maxsize=CONNECTIONS, timeout=timeout, retries=False, **trust
    )
