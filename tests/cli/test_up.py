"""`brolly up` as an operator meets it: a real one, killed, started twice, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTP

import click
import pytest

from cli.up import prepare_keys
from config.settings import Settings
from storage.migrating import upgrade
from tests.instances import PATIENCE_SECONDS, Up, eventually, running
from tests.servers import free_port


def a_folder(scratch: Path) -> Path:
    return scratch / f"up-{time.monotonic_ns()}"


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _run(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", *words],
        env={**os.environ, "BROLLY_DATA_DIR": str(folder), **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


@pytest.fixture
def up(scratch: Path) -> Iterator[Up]:
    with running(a_folder(scratch)) as up:
        yield up


def test_what_dies_is_started_again(up: Up) -> None:
    before = up.children()
    assert len(before) == 6  # Valkey, web, three workers, the scheduler
    programs = up.programs() - {up.process.pid}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(up.children()) == 6 and not set(before) & set(up.children()))
    eventually(lambda: not programs & up.programs())
    eventually(up.ready)


def test_with_a_bounce_domain_the_mail_server_is_listened_to(scratch: Path) -> None:
    port = free_port()
    domain = {"BROLLY_BOUNCE_DOMAIN": "bounces.example.org", "BROLLY_BOUNCE_PORT": str(port)}
    with running(a_folder(scratch), **domain) as up:
        assert len(up.children()) == 7
        eventually(lambda: _is_listening(port))
        with SMTP("127.0.0.1", port, timeout=5) as mail_server:
            taken = mail_server.sendmail("<>", "bounce+x.y@bounces.example.org", "no bounce at all")
        assert taken == {}


def test_a_second_start_says_so_and_leaves_the_first_alone(up: Up) -> None:
    second = _run(up.folder, "up", "--port", str(free_port()))
    assert second.returncode == 3
    assert "already running" in second.stderr
    assert str(up.process.pid) in second.stderr
    assert up.ready()


def test_ctrl_c_stops_all_of_it(up: Up) -> None:
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not up.programs()


def test_nothing_is_left_behind_when_the_supervisor_is_killed(up: Up) -> None:
    eventually(lambda: len(up.programs()) > len(up.children()))
    up.process.kill()
    up.process.wait(timeout=PATIENCE_SECONDS)
    eventually(lambda: not up.programs())


def test_the_commands_find_what_is_running(up: Up) -> None:
    doctor = _run(up.folder, "doctor")
    wrong = {line.split(":")[0] for line in doctor.stdout.splitlines() if line.startswith("wrong")}
    assert wrong == {"wrong  text messages", "wrong  mail"}  # this instance was given neither
    stats = _run(up.folder, "register", "stats", "--json")
    assert json.loads(stats.stdout)["trouble"] == ""
    found = _run(up.folder, "check", "07700 900123")
    assert found.returncode == 0
    assert "No warning found. That does not mean safe." in found.stdout


def test_a_taken_port_is_named(scratch: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = _run(scratch / "taken", "up", "--port", str(port))
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr


def test_an_upgrade_says_whether_anything_changed(scratch: Path) -> None:
    folder = scratch / "upgraded-twice"
    first, second = (_run(folder, "db", "upgrade").stdout for _ in range(2))
    assert first.startswith("The database is at version ")
    assert second.startswith("The database is already at version ")
    assert "from" not in first + second


def test_a_database_in_use_is_never_given_new_keys(scratch: Path) -> None:
    folder = scratch / "lost-keys"
    assert _run(folder, "keys", "create").returncode == 0
    assert _run(folder, "db", "upgrade").returncode == 0
    (folder / "keys" / "report.key").unlink()
    refused = _run(folder, "up", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "report.key" in refused.stderr
    assert not (folder / "keys" / "report.key").exists()


def test_a_database_from_before_watches_gets_their_key(scratch: Path) -> None:
    folder = scratch / "older"
    assert _run(folder, "keys", "create").returncode == 0
    settings = Settings(data_dir=folder)
    key = settings.key_file("watch")
    key.unlink()
    upgrade(settings.database, "0004")
    prepare_keys(settings)
    key.unlink()
    upgrade(settings.database)
    with pytest.raises(click.ClickException, match=r"watch\.key"):
        prepare_keys(settings)


def test_a_mistyped_key_file_is_named_and_not_made(scratch: Path) -> None:
    mistyped = scratch / "mistyped" / "session.key"
    setting = "BROLLY_SESSION_KEY_FILE"
    refused = _run(scratch / "named", "up", "--port", str(free_port()), **{setting: str(mistyped)})
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Error: {setting}: there is no ")
    assert not mistyped.parent.exists()


def test_without_a_register_a_check_says_that_it_cannot(scratch: Path) -> None:
    folder = scratch / "no-register"
    _run(folder, "keys", "create")
    _run(folder, "db", "upgrade")
    found = _run(folder, "check", "07700 900123")
    assert found.returncode == 2  # 1 says that there is a warning
    assert "cannot check now" in found.stderr
    assert "No warning" not in found.stdout
    assert "900123" not in found.stderr


def test_a_redis_that_is_not_there_stops_the_start_by_name(scratch: Path) -> None:
    away = f"unix://{scratch / 'nobody.sock'}"
    for setting in ("BROLLY_REDIS_URL", "BROLLY_REGISTER_URL"):
        refused = _run(scratch / "away", "up", "--port", str(free_port()), **{setting: away})
        assert refused.returncode == 1
        assert f"{setting}: Redis cannot be reached" in refused.stderr


def test_a_data_folder_that_cannot_be_made_is_named(scratch: Path) -> None:
    taken = scratch / "a-file"
    taken.touch()
    for words in (["up", "--port", str(free_port())], ["keys", "create"]):
        refused = _run(taken, *words)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Error: BROLLY_DATA_DIR: ")


def test_the_web_alone_says_which_key_file_is_missing(scratch: Path) -> None:
    refused = _run(scratch / "no-keys", "web", "--port", str(free_port()))
    assert refused.returncode == 1
    assert refused.stderr.startswith("brolly: key file member.key is missing")


def test_what_is_made_is_its_owners_alone_in_a_folder_open_to_all(scratch: Path) -> None:
    folder = scratch / "open"
    folder.mkdir()
    folder.chmod(0o755)
    _run(folder, "keys", "create")
    _run(folder, "db", "upgrade")
    for each in folder.iterdir():
        assert not each.stat().st_mode & 0o077, each.name
    assert "chmod 700" in _run(folder, "doctor").stdout
