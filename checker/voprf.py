"""The (V)OPRF of RFC 9497, suite ristretto255-SHA512, modes 0 and 1, on libsodium.

Scalars are opaque here: only libsodium computes with them, in constant time. `element` and
`scalar` are the two doors through which foreign bytes come in.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce
from hashlib import sha512
from typing import NewType

import pysodium

Element = NewType("Element", bytes)
Scalar = NewType("Scalar", bytes)

OCTETS = 32  # of an element and of a scalar
PROOF_OCTETS = 2 * OCTETS
LONGEST = 2**16 - 1  # of an input in octets, and of a batch in elements
ZERO = bytes(OCTETS)  # the scalar 0, and also the encoding of the identity element


class Mode(IntEnum):
    """The modes of RFC 9497 section 3.1 that are used; each hashes inputs differently."""

    OPRF = 0
    VOPRF = 1

    @property
    def context(self) -> bytes:
        """Return the contextString that separates the domains of the modes."""
        return b"OPRFV1-" + self.to_bytes(1, "big") + b"-ristretto255-SHA512"


class VoprfError(ValueError):
    """The base of everything that this protocol refuses."""


class NotAnElement(VoprfError):
    """Not 32 octets, not the canonical encoding of an element, or the identity."""


class NotAScalar(VoprfError):
    """Not 32 octets, not reduced, or zero."""


class NotAnInput(VoprfError):
    """An input that is too long, or that hashes to the identity (RFC 9497: InvalidInputError)."""


class ProofRejected(VoprfError):
    """The proof does not show that this public key's owner evaluated these elements."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A server's secret scalar and the element that commits to it."""

    secret: Scalar = field(repr=False)
    public: Element


def element(octets: bytes) -> Element:
    """Return foreign bytes as an element; raises NotAnElement."""
    whole = len(octets) == OCTETS and octets != ZERO
    if not whole or not pysodium.crypto_core_ristretto255_is_valid_point(octets):
        message = "not a canonical element of ristretto255, or the identity"
        raise NotAnElement(message)
    return Element(octets)


def scalar(octets: bytes) -> Scalar:
    """Return foreign bytes as a scalar other than 0; raises NotAScalar."""
    if len(octets) != OCTETS:
        message = f"a scalar has {OCTETS} octets, not {len(octets)}"
        raise NotAScalar(message)
    reduced = pysodium.crypto_core_ristretto255_scalar_reduce(octets + ZERO)
    if not hmac.compare_digest(reduced, octets) or hmac.compare_digest(octets, ZERO):
        message = "not a reduced scalar of ristretto255, or zero"
        raise NotAScalar(message)
    return Scalar(octets)


def random_scalar() -> Scalar:
    """Return a random scalar other than 0, from the operating system's generator."""
    return Scalar(pysodium.crypto_core_ristretto255_scalar_random())


def key_pair(secret: Scalar) -> KeyPair:
    """Return the key pair of a secret scalar."""
    return KeyPair(secret, Element(pysodium.crypto_scalarmult_ristretto255_base(secret)))


def derive_key_pair(seed: bytes, info: bytes, mode: Mode) -> KeyPair:
    """Return the key pair of a 32-octet seed (DeriveKeyPair, section 3.2.1)."""
    material = seed + _prefixed(info)
    for counter in range(256):
        # The only domain string without a hyphen before the context.
        secret = hash_to_scalar(material + bytes([counter]), b"DeriveKeyPair" + mode.context)
        if secret != ZERO:
            return key_pair(secret)
    message = "no key can be derived from this seed"  # the RFC's DeriveKeyPairError
    raise NotAScalar(message)  # pragma: no cover - no such seed is known


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """Return `length` uniform octets (RFC 9380 section 5.3.1 with SHA-512); dst <= 255 octets."""
    suffix = dst + bytes([len(dst)])
    block_size = sha512().block_size
    first = sha512(bytes(block_size) + message + length.to_bytes(2, "big") + b"\0" + suffix)
    seed, block, uniform = first.digest(), bytes(first.digest_size), b""
    for index in range(1, -(-length // first.digest_size) + 1):
        mixed = int.from_bytes(seed, "big") ^ int.from_bytes(block, "big")
        block = sha512(mixed.to_bytes(len(seed), "big") + bytes([index]) + suffix).digest()
        uniform += block
    return uniform[:length]


def hash_to_group(message: bytes, mode: Mode) -> Element:
    """Return the element H(message) (section 4.1); raises NotAnInput."""
    if len(message) > LONGEST:
        refusal = f"an input has at most {LONGEST} octets"
        raise NotAnInput(refusal)
    uniform = expand_message_xmd(message, b"HashToGroup-" + mode.context, 2 * OCTETS)
    point = pysodium.crypto_core_ristretto255_from_hash(uniform)
    if point == ZERO:
        refusal = "the input hashes to the identity"
        raise NotAnInput(refusal)  # pragma: no cover - no such input is known
    return Element(point)


def hash_to_scalar(message: bytes, dst: bytes) -> Scalar:
    """Return the scalar of a message under a full domain string (section 4.1)."""
    uniform = expand_message_xmd(message, dst, 2 * OCTETS)
    return Scalar(pysodium.crypto_core_ristretto255_scalar_reduce(uniform))


def blind(message: bytes, mode: Mode, blinding: Scalar) -> Element:
    """Return the element a client sends: H(message) hidden by a fresh random scalar."""
    return multiply(blinding, hash_to_group(message, mode))


def unblind(blinding: Scalar, evaluated: Element) -> Element:
    """Return k * H(message): what the server evaluated, without the blinding."""
    return multiply(Scalar(pysodium.crypto_core_ristretto255_scalar_invert(blinding)), evaluated)


def multiply(factor: Scalar, point: Element) -> Element:
    """Return factor * point: BlindEvaluate when the factor is the secret key."""
    return Element(pysodium.crypto_scalarmult_ristretto255(factor, point))


def scale(factor: Scalar, secret: Scalar) -> Scalar:
    """Return factor * secret, the key of `factor * (secret * point)`."""
    return Scalar(pysodium.crypto_core_ristretto255_scalar_mul(factor, secret))


def ratio(secret: Scalar, to: Scalar) -> Scalar:
    """Return the factor that leads from one secret scalar to another."""
    return scale(Scalar(pysodium.crypto_core_ristretto255_scalar_invert(secret)), to)


def split(secret: Scalar) -> tuple[Scalar, Scalar]:
    """Return two random scalars whose sum is this one."""
    share = random_scalar()
    return share, Scalar(pysodium.crypto_core_ristretto255_scalar_sub(secret, share))


def finalize(message: bytes, unblinded: Element) -> bytes:
    """Return the 64-octet output of RFC 9497; the register does not use it (see derivation)."""
    return sha512(_prefixed(message) + _prefixed(unblinded) + b"Finalize").digest()


def prove(
    keys: KeyPair,
    blinded: Sequence[Element],
    evaluated: Sequence[Element],
    randomness: Scalar | None = None,
) -> bytes:
    """Return a proof for the whole batch, mode 1 (GenerateProof, section 2.2.1)."""
    nonce = randomness or random_scalar()
    weights = _weights(keys.public, blinded, evaluated)
    inputs = _combine(weights, blinded)
    challenge = _challenge(
        keys.public,
        inputs,
        multiply(keys.secret, inputs),
        key_pair(nonce).public,
        multiply(nonce, inputs),
    )
    product = pysodium.crypto_core_ristretto255_scalar_mul(challenge, keys.secret)
    response = pysodium.crypto_core_ristretto255_scalar_sub(nonce, product)
    return challenge + bytes(response)


def verify(
    public: Element, blinded: Sequence[Element], evaluated: Sequence[Element], proof: bytes
) -> None:
    """Check a batch's proof, mode 1 (VerifyProof, section 2.2.2); raises ProofRejected."""
    rejection = "the proof does not match the public key and the elements"
    if len(proof) != PROOF_OCTETS or not 0 < len(blinded) == len(evaluated) <= LONGEST:
        raise ProofRejected(rejection)
    try:
        challenge, response = scalar(proof[:OCTETS]), scalar(proof[OCTETS:])
        weights = _weights(public, blinded, evaluated)
        inputs, outputs = _combine(weights, blinded), _combine(weights, evaluated)
        first = add(key_pair(response).public, multiply(challenge, public))
        second = add(multiply(response, inputs), multiply(challenge, outputs))
    except ValueError:  # libsodium says so of a product that is the identity
        raise ProofRejected(rejection) from None
    if not hmac.compare_digest(challenge, _challenge(public, inputs, outputs, first, second)):
        raise ProofRejected(rejection)


def _weights(
    public: Element, blinded: Sequence[Element], evaluated: Sequence[Element]
) -> list[Scalar]:
    context = Mode.VOPRF.context
    seed = sha512(_prefixed(public) + _prefixed(b"Seed-" + context)).digest()
    return [
        hash_to_scalar(
            _prefixed(seed) + i.to_bytes(2, "big") + _prefixed(c) + _prefixed(d) + b"Composite",
            b"HashToScalar-" + context,
        )
        for i, (c, d) in enumerate(zip(blinded, evaluated, strict=True))
    ]


def _combine(weights: Iterable[Scalar], points: Iterable[Element]) -> Element:
    return total(map(multiply, weights, points))


def _challenge(*points: Element) -> Scalar:
    transcript = b"".join(map(_prefixed, points)) + b"Challenge"
    return hash_to_scalar(transcript, b"HashToScalar-" + Mode.VOPRF.context)


def add(left: Element, right: Element) -> Element:
    """Return left + right."""
    return Element(pysodium.crypto_core_ristretto255_add(left, right))


def total(points: Iterable[Element]) -> Element:
    """Return the sum of points, of which there is at least one."""
    return reduce(add, points)


def _prefixed(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets
