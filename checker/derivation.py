"""Derivation `sv1`: from an identifier to its entry's tag and key, and what watches for it.

The element N = k * H(x) takes the place of RFC 9497's Finalize output. Finalize beside N, stored
anywhere, could be tested against guessed numbers without the key k; N alone cannot. This departs
from the RFC and is named in the threat model. Version `sv1` never changes: every entry rests on it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from nacl.public import PublicKey, SealedBox

from checker.model import Identifier, IdentifierKind
from storage.sealing import Sealed, Sealer

VERSION = b"sv1"
LABELS = {
    IdentifierKind.PHONE: b"tel",
    IdentifierKind.EMAIL: b"eml",
    IdentifierKind.USERNAME: b"usr",
    IdentifierKind.VEHICLE: b"vrm",
}
CANARY = VERSION + b"|canary|register"  # no kind has this label, so nobody can check or list it
KEPT = {"table": "register_ledger", "column": "kept_element"}
TAG_OCTETS = 16
KEY_OCTETS = 32
WATCH_OCTETS = 32


@dataclass(frozen=True, slots=True)
class Derived:
    """Where the entry of one identifier lies (tag), what opens it (key), what watches for it."""

    tag: bytes
    key: bytes = field(repr=False)
    watch: bytes = field(repr=False)


def input_of(identifier: Identifier) -> bytes:
    """Return the octets x that stand for a normalised identifier."""
    return b"|".join((VERSION, LABELS[identifier.kind], identifier.value.encode()))


def derive(element: bytes, epoch: int) -> Derived:
    """Return what follows from an element N in an epoch (RFC 5869 with SHA-512).

    The watch token has a label of its own beside the tag: tags stand in the database, and whoever
    reads them there must not be able to make tokens of them.
    """
    secret = HKDF.extract(SHA512(), VERSION, element)
    return Derived(
        tag=HKDFExpand(SHA512(), TAG_OCTETS, b"tag|%d" % epoch).derive(secret),
        key=HKDFExpand(SHA512(), KEY_OCTETS, b"payload|%d" % epoch).derive(secret),
        watch=HKDFExpand(SHA512(), WATCH_OCTETS, b"watch|%d" % epoch).derive(secret),
    )


def seal_element(element: bytes, rotation_key: bytes) -> Sealed:
    """Return N sealed to the offline rotation key (libsodium's sealed box): 80 octets."""
    return Sealed(SealedBox(PublicKey(rotation_key)).encrypt(element))


def keep_element(element: bytes, sealer: Sealer, line: UUID) -> Sealed:
    """Seal an element so that the service itself opens it, at this line of the ledger alone."""
    return sealer.seal(element, row=line, **KEPT)


def kept_element(kept: Sealed, sealer: Sealer, line: UUID) -> bytes:
    """Return the element that was kept at a line; raises CannotOpen."""
    return sealer.unseal(kept, row=line, **KEPT)
