"""What may stand in the repository, and how it is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, parsed, python_files, relative

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
VAGUE = re.compile(r"util|helper|manager|misc", re.IGNORECASE)
LOCKED = re.compile(r"[a-z0-9._\[\],-]+==\S+( ; [^\\]+)? \\")

# Written so that this file does not name them itself.
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:work|root)/[a-z.]+/"
    r"|(?<![\w.])/tmp/(?:plan|lab|house)"
    r"|[.]library/"
    r"|(?<![\w.])/(?:home|Users)/[a-z]+/"
    r"|\bpypi[.]org"
    r"|pythonhosted[.]org"
    r"|registry[.]npmjs"
)


def text_files() -> Iterator[tuple[Path, str]]:
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def read_by_people() -> Iterator[Path]:
    """Yield the Python files that are read again: a migration is not, once it has run."""
    return (path for path in python_files() if path.parent.name != "versions")


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    found = [
        f"{relative(path)}: {match.group()}"
        for path, text in text_files()
        for match in [ELSEWHERE.search(text)]
        if match
    ]
    assert found == []


@pytest.mark.parametrize("name", ["setup", "runtime", "dev"])
def test_requirements_are_locked_with_hashes_and_hold_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pinned = [line for line in lines if not line.startswith(" ")]
    assert "://" not in text
    assert pinned
    assert [line for line in pinned if not LOCKED.fullmatch(line)] == []
    assert text.count("--hash=sha256:") >= len(pinned)


def test_dev_requirements_agree_with_what_runs() -> None:
    versions = [
        dict(
            line.removesuffix(" \\").split(" ; ")[0].split("==")
            for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
            if "==" in line and not line.startswith((" ", "#"))
        )
        for name in ("runtime.txt", "dev.txt")
    ]
    runtime, dev = versions
    assert {name: dev[name] for name in dev.keys() & runtime.keys()} == {
        name: runtime[name] for name in dev.keys() & runtime.keys()
    }


def test_no_file_has_a_vague_name() -> None:
    assert [relative(path) for path in files() if VAGUE.search(path.stem)] == []


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in python_files() if not ast.get_docstring(parsed(path))]
    assert [relative(path) for path in silent if not path.name.startswith("test_")] == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {relative(path): length(path) for path in read_by_people()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_read() -> None:
    lengths = {
        f"{relative(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in read_by_people()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text
