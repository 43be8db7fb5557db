"""Every folder is known, and stands in the import rules."""

import re
from typing import Any

import pytest

from tests.house.tree import BESIDE_ROOMS, ROOMS, ROOT, folders, pyproject

TOOLS = pyproject()["tool"]
CONTRACTS: list[dict[str, Any]] = TOOLS["importlinter"]["contracts"]


def layered() -> set[str]:
    (layers,) = (contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    return set(re.findall(r"\w+", " ".join(layers)))


def test_every_top_level_folder_is_a_known_one() -> None:
    assert folders() <= ROOMS | BESIDE_ROOMS, "a new folder needs a decision record"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_room_has_a_card_on_its_door(room: str) -> None:
    card = (ROOT / room / "__init__.py").read_text(encoding="utf-8")
    assert card.startswith('"""')


def test_every_room_is_in_the_import_rules() -> None:
    assert set(TOOLS["importlinter"]["root_packages"]) == ROOMS | {"migrations"}
    assert layered() >= ROOMS | {"migrations"}


def test_every_room_with_rows_keeps_them() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/records.py")}
    kept = {
        name.removesuffix(".records"): contract["allowed_importers"]
        for contract in CONTRACTS
        if contract["type"] == "protected"
        for name in contract["protected_modules"]
        if name.endswith(".records")
    }
    assert kept == {room: [room, "migrations.env"] for room in rooms}


def test_every_room_is_packed_and_measured() -> None:
    packed = TOOLS["setuptools"]["packages"]["find"]["include"]
    assert {name.removesuffix("*") for name in packed} == ROOMS | {"migrations"}
    assert set(TOOLS["coverage"]["run"]["source"]) == ROOMS
    assert set(TOOLS["deptry"]["known_first_party"]) >= ROOMS


def test_the_pages_of_every_room_are_served() -> None:
    served = (ROOT / "web" / "rooms.py").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in [*ROOT.glob("*/pages.py"), *ROOT.glob("*/pages")]}
    assert {room for room in rooms if f"from {room}.pages import" not in served} == set()
