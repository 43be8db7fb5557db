"""The repository as the house rules see it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

ROOMS = {
    "cli", "web", "demo", "workers", "alerts", "casework", "reports", "checker", "directory",
    "members", "messages", "storage", "config",
}  # fmt: skip
BESIDE_ROOMS = {
    "migrations", "benchmarks", "chaos", "tests", "docs", "requirements", "stubs", ".ci",
}  # fmt: skip
NOT_OURS = {".git", ".venv", "data", "build", "dist", "htmlcov"}
CACHES = {
    "__pycache__", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", "node_modules",
}  # fmt: skip


def folders() -> set[str]:
    """Return the top-level folders that belong to the repository."""
    names = {path.name for path in ROOT.iterdir() if path.is_dir()}
    return {name for name in names - NOT_OURS - CACHES if not name.endswith(".egg-info")}


def files() -> Iterator[Path]:
    """Yield every file of the repository."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in sorted(folders()):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not CACHES.intersection(path.parts):
                yield path


def python_files() -> Iterator[Path]:
    """Yield every Python file."""
    return (path for path in files() if path.suffix == ".py")


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def pyproject() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    """Return the path as a person names it."""
    return str(path.relative_to(ROOT))
