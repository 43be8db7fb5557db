"""What an entry of the register says, in 160 octets, and the entry that hides it, in 204.

payload = length of the JSON (2 octets, big-endian) || compact UTF-8 JSON || zeros
entry   = tag (16) || nonce (12) || AES-256-GCM(key, payload, aad = "sv1" || tag) (160 + 16)

| JSON key | holds                                                                     |
|----------|---------------------------------------------------------------------------|
| s        | severity: d danger, r risk, n nuisance                                    |
| k        | kinds of harm, one letter each, see KIND_CODES                            |
| m        | latest month, YYYY-MM; absent if withheld                                 |
| r        | regions: codes of areas                                                   |
| b        | band: 1, 2 (2 to 4) or 5 (5 or more) reports; absent if withheld          |
| a        | short advice; ends with "…" where it was cut                              |
| w        | references of the warnings                                                |
| x        | what was left out for want of room: 1 regions, 2 references, 3 both       |

What does not fit gives way in this order: advice beyond ADVICE_KEPT characters; regions and
references, the longer list first, down to one each; the rest of the advice; the last region and
the last reference. Severity, kinds, month and band always stay, so sealing never fails.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from checker.derivation import TAG_OCTETS, VERSION, Derived
from checker.model import Band, HarmKind, Payload, Severity

PAYLOAD_OCTETS = 160
LENGTH_OCTETS = 2
NONCE_OCTETS = 12
ENTRY_OCTETS = TAG_OCTETS + NONCE_OCTETS + PAYLOAD_OCTETS + 16
ADVICE_KEPT = 40
CUT = "…"

SEVERITY_CODES = {Severity.DANGER: "d", Severity.RISK: "r", Severity.NUISANCE: "n"}
KIND_CODES = {
    HarmKind.RAPE_OR_SEXUAL_ASSAULT: "a",
    HarmKind.CONDOM_REMOVAL: "c",
    HarmKind.PHYSICAL_ASSAULT: "p",
    HarmKind.ROBBERY_OR_THEFT: "r",
    HarmKind.NON_PAYMENT: "n",
    HarmKind.THREATS_OR_VERBAL_ABUSE: "t",
    HarmKind.STALKING_OR_HARASSMENT: "s",
    HarmKind.BLACKMAIL_OR_OUTING: "b",
    HarmKind.HATE_INCIDENT: "h",
    HarmKind.NO_SHOW_OR_TIME_WASTING: "w",
}
BAND_CODES = {Band.ONE: 1, Band.SEVERAL: 2, Band.MANY: 5}
SEVERITIES = {code: severity for severity, code in SEVERITY_CODES.items()}
KINDS = {code: kind for kind, code in KIND_CODES.items()}
BANDS = {code: band for band, code in BAND_CODES.items()}


class EntryUnreadable(Exception):
    """An entry does not open under this key, or does not hold a payload."""


def merge(payloads: Sequence[Payload]) -> Payload:
    """Return one payload for all warnings about one identifier, the worst and latest first."""
    latest = sorted(payloads, key=lambda one: one.month, reverse=True)
    ordered = sorted(latest, key=lambda one: one.severity.rank)
    bands = [one.band for one in ordered if one.band]
    return Payload(
        severity=ordered[0].severity,
        kinds=frozenset[HarmKind]().union(*(one.kinds for one in ordered)),
        month=latest[0].month,
        regions=_once(region for one in ordered for region in one.regions),
        band=max(bands, key=BAND_CODES.__getitem__, default=None),
        advice=next((one.advice for one in ordered if one.advice), ""),
        references=_once(reference for one in ordered for reference in one.references),
        more_regions=any(one.more_regions for one in ordered),
        more_references=any(one.more_references for one in ordered),
    )


def pack(payload: Payload) -> bytes:
    """Return the 160 octets of a payload, leaving out what does not fit."""
    room = PAYLOAD_OCTETS - LENGTH_OCTETS
    encoded = next(text for text in map(_encode, _ever_shorter(payload)) if len(text) <= room)
    framed = len(encoded).to_bytes(LENGTH_OCTETS, "big") + encoded
    return framed.ljust(PAYLOAD_OCTETS, b"\0")


def unpack(octets: bytes) -> Payload:
    """Return the payload in 160 octets; raises EntryUnreadable."""
    end = LENGTH_OCTETS + int.from_bytes(octets[:LENGTH_OCTETS], "big")
    try:
        framed = len(octets) == PAYLOAD_OCTETS and not any(octets[end:])
        return _decode(json.loads(octets[LENGTH_OCTETS:end] if framed else b""))
    except (ValueError, KeyError, TypeError, AttributeError):
        message = "the entry does not hold a payload of this version"
        raise EntryUnreadable(message) from None


def seal(derived: Derived, payload: Payload) -> bytes:
    """Return the entry of a payload: 204 octets, different each time."""
    return _sealed(derived, pack(payload))


def reseal(former: Derived, following: Derived, entry: bytes) -> bytes:
    """Return the entry of the same payload under another key; raises EntryUnreadable."""
    return _sealed(following, _opened(former, entry))


def unseal(derived: Derived, entry: bytes) -> Payload:
    """Return the payload of an entry; raises EntryUnreadable."""
    return unpack(_opened(derived, entry))


def _sealed(derived: Derived, octets: bytes) -> bytes:
    nonce = os.urandom(NONCE_OCTETS)
    body = AESGCM(derived.key).encrypt(nonce, octets, VERSION + derived.tag)
    return derived.tag + nonce + body


def _opened(derived: Derived, entry: bytes) -> bytes:
    nonce, body = entry[TAG_OCTETS : TAG_OCTETS + NONCE_OCTETS], entry[TAG_OCTETS + NONCE_OCTETS :]
    try:
        return AESGCM(derived.key).decrypt(nonce, body, VERSION + derived.tag)
    except (InvalidTag, ValueError):
        message = "the entry does not open under this key"
        raise EntryUnreadable(message) from None


def _ever_shorter(payload: Payload) -> Iterator[Payload]:
    payload = _tidied(payload)
    yield payload
    for step, at_least in (
        (_with_less_advice, ADVICE_KEPT),
        (_with_less_listed, 1),
        (_with_less_advice, 0),
        (_with_less_listed, 0),
    ):
        for shorter in step(payload, at_least):
            yield shorter
            payload = shorter


def _tidied(payload: Payload) -> Payload:
    start = payload.advice[:PAYLOAD_OCTETS]
    advice = " ".join(start.split()) + (CUT if payload.advice != start else "")
    return replace(
        payload, regions=_once(payload.regions), references=_once(payload.references), advice=advice
    )


def _with_less_advice(payload: Payload, at_least: int) -> Iterator[Payload]:
    text = payload.advice.removesuffix(CUT)
    for length in range(len(text) - 1, at_least - 1, -1):
        yield replace(payload, advice=text[:length].rstrip() + CUT)


def _with_less_listed(payload: Payload, at_least: int) -> Iterator[Payload]:
    while max(len(payload.regions), len(payload.references)) > at_least:
        if len(payload.regions) >= len(payload.references):
            payload = replace(payload, regions=payload.regions[:-1], more_regions=True)
        else:
            payload = replace(payload, references=payload.references[:-1], more_references=True)
        yield payload


def _encode(payload: Payload) -> bytes:
    said = {
        "s": SEVERITY_CODES[payload.severity],
        "k": "".join(code for kind, code in KIND_CODES.items() if kind in payload.kinds),
        "m": payload.month[:7],
        "r": payload.regions,
        "b": BAND_CODES[payload.band] if payload.band else 0,
        "a": payload.advice,
        "w": payload.references,
        "x": payload.more_regions + 2 * payload.more_references,
    }
    worth_saying = {key: value for key, value in said.items() if value}
    text = json.dumps(worth_saying, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


def _decode(said: dict[str, Any]) -> Payload:
    left_out = int(said.get("x", 0))
    return Payload(
        severity=SEVERITIES[said["s"]],
        kinds=frozenset(KINDS[code] for code in said.get("k", "")),
        month=str(said.get("m", "")),
        regions=tuple(map(str, said.get("r", ()))),
        band=BANDS[said["b"]] if "b" in said else None,
        advice=str(said.get("a", "")),
        references=tuple(map(str, said.get("w", ()))),
        more_regions=bool(left_out & 1),
        more_references=bool(left_out & 2),
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
