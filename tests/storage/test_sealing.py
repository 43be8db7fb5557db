import stat
from dataclasses import replace
from pathlib import Path
from typing import TypedDict
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.base import SealedBytes, new_id
from storage.sealing import CannotOpen, KeyFileError, KeyRing, Sealed, Sealer


class Place(TypedDict):
    table: str
    column: str
    row: UUID


PLACE = Place(table="report", column="sealed_narrative", row=new_id())


@pytest.fixture(scope="session")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    path = tmp_path_factory.mktemp("keys") / "report.key"
    KeyRing.generate(path)
    return Sealer(KeyRing.load(path))


@given(text=st.text())
def test_what_was_sealed_opens_in_its_place(sealer: Sealer, text: str) -> None:
    assert sealer.text(sealer.seal(text, **PLACE), **PLACE) == text


@pytest.mark.parametrize(
    "elsewhere", [{"table": "warning"}, {"column": "sealed_place"}, {"row": new_id()}]
)
def test_a_value_moved_to_another_place_does_not_open(
    sealer: Sealer, elsewhere: dict[str, object]
) -> None:
    sealed = sealer.seal("canary", **PLACE)
    with pytest.raises(CannotOpen):
        sealer.unseal(sealed, **{**PLACE, **elsewhere})  # type: ignore[arg-type] # on purpose


@pytest.mark.parametrize("position", [0, 3, 10, 20, -1])
def test_a_changed_value_does_not_open(sealer: Sealer, position: int) -> None:
    octets = bytearray(sealer.seal("canary", **PLACE))
    octets[position] ^= 1
    with pytest.raises(CannotOpen):
        sealer.unseal(Sealed(octets), **PLACE)


def test_the_same_text_never_looks_the_same_and_never_shows(sealer: Sealer) -> None:
    first, second = sealer.seal("canary" * 20, **PLACE), sealer.seal("canary" * 20, **PLACE)
    assert first != second
    assert b"canary" not in bytes(first)
    assert "canary" not in repr(first)


def test_an_older_key_still_opens_and_the_newest_seals(sealer: Sealer, tmp_path: Path) -> None:
    old = sealer.seal("canary", **PLACE)
    newer = KeyRing.load(_generated(tmp_path))
    both = Sealer(replace(newer, keys={**newer.keys, **sealer.ring.keys}))
    assert both.text(old, **PLACE) == "canary"
    with pytest.raises(CannotOpen):
        sealer.unseal(both.seal("canary", **PLACE), **PLACE)


def test_equal_values_find_each_other_by_a_keyed_fingerprint(
    sealer: Sealer, tmp_path: Path
) -> None:
    assert sealer.fingerprint("contact", "x") == sealer.fingerprint("contact", "x")
    assert sealer.fingerprint("contact", "x") != sealer.fingerprint("name", "x")
    other = Sealer(KeyRing.load(_generated(tmp_path)))
    assert sealer.fingerprint("contact", "x") != other.fingerprint("contact", "x")


def test_a_sealed_column_takes_nothing_but_sealed_bytes(sealer: Sealer) -> None:
    column = SealedBytes()
    dialect: object = None
    with pytest.raises(TypeError):
        column.process_bind_param(b"plain", dialect)  # type: ignore[arg-type] # not looked at
    sealed = sealer.seal("x", **PLACE)
    assert column.process_bind_param(sealed, dialect) == sealed  # type: ignore[arg-type] # as above


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = _generated(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        KeyRing.load(path)


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    path = _generated(tmp_path)
    with pytest.raises(FileExistsError):
        KeyRing.generate(path)


@pytest.mark.parametrize("damage", ["", "zz", "00112233 AAAA", "look-up AAAA", "x y z"])
def test_a_damaged_key_file_says_so_without_its_contents(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "damaged.key"
    path.touch(mode=0o600)
    path.write_text(damage)
    with pytest.raises(KeyFileError, match=r"damaged\.key is damaged") as raised:
        KeyRing.load(path)
    assert "AAAA" not in str(raised.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"gone\.key is missing"):
        KeyRing.load(tmp_path / "gone.key")


def _generated(folder: Path) -> Path:
    path = folder / "made.key"
    KeyRing.generate(path)
    return path
