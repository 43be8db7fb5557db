"""The inventory of cryptography names every kind of key that an instance has."""

from config.settings import Settings
from storage.keys import PURPOSES
from tests.house.tree import ROOT


def test_the_inventory_names_every_key_file() -> None:
    listed = (ROOT / "docs" / "cryptography.md").read_text(encoding="utf-8")
    keys = {line.split("|")[1] for line in listed.splitlines() if line.startswith("| ")}
    named = {name.strip() for cell in keys for name in cell.split(",")}
    files = {
        name.removesuffix("_key_file").removesuffix("_public").replace("_", " ")
        for name in Settings.model_fields
        if name.endswith("_key_file")
    }
    assert set(PURPOSES) < files
    assert files <= named
