"""Areas of an instance: codes and names, read from a file, never written in code."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from config.settings import Settings, SettingsError

LONGEST_CODE = 12
SHIPPED = Path(__file__).parent / "regions"


def load_areas(settings: Settings) -> Mapping[str, str]:
    """Return the area names by code, in the file's order.

    The file is BROLLY_AREAS_FILE, or the one shipped for the home region: CSV with the columns
    `code` (at most 12 characters, such as GB-MET) and `name`.
    """
    path = settings.areas_file or SHIPPED / f"{settings.home_region.lower()}.csv"
    return _read(path)


@lru_cache
def _read(path: Path) -> Mapping[str, str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = tuple((row["code"].strip(), row["name"].strip()) for row in csv.DictReader(file))
    except FileNotFoundError:
        message = f"BROLLY_AREAS_FILE: there is no file {path.name}; write one with code,name"
        raise SettingsError(message) from None
    except (KeyError, AttributeError, UnicodeDecodeError):
        message = f"BROLLY_AREAS_FILE: {path.name} must be UTF-8 CSV with the columns code,name"
        raise SettingsError(message) from None
    if not rows or any(not code or len(code) > LONGEST_CODE or not name for code, name in rows):
        message = f"BROLLY_AREAS_FILE: {path.name} has an empty or overlong code, or no row at all"
        raise SettingsError(message)
    return MappingProxyType(dict(rows))
