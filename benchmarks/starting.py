"""Start of the whole demo after set-up: seconds until ready, and idle memory of everything."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.instance import free_port
from benchmarks.tables import Row

SETTLE_SECONDS = 5.0
PATIENCE_SECONDS = 60.0
MOST_SECONDS = 5.0
MOST_MEGABYTES = 400.0


def measure() -> list[Row]:
    """Return the rows: the first start, which also loads the demo data, and the second."""
    with tempfile.TemporaryDirectory(prefix="brolly-bench-") as folder:
        return [_start(name, Path(folder)) for name in ("first start", "second start")]


def _start(name: str, folder: Path) -> Row:
    environment = {**os.environ, "BROLLY_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "cli", "up", "--demo", "--port", str(free_port())]
    began = time.perf_counter()
    running = subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout  # noqa: S101 - as opened
    for line in running.stdout:
        if line.startswith("Ready"):
            break
    seconds = time.perf_counter() - began
    time.sleep(SETTLE_SECONDS)
    processes = _tree(running.pid)
    shared, resident = (
        sum(_megabytes(pid, field) for pid in processes) for field in ("Pss:", "Rss:")
    )
    running.send_signal(signal.SIGTERM)
    running.wait(timeout=PATIENCE_SECONDS)
    return {
        "what": name,
        "seconds to ready": seconds,
        f"of {MOST_SECONDS:.0f} s": seconds / MOST_SECONDS,
        "processes": len(processes),
        "MB in all (PSS)": shared,
        f"of {MOST_MEGABYTES:.0f} MB": shared / MOST_MEGABYTES,
        "MB, shared pages counted each time (RSS)": resident,
    }


def _tree(root: int) -> list[int]:
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _megabytes(pid: int, field: str) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024
