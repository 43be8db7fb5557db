"""`brolly normalise`: any stream of lines in, a JSON object for each out, in constant memory."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.commands.normalise import LONGEST_LINE, normalise
from checker.identifiers.refusals import MESSAGES, Refusal

MOBILE = {"kind": "phone", "value": "+447700900123"}
COMMAND = [
    sys.executable,
    "-c",
    "from checker.commands.normalise import normalise; normalise()",
]
MEBIBYTE = 1 << 20


def _run(stdin: bytes, *arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(normalise, arguments, input=stdin)


def _rows(stdin: bytes, *arguments: str, **environment: str) -> list[dict[str, object]]:
    result = _run(stdin, *arguments, **environment)
    assert result.exit_code == 0
    assert result.stdout_bytes.count(b"\n") == len(result.stdout_bytes.splitlines())
    return [json.loads(line) for line in result.stdout_bytes.split(b"\n")[:-1]]


def test_each_line_becomes_one_object() -> None:
    lines = "O7700 900 123\njoe@Example.org\r\nJohn\n\n07700900123, 07700900124"

    rows = _rows(lines.encode())

    assert rows == [
        {"input": "O7700 900 123", "identifiers": [MOBILE]},
        {
            "input": "joe@Example.org",
            "identifiers": [{"kind": "email", "value": "joe@example.org"}],
        },
        {"input": "John", "error": "name", "message": MESSAGES[Refusal.NAME]},
        {"input": "", "error": "empty", "message": MESSAGES[Refusal.EMPTY]},
        {
            "input": "07700900123, 07700900124",
            "identifiers": [MOBILE, {"kind": "phone", "value": "+447700900124"}],
        },
    ]


def test_an_ambiguous_line_has_its_candidates() -> None:
    (row,) = _rows(b"07700 900123, 6581234567\n")

    assert row == {
        "input": "07700 900123, 6581234567",
        "identifiers": [MOBILE],
        "ambiguous": True,
        "candidates": [
            {"kind": "phone", "value": "+446581234567"},
            {"kind": "phone", "value": "+6581234567"},
        ],
    }


def test_the_region_is_an_option_or_the_setting() -> None:
    american = {"kind": "phone", "value": "+12135550123"}

    for rows in (
        _rows(b"213 555 0123", "--region", "us"),
        _rows(b"213 555 0123", BROLLY_HOME_REGION="US"),
    ):
        assert rows[0]["identifiers"] == [american]


def test_a_region_that_does_not_exist_is_refused() -> None:
    result = _run(b"", "--region", "UK")

    assert result.exit_code == 2
    assert "no such country" in result.stderr


def test_a_file_is_read_like_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "entries"
    file.write_bytes(b"\xef\xbb\xbf07700 900123\n")

    assert _rows(b"", str(file)) == _rows(b"07700 900123\n", "-")


def test_what_is_not_ascii_is_written_as_it_is() -> None:
    result = _run("joe@bücher.example".encode())

    assert "bücher" in result.stdout_bytes.decode()


def test_no_sign_of_the_input_ends_a_line_of_the_output() -> None:
    entry = "07700 900123\u2028\x85\u2029\x0b\x0c"

    result = _run(entry.encode())

    assert len(result.stdout.splitlines()) == 1
    assert json.loads(result.stdout)["input"] == entry


def test_a_line_that_is_not_utf8_is_an_error_of_its_own() -> None:
    rows = _rows(b"07700\xff 900123\n\x00\n07700 900123\n")

    assert [row.get("error") for row in rows] == ["undecodable", "control_characters", None]
    assert rows[0]["input"] == "07700\ufffd 900123"


@pytest.mark.parametrize("length", [1001, LONGEST_LINE - 1, LONGEST_LINE, 10 * LONGEST_LINE])
def test_a_long_line_is_an_error_of_its_own(length: int) -> None:
    rows = _rows(b"7" * length + b"\n07700 900123\n" + b"7" * length)

    assert [row.get("error") for row in rows] == ["too_long", None, "too_long"]
    assert rows[0]["input"] == "7" * 1000


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_thousand_signs_of_four_octets_are_not_too_long(end: bytes) -> None:
    (row,) = _rows(b"\xef\xbb\xbf" + "\U0001f600".encode() * 1000 + end)

    assert row["error"] == "no_identifier"


def test_a_closed_pipe_ends_it_quietly() -> None:
    with subprocess.Popen(  # noqa: S603 - our own code
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        child.stdin.write(b"07700 900123\n" * 1000)
        child.stdin.close()

        assert child.stderr.read() == b""
    assert child.returncode == 0


def test_a_giant_line_takes_no_more_memory_than_a_short_one() -> None:
    def most_memory(lines: int, line: bytes) -> int:
        script = (
            "import resource, sys;"
            "from checker.commands.normalise import normalise;"
            "normalise(standalone_mode=False);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        with subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as child:
            assert child.stdin
            assert child.stderr
            for _ in range(lines):
                child.stdin.write(line)
            child.stdin.close()
            return int(child.stderr.read()) * 1024

    short = most_memory(1, b"07700 900123\n")

    assert most_memory(64, b"7" * MEBIBYTE) < short + 16 * MEBIBYTE
    assert most_memory(20, b"07700 900123\n" * 1000) < short + 16 * MEBIBYTE


def _on_a_terminal(*arguments: str, stdout: int | None) -> bytes:
    """Return what is shown on a terminal that standard error, and perhaps output, goes to."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own code
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"},
    ) as child:
        os.close(theirs)
        shown = b""
        try:
            while octets := os.read(ours, 4096):
                shown += octets
        except OSError:  # Linux: nobody holds the other end any more
            pass
    os.close(ours)
    assert child.returncode == 0
    return shown


def test_a_terminal_shows_progress_beside_redirected_rows(tmp_path: Path) -> None:
    file = tmp_path / "entries"
    file.write_bytes(b"07700 900123\n" * 6000)

    assert b"Reading" in _on_a_terminal(str(file), stdout=subprocess.DEVNULL)
    assert b"Reading" not in _on_a_terminal(str(file), stdout=None)


def test_it_loads_neither_the_web_nor_the_database() -> None:
    script = (
        "import sys, checker.commands.normalise;"
        "print(*{'flask', 'sqlalchemy', 'redis', 'rq', 'rich', 'pydantic'} & {*sys.modules})"
    )

    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own code

    assert loaded.stdout.strip() == b""
