"""How a browser's reading of entries is compared with the server's."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from checker.identifiers import read
from checker.model import Identifier, NotAnIdentifier

SPELLINGS = json.loads((Path(__file__).parents[1] / "spellings.json").read_text(encoding="utf-8"))
# What the properties of Unicode and the rules of IDNA 2008 disagree on, and what needs a context.
ODD_IN_DOMAINS = (
    "\u1c80 \u0345 \u13a0 \uab70 \u13f8 \u0131 \u00df \u03c2 \u06fd \u0f0b \u3007 \u0640 \u07fa "
    "\u302e \u3031 \u303b \u20d0 \u1d16d \u1100 \u200c \u200d \u0307 \u05f3 \u05d0\u05f3 \u0375 "
    "\u0375\u03b1 l\u00b7l \u30fb \u30fb\u30a2 \u0661 \u06f1 \u0661\u06f1 \u05d0\u0661 \u05d01 "
    "1\u05d0 \u05d0-\u05d0 \u05d0\u05b0 \u02b9 \u03b1\u02b9 \u2665 \ua789 - -- \u00e9--"
).split()
ODD_PLACES = ("{}", "a{}", "{}b", "\u05d0{}", "{}.\u05d0\u05d1", "1.{}")

Entry = tuple[str, str]
Result = dict[str, object]
Read = Callable[[list[Entry]], list[Result]]


def differences(reads: Read, given: list[Entry]) -> list[tuple[Entry, Result, Result]]:
    """Return the entries that are not read alike, with the server's result and the browser's."""
    came = reads(given)
    assert len(came) == len(given)
    both = zip(given, map(in_python, given), came, strict=True)
    return [(entry, python, browser) for entry, python, browser in both if python != browser]


@cache
def in_python(entry: Entry) -> Result:
    """Return what the server makes of an entry."""
    text, region = entry
    try:
        reading = read(text, region=region)
    except NotAnIdentifier as error:
        return {"error": error.code}
    return {
        "identifiers": _as_rows(reading.identifiers),
        "choices": [_as_rows(choice) for choice in reading.choices],
    }


def _as_rows(identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "value": each.value} for each in identifiers]


def in_punycode(label: str) -> str:
    """Return a label in Punycode whether IDNA allows it or not."""
    return "xn--" + label.encode("punycode").decode("ascii")


def odd_addresses(place: str) -> list[Entry]:
    """Return addresses whose domains have odd signs in one place, as they are and in Punycode."""
    domains = [place.format(odd) for odd in ODD_IN_DOMAINS]
    domains += [".".join(map(in_punycode, domain.split("."))) for domain in domains]
    return [(f"joe@{domain}.org", "GB") for domain in domains]
