"""Programs, the clock and the disk of the chaos harness."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from chaos.disk import Disk, a_disk
from chaos.programs import Program

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def a_program(folder: Path) -> Program:
    return Program(
        name="family",
        command=[sys.executable, "-c", PARENT],
        environment=os.environ,
        log=folder / "log",
    )


def eventually(found: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not found() and time.monotonic() < deadline:
        time.sleep(0.02)
    return found()


def state(pid: int) -> str:
    """Return one letter for the state of a process, or nothing if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def the_child(program: Program) -> int:
    assert eventually(lambda: program.log.read_text(encoding="utf-8").strip() != "")
    return int(program.log.read_text(encoding="utf-8").split()[-1])


def test_killing_a_program_kills_all_below_it(tmp_path: Path) -> None:
    program = a_program(tmp_path)
    program.start()
    child = the_child(program)
    program.kill()
    assert not program.alive
    assert eventually(lambda: state(child) in {"", "Z"})


def test_a_program_stops_where_it_is_and_goes_on(tmp_path: Path) -> None:
    program = a_program(tmp_path)
    program.start()
    child = the_child(program)
    assert child in program.halt()
    assert eventually(lambda: state(child) == "T")
    program.resume()
    assert eventually(lambda: state(child) == "S")
    program.kill()


def test_a_program_starts_again_and_stops_when_asked(tmp_path: Path) -> None:
    program = a_program(tmp_path)
    program.start()
    program.kill()
    program.start()
    assert program.alive
    program.stop()
    assert not program.alive


def test_a_small_disk_is_full_until_it_is_freed(tmp_path: Path) -> None:
    with a_disk(tmp_path / "disk", megabytes=4) as disk:
        disk.fill()
        assert _can_write(disk) is not disk.small
        disk.free()
        assert _can_write(disk)


def _can_write(disk: Disk) -> bool:
    try:
        (disk.folder / "file").write_bytes(bytes(100_000))
    except OSError:
        return False
    return True
