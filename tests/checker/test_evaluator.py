"""The key file of the register: made once, read strictly."""

from pathlib import Path

import pytest

from checker.evaluator import LocalEvaluator, RegisterKeys
from storage.sealing import KeyFileError

SCALAR = "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"
PUBLIC = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"  # RFC 9497 A.1.2


def key_file(folder: Path, text: str, *, name: str = "register.key", mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_new_key_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "register.key"
    RegisterKeys.generate(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert RegisterKeys.load(path) == RegisterKeys.load(path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = key_file(tmp_path, SCALAR)
    with pytest.raises(FileExistsError):
        RegisterKeys.generate(path)
    assert path.read_text() == SCALAR


def test_an_evaluator_commits_to_its_key_and_never_shows_it(tmp_path: Path) -> None:
    rotation = key_file(tmp_path, "05" * 32 + "\n", name="rotation.key")
    evaluator = LocalEvaluator.load(key_file(tmp_path, SCALAR + "\n"), rotation)
    assert evaluator.public_key.hex() == PUBLIC
    assert evaluator.rotation_key == b"\x05" * 32
    assert repr(bytes.fromhex(SCALAR)) not in repr(evaluator)


@pytest.mark.parametrize(
    "text",
    ["", "not hex", SCALAR[:-2], SCALAR + "00", "00" * 32, "ff" * 32],
    ids=["empty", "no hex", "short", "long", "zero", "not reduced"],
)
def test_a_damaged_register_key_names_its_setting(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyFileError, match=r"BROLLY_REGISTER_KEY_FILE: register\.key") as raised:
        RegisterKeys.load(key_file(tmp_path, text))
    assert not text or text not in str(raised.value)


def test_a_register_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"BROLLY_REGISTER_KEY_FILE: .*chmod 600"):
        RegisterKeys.load(key_file(tmp_path, SCALAR, mode=0o640))


def test_a_missing_key_names_its_setting(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"BROLLY_REGISTER_KEY_FILE: .*missing"):
        RegisterKeys.load(tmp_path / "register.key")


def test_a_damaged_rotation_key_names_its_setting(tmp_path: Path) -> None:
    rotation = key_file(tmp_path, "05" * 31, name="rotation.key")
    with pytest.raises(KeyFileError, match=r"BROLLY_ROTATION_PUBLIC_KEY_FILE: rotation\.key"):
        LocalEvaluator.load(key_file(tmp_path, SCALAR), rotation)
