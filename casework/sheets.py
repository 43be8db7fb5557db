"""An export as a sheet: CSV in UTF-8, a line for each row, every cell harmless in tables."""

import csv
from collections.abc import Iterable
from dataclasses import asdict
from io import StringIO

from casework.intelligence import LABELS, Fields
from directory.sheets import harmless


def as_csv(rows: Iterable[Fields]) -> str:
    """Return rows as they leave, under the names of their fields."""
    file = StringIO(newline="")
    sheet = csv.writer(file)
    sheet.writerow(LABELS)
    for row in rows:
        words: dict[str, str] = asdict(row)
        sheet.writerow([harmless(words[name]) for name in LABELS])
    return file.getvalue()
