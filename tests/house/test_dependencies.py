"""What the list of libraries holds, and that an audit without an answer is never an all-clear."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.house.tree import ROOT

PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)
AUDITED = {"name": "sealing", "version": "1.0", "vulns": []}


@pytest.fixture
def dependencies(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / ".ci/dependencies.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.chdir(ROOT)
    return module


def answering(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any], text: str = ""
) -> None:
    answer = text or json.dumps({"dependencies": found})
    monkeypatch.setattr(
        module, "_run", lambda *_: subprocess.CompletedProcess([], 0, answer, "no network")
    )


def test_the_list_names_every_locked_library_and_what_browsers_get(
    dependencies: ModuleType, tmp_path: Path
) -> None:
    assert dependencies.write_list(tmp_path / "list.json") == 0
    listed = json.loads((tmp_path / "list.json").read_text())
    found = {(each["name"], each["version"]) for each in listed["components"]}
    locked = set(PINNED.findall((ROOT / "requirements/runtime.txt").read_text()))
    assert len(locked) > 40
    assert locked <= found
    assert {name for name, _ in found - locked} == {"@noble/curves", "@noble/hashes"}
    assert "sha256" in json.dumps(listed).lower()
    assert listed["specVersion"] == "1.6"


def test_a_known_vulnerability_fails(
    dependencies: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weak = {"name": "signing", "version": "0.9", "vulns": [{"id": "CVE-2099-0001"}]}
    answering(dependencies, monkeypatch, AUDITED, weak)
    assert dependencies.audit(must_answer=False) == 1
    assert capsys.readouterr().out == "signing 0.9: CVE-2099-0001\n"


@pytest.mark.parametrize("text", ["", "no service", "{}"])
def test_silence_is_said_and_fails_where_an_answer_is_needed(
    dependencies: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
) -> None:
    answering(dependencies, monkeypatch, AUDITED, {"name": "b", "skip_reason": "?"}, text=text)
    assert dependencies.audit(must_answer=False) == 0
    assert "NOT AUDITED" in capsys.readouterr().err
    assert dependencies.audit(must_answer=True) == 2


def test_all_clear_needs_an_answer_for_each(
    dependencies: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(dependencies, monkeypatch, AUDITED)
    assert dependencies.audit(must_answer=True) == 0
    assert capsys.readouterr().out == "1 libraries, no known vulnerability\n"
