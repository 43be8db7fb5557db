"""What an instance remembers of its last backup and its last drill: a file in the data folder.

Not in the database, which may be the one that is gone or has just been restored.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

NAME = "backups.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was done when, with which archive, and whether all was well."""

    at: datetime
    archive: str
    folder: str
    well: bool


def read_note(data_dir: Path, what: str) -> Note | None:
    """Return the note of the last `backup` or `drill`; none if there is none that can be read."""
    told = _read(data_dir).get(what, {})
    try:
        return Note(
            at=datetime.fromisoformat(told["at"]),
            archive=told["archive"],
            folder=told["folder"],
            well=bool(told["well"]),
        )
    except (TypeError, KeyError, ValueError):
        return None


def write_note(data_dir: Path, what: str, note: Note) -> None:
    """Remember the last `backup` or `drill`; raises OSError."""
    told = {**_read(data_dir), what: {**asdict(note), "at": note.at.isoformat()}}
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = data_dir / f"{NAME}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file)
    part.rename(data_dir / NAME)


def _read(data_dir: Path) -> Mapping[str, dict[str, str]]:
    try:
        told = json.loads((data_dir / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
