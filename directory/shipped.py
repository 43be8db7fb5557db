"""The listings that come with the program: those of a country, and some of the world."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from directory.model import ListingDraft
from directory.reading import read_draft

LISTINGS = Path(__file__).parent / "listings"
WORLD = "world"


def shipped(areas: Mapping[str, str], home_region: str) -> Iterator[ListingDraft]:
    """Yield the listings for an instance, with the names of its areas, in a country.

    What is in areas that the instance does not have is left out.
    """
    for name in (home_region.lower(), WORLD):
        sheet = LISTINGS / f"{name}.csv"
        if sheet.exists():
            with sheet.open(encoding="utf-8", newline="") as file:
                for line in csv.DictReader(file):
                    if areas.keys() >= {*filter(None, line["areas"].split(";"))}:
                        yield read_draft(line, areas=areas, home_region=home_region)
