"""Identifiers and payloads that the tests of the checker start from."""

from dataclasses import replace
from typing import Any

from checker.evaluator import LocalEvaluator
from checker.model import Band, HarmKind, Identifier, IdentifierKind, Payload, Severity
from checker.voprf import key_pair, random_scalar
from storage.sealing import KeyRing, Sealer

LISTED = Identifier(IdentifierKind.PHONE, "+447700900123")
UNLISTED = Identifier(IdentifierKind.PHONE, "+447700900124")
EMAIL = Identifier(IdentifierKind.EMAIL, "somebody@example.org")
SEALER = Sealer(KeyRing(b"here", {b"here": bytes(32)}, bytes(32)))  # what keeps elements

WARNING = Payload(
    severity=Severity.DANGER,
    kinds=frozenset({HarmKind.PHYSICAL_ASSAULT, HarmKind.ROBBERY_OR_THEFT}),
    month="2026-02",
    regions=("GB-GMP",),
    band=Band.SEVERAL,
    advice="Arrives with a second person. Do not open.",
    references=("W-7KQ2M4",),
)


def a_payload(**changes: Any) -> Payload:
    """Return the sample warning with changes."""
    return replace(WARNING, **changes)


def phone(number: int) -> Identifier:
    """Return one of a thousand fictitious phones."""
    return Identifier(IdentifierKind.PHONE, f"+447700900{number:03}")


def another_evaluator() -> LocalEvaluator:
    """Return an evaluator with a key of its own."""
    return LocalEvaluator(key_pair(random_scalar()), bytes(range(32)))
