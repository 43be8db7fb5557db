"""Rotation where the register's key is with two evaluators elsewhere, and nowhere whole."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker import voprf
from checker.commands.register import register
from checker.evaluator import RegisterKeys
from cli.keys import keys as keys_command
from config.settings import Settings
from tests.checker.evaluators import TOKEN, Running, settings_for, start
from tests.whole import Whole, whole

NEXT = "next public key "


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """Give two evaluators of this test's own."""
    with ExitStack() as stack:
        pair = start(tmp_path, "one"), start(tmp_path, "two")
        for each in pair:
            stack.callback(each.stop)
        yield pair


@pytest.fixture
def settings(
    keys: Path,
    database_url: str,
    redis_url: str,
    both: tuple[Running, Running],
) -> Settings:
    return settings_for(
        keys,
        *(each.address for each in both),
        database_url=database_url,
        redis_url=redis_url,
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Result]:
    """Give commands with the settings of that instance."""
    monkeypatch.setenv("BROLLY_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("BROLLY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BROLLY_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("BROLLY_EVALUATORS", settings.evaluators)
    monkeypatch.setenv("BROLLY_EVALUATOR_TOKEN", TOKEN)
    monkeypatch.setattr("checker.commands.rotate.OUTLIVES_SECONDS", 0)
    return lambda of, *arguments, **more: CliRunner().invoke(of, arguments, **more)


def beside(folder: Path, name: str) -> dict[str, str]:
    return {"BROLLY_REGISTER_KEY_FILE": str(folder / f"{name}.key")}


def danger(house: Whole) -> bool:
    visitor = house.sign_in(house.person())
    visitor.open("/check").send(form="/check", entry="07700 900123")
    return "Danger" in visitor.text


def test_each_takes_the_same_factor_and_none_is_restarted(
    settings: Settings,
    both: tuple[Running, Running],
    run: Callable[..., Result],
    scratch: Path,
    tmp_path: Path,
) -> None:
    factor = tmp_path / "factor.key"
    addresses = []
    for name, running in zip(("one", "two"), both, strict=True):
        if not factor.exists():
            assert run(keys_command, "factor", str(factor)).exit_code == 0
        added = run(keys_command, "next", "--factor", str(factor), env=beside(tmp_path, name))
        addresses.append(f"{running.address},{added.stdout.strip().removeprefix(NEXT)}")
    known = settings.model_copy(update={"evaluators": " ".join(addresses)})
    with whole(known, scratch / "compiled") as house:
        house.published()
        asked = {"BROLLY_EVALUATORS": known.evaluators}
        refused = run(register, "rotate", env=asked)
        assert (refused.exit_code, "--factor" in refused.stderr) == (2, True)
        result = run(register, "rotate", "--factor", str(factor), env=asked)
        assert result.exit_code == 0, result.output
        assert "brolly keys retire" in result.stdout
        assert danger(house)
        for name in ("one", "two"):
            run(keys_command, "retire", env=beside(tmp_path, name), input="y\n")
        assert danger(house)
    left = [RegisterKeys.load(tmp_path / f"{name}.key").pairs for name in ("one", "two")]
    assert [len(pairs) for pairs in left] == [1, 1]
    afterwards = settings.model_copy(
        update={
            "evaluators": " ".join(
                f"unix:{running.file}#{pair.public.hex()}"
                for running, [pair] in zip(both, left, strict=True)
            )
        }
    )
    with whole(afterwards, scratch / "compiled") as house:
        assert danger(house)
        assert house.services.evaluator.public_key == voprf.total(pair.public for [pair] in left)


def test_an_evaluator_that_has_no_next_key_stops_it_in_time(
    settings: Settings,
    both: tuple[Running, Running],
    run: Callable[..., Result],
    scratch: Path,
    tmp_path: Path,
) -> None:
    factor = tmp_path / "factor.key"
    run(keys_command, "factor", str(factor))
    one, two = both
    added = run(keys_command, "next", "--factor", str(factor), env=beside(tmp_path, "one"))
    with whole(settings, scratch / "compiled") as house:
        house.published()
        unknown = run(register, "rotate", "--factor", str(factor))
        assert (unknown.exit_code, "BROLLY_EVALUATORS" in unknown.stderr) == (1, True)
        multiplied = voprf.multiply(voprf.scalar(bytes.fromhex(factor.read_text())), two.key.public)
        promised = f"{one.address},{added.stdout.strip().removeprefix(NEXT)} {two.address},"
        refused = run(
            register,
            "rotate",
            "--factor",
            str(factor),
            env={"BROLLY_EVALUATORS": promised + multiplied.hex()},
        )
        assert (refused.exit_code, "status 404" in refused.stderr) == (1, True)
        assert danger(house)


def test_a_register_moves_to_two_evaluators_without_a_rotation(
    keys: Path,
    database_url: str,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    scratch: Path,
    tmp_path: Path,
) -> None:
    here = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(here, scratch / "compiled") as house:
        house.published()
    monkeypatch.setenv("BROLLY_DATA_DIR", str(keys))
    shares = [str(tmp_path / f"{name}.key") for name in ("one", "two")]
    made = CliRunner().invoke(keys_command, ["split", *shares])
    again = CliRunner().invoke(keys_command, ["split", *shares])
    assert (again.exit_code, "name a new file" in again.stderr) == (1, True)
    with ExitStack() as stack:
        pair = start(tmp_path, "one"), start(tmp_path, "two")
        for each in pair:
            stack.callback(each.stop)
            assert each.key.public.hex() in made.stdout
        moved = here.model_copy(
            update={
                "evaluators": " ".join(each.address for each in pair),
                "evaluator_token": TOKEN,
                "register_key_file": tmp_path / "none.key",
            }
        )
        with whole(moved, scratch / "compiled") as house:
            assert danger(house)
