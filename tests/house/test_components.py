"""The list of components says what is locked, and says the same each time it is made."""

import json
import re
from typing import Any

from tests.house.tree import ROOT

LOCKED = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
LIST: dict[str, Any] = json.loads((ROOT / "docs" / "sbom.json").read_text(encoding="utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)

Component = tuple[str, str, frozenset[str]]


def locked() -> set[Component]:
    pins = [*PIN.finditer(LOCKED)]
    ends = [pin.start() for pin in pins[1:]] + [len(LOCKED)]
    return {
        (pin[1], pin[2], frozenset(re.findall(r"sha256:([0-9a-f]{64})", LOCKED[pin.end() : end])))
        for pin, end in zip(pins, ends, strict=True)
    }


def listed() -> set[Component]:
    return {
        (
            component["name"],
            component["version"],
            frozenset(
                digest["content"]
                for reference in component["externalReferences"]
                for digest in reference.get("hashes", ())
            ),
        )
        for component in LIST["components"]
    }


def test_what_is_locked_is_listed_by_name_version_and_hashes() -> None:
    assert len(locked()) > 20
    assert listed() == locked()


def test_it_is_cyclonedx_and_says_nothing_of_when_or_where() -> None:
    assert (LIST["bomFormat"], LIST["specVersion"]) == ("CycloneDX", "1.6")
    assert "serialNumber" not in LIST
    assert "timestamp" not in LIST["metadata"]
