"""Keeping the evidence of a campaign that failed: database, ledger, logs, and what arrived."""

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from chaos.instance import Instance
from chaos.judging import Evidence


def keep(instance: Instance, evidence: Evidence) -> Path:
    """Stop the instance and copy everything of it to a new folder; return that."""
    for program in instance.programs.values():
        program.stop()
    folder = Path(tempfile.mkdtemp(prefix="brolly-chaos-kept-"))
    shutil.copytree(instance.disk.folder.parent, folder / "instance", ignore=_what_is_no_file)
    kept = {
        "arrived": [asdict(each) for each in evidence.arrived],
        "expected": {
            alert: sorted(map(str, keys)) for alert, keys in evidence.book.expected.items()
        },
    }
    (folder / "evidence.json").write_text(json.dumps(kept, default=str, indent=1), encoding="utf-8")
    return folder


def _what_is_no_file(folder: str, names: list[str]) -> list[str]:
    return [each for each in names if not _is_kept(Path(folder) / each)]


def _is_kept(path: Path) -> bool:
    return path.is_dir() or path.is_file()
