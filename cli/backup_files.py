"""Where backups lie: names by time, what is old enough to go, and what must not lie together."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from storage.archives import PART
from storage.dumping import Holds

FORM = "%Y%m%dT%H%M%SZ"
PREFIX = {Holds.DATABASE: "brolly-database", Holds.RECORD_KEYS: "brolly-record-keys"}


def name_of(holds: Holds, at: datetime) -> str:
    """Return the name of an archive that was made at a moment."""
    return f"{PREFIX[holds]}-{at.astimezone(UTC):{FORM}}.age"


def remove_older(folder: Path, holds: Holds, *, than: datetime) -> int:
    """Remove archives of ours that are older, and what a kill has left of one; return how many.

    Other people's files stay, whatever they are called.
    """
    removed = 0
    ours = re.compile(rf"{PREFIX[holds]}-(\d{{8}}T\d{{6}}Z)\.age(?:{re.escape(PART)})?")
    for each in folder.iterdir():
        found = ours.fullmatch(each.name)
        if not found or each.is_symlink() or not each.is_file():
            continue
        with suppress(ValueError):
            made_at = datetime.strptime(found[1], FORM).replace(tzinfo=UTC)
            if made_at < than.replace(microsecond=0):
                each.unlink()
                removed += 1
    return removed


def require_apart(folder: Path, *others: Path) -> None:
    """Refuse to put keys into the data folder, or where backups are."""
    here = folder.resolve()
    for other in (each.resolve() for each in others):
        if here == other or other in here.parents:
            message = (
                f"{folder} is in {other}: keys are kept apart from what they open. Name a folder "
                "on another disk, or one that is copied to another place"
            )
            raise click.ClickException(message)
