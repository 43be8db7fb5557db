"""`brolly register rotate`, as an operator calls it, while members check."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Self
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from checker.actions import turning
from checker.client import PrivateChecker
from checker.commands.register import register
from checker.evaluator import RegisterKeys
from cli.keys import keys as keys_command
from config.settings import Settings
from members import actions as members
from tests.checker.rotations import Stopped, its_own_keys, stopped_after
from tests.checker.samples import LISTED, UNLISTED
from tests.web.served import serving
from tests.whole import Whole, whole


@pytest.fixture
def settings(keys: Path, tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        data_dir=its_own_keys(keys, tmp_path),
        database_url=database_url,
        redis_url=redis_url,
        check_burst=10_000,
        check_daily=10_000,
    )


@pytest.fixture
def house(settings: Settings, scratch: Path) -> Iterator[Whole]:
    """Give an instance with a warning."""
    with whole(settings, scratch / "compiled") as house:
        house.published()
        yield house


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Result]:
    """Give the command, which waits for no check to end."""
    monkeypatch.setenv("BROLLY_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("BROLLY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BROLLY_REDIS_URL", settings.redis_url)
    monkeypatch.setattr("checker.commands.rotate.OUTLIVES_SECONDS", 0)
    return lambda *arguments, of=register, **more: CliRunner().invoke(of, arguments, **more)


def held(settings: Settings) -> list[bytes]:
    return [pair.public for pair in RegisterKeys.load(settings.key_file("register")).pairs]


class Checking:
    """Somebody who checks without a pause, and keeps what went wrong."""

    def __init__(self, once: Callable[[], tuple[bool, bool]]) -> None:
        self.once = once
        self.answers = 0
        self.wrong: list[object] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.is_set():
            try:
                answer: object = self.once()
            except Exception as error:  # noqa: BLE001 - whatever a member would have seen
                answer = error
            self.answers += 1
            if answer != (True, False):
                self.wrong.append(answer)


def test_members_who_check_meanwhile_notice_nothing(
    house: Whole, settings: Settings, run: Callable[..., Result]
) -> None:
    person = house.person()
    with house.writing() as session:
        token = members.create_token(session, account_id=person.id, now=house.now)
    visitor = house.sign_in(house.person())

    def trusted() -> tuple[bool, bool]:
        found = []
        for entry in ("07700 900123", "07700 900124"):
            fields = visitor.open("/check").form("/check").fields
            answer = visitor.client.post("/check", data={**fields, "entry": entry})
            assert answer.status_code == 200, answer.status
            found.append("Danger" in answer.text)
        return found[0], found[1]

    with serving(house.app) as url, closing(PrivateChecker(url, token)) as checker:

        def private() -> tuple[bool, bool]:
            listed, unlisted = checker.check([LISTED, UNLISTED])
            return listed.found is not None, unlisted.found is not None

        with Checking(trusted) as one, Checking(private) as other:
            for _ in range(3):
                before = one.answers, other.answers
                result = run("rotate")
                assert result.exit_code == 0, result.output
                while one.answers < before[0] + 3 or other.answers < before[1] + 3:
                    time.sleep(0.01)
    assert (one.wrong, other.wrong) == ([], [])
    assert "epoch 4" in result.stdout
    assert len(held(settings)) == 1


def test_the_old_key_is_destroyed(
    house: Whole, settings: Settings, run: Callable[..., Result]
) -> None:
    file = settings.key_file("register")
    before, [public] = file.read_text().strip(), held(settings)
    with file.open() as still_open:
        result = run("rotate")
        assert result.exit_code == 0, result.output
        assert before not in still_open.read()  # what the file held on the disk is overwritten
    assert before not in file.read_text()
    assert public not in held(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in file.parent.iterdir() if "register" in path.name) == [
        "register.key"
    ]
    assert house.services.ready()["register"] is True


def test_it_says_how_to_go_on_when_it_is_stopped(
    house: Whole, settings: Settings, run: Callable[..., Result]
) -> None:
    with patch.object(turning, "seal_element", side_effect=KeyboardInterrupt):
        stopped = run("rotate")
    assert stopped.exit_code == 130
    assert "run it again to go on" in stopped.stderr
    assert len(held(settings)) == 2
    assert "epoch 2" in run("rotate").stdout
    assert len(held(settings)) == 1
    assert house.services.ready()["register"] is True


def test_stopped_after_the_switch_it_only_tidies(
    house: Whole, settings: Settings, run: Callable[..., Result]
) -> None:
    with patch("checker.commands.rotate.Ceremony.finish", side_effect=KeyboardInterrupt):
        assert run("rotate").exit_code == 130
    assert len(held(settings)) == 2
    assert house.services.ready()["register"] is True
    again = run("rotate", "--rotation-secret", str(settings.key_file("rotation_public")))
    assert "epoch 2" in again.stdout  # it needed no secret, and began no other rotation
    assert len(held(settings)) == 1


def test_on_another_machine_with_the_key_it_only_destroys_the_old_one(
    house: Whole, settings: Settings, run: Callable[..., Result], tmp_path: Path
) -> None:
    del house
    added = run("next", of=keys_command)
    assert added.stdout == f"next public key {held(settings)[1].hex()}\n"
    copy = tmp_path / "copy.key"
    copy.write_bytes(settings.key_file("register").read_bytes())
    copy.chmod(0o600)
    assert "epoch 2" in run("rotate").stdout
    there = run("rotate", env={"BROLLY_REGISTER_KEY_FILE": str(copy)})
    assert "epoch 2" in there.stdout
    assert copy.read_text() == settings.key_file("register").read_text()


def test_it_can_be_abandoned(house: Whole, settings: Settings, run: Callable[..., Result]) -> None:
    before = held(settings)
    with stopped_after(1):
        assert isinstance(run("rotate").exception, Stopped)
    assert "0 of them turned" not in run("stats").stdout
    assert "of them turned" in run("stats").stdout
    assert "keeps its key" in run("rotate", "--abandon").stdout
    assert held(settings) == before
    assert "of them turned" not in run("stats").stdout
    assert house.services.ready()["register"] is True


def test_without_the_rotation_key_it_says_what_to_bring(
    house: Whole, settings: Settings, run: Callable[..., Result]
) -> None:
    del house
    settings.key_file("rotation_public").with_name("rotation-secret.key").unlink()
    refused = run("rotate")
    assert refused.exit_code == 2
    assert "--rotation-secret" in refused.stderr
    assert len(held(settings)) == 1


def test_a_next_key_is_added_once_and_destroyed_only_when_asked(
    settings: Settings, run: Callable[..., Result]
) -> None:
    [before] = held(settings)
    assert "none to destroy" in run("retire", of=keys_command).stdout
    run("next", of=keys_command)
    again = run("next", of=keys_command)
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    assert run("retire", of=keys_command, input="n\n").exit_code == 1
    assert held(settings)[0] == before
    assert run("retire", of=keys_command, input="y\n").exit_code == 0
    assert len(held(settings)) == 1
    assert before not in held(settings)
