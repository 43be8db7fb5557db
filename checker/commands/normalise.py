"""`brolly normalise`: one entry a line in, one JSON object a line out, in constant memory."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, Protocol

import click
from phonenumbers import SUPPORTED_REGIONS

from checker.identifiers import read
from checker.identifiers.reading import LONGEST_ENTRY
from checker.identifiers.refusals import Refusal, refused
from checker.model import Identifier, NotAnIdentifier

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Octets: UTF-8 takes at most four a character; then CR LF, and a mark at the start of the file.
LONGEST_LINE = 4 * LONGEST_ENTRY + len(b"\r\n") + len(BYTE_ORDER_MARK)
# JSON leaves these as they are, and many programs end a line there.
LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}

Row = dict[str, object]


class Bar(Protocol):
    """What is told how many octets have been read."""

    def advance(self, octets: int) -> None:
        """Move on."""


class NoBar:
    """Shows nothing."""

    def advance(self, octets: int) -> None:
        """Do nothing."""


@click.command()
@click.option(
    "--region",
    default="GB",
    envvar="BROLLY_HOME_REGION",
    show_default=True,
    help="The country in which numbers without a country code are read.",
)
@click.argument("file", type=click.File("rb"), default="-")
def normalise(region: str, file: BinaryIO) -> None:
    """Read numbers, addresses, usernames and plates, one entry a line of FILE (- is stdin).

    Prints a JSON object for each: identifiers, candidates where a person must choose, or an error.
    """
    region = region.upper()
    if region not in SUPPORTED_REGIONS:
        message = "no such country; write two letters, such as GB"
        raise click.BadParameter(message, param_hint="--region")
    out = sys.stdout.buffer
    someone_waits = out.isatty() or file.isatty()
    try:
        with _bar(file) as bar:
            for row in rows(file, region=region, bar=bar):
                out.write(_as_line(row))
                if someone_waits:
                    out.flush()
        out.flush()
    except BrokenPipeError:
        # Whoever read us has enough; nothing is left to flush when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def rows(file: BinaryIO, *, region: str, bar: Bar) -> Iterator[Row]:
    """Return what each line holds; a line that is too long or not UTF-8 is an error of its own."""
    first = True
    while line := file.readline(LONGEST_LINE):
        bar.advance(len(line))
        entry = line.removesuffix(b"\n").removesuffix(b"\r")
        entry = entry.removeprefix(BYTE_ORDER_MARK) if first else entry
        first = False
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            _skip_line(file, bar)
            yield _error(entry, Refusal.TOO_LONG)
        else:
            yield _row(entry, region)


def _row(entry: bytes, region: str) -> Row:
    try:
        text = entry.decode()
        reading = read(text, region=region)
    except UnicodeDecodeError:
        return _error(entry, Refusal.UNDECODABLE)
    except NotAnIdentifier as error:
        return {"input": text[:LONGEST_ENTRY], "error": error.code, "message": error.message}
    row: Row = {"input": text, "identifiers": _as_json(reading.identifiers)}
    if reading.ambiguous:
        row |= {"ambiguous": True, "candidates": _as_json(reading.candidates)}
    return row


def _error(entry: bytes, code: Refusal) -> Row:
    """Return the row of a line that could not be read as text, with what can be shown of it."""
    shown = entry.decode(errors="replace")[:LONGEST_ENTRY]
    return {"input": shown, "error": code, "message": refused(code).message}


def _as_json(identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "value": each.value} for each in identifiers]


def _as_line(row: Row) -> bytes:
    text = json.dumps(row, ensure_ascii=False)
    return (text if text.isascii() else text.translate(LINE_ENDS)).encode() + b"\n"


def _skip_line(file: BinaryIO, bar: Bar) -> None:
    while line := file.readline(LONGEST_LINE):
        bar.advance(len(line))
        if line.endswith(b"\n"):
            return


def _bar(file: BinaryIO) -> AbstractContextManager[Bar]:
    """Show progress on a terminal where the rows go elsewhere and nobody types them in."""
    if not sys.stderr.isatty() or sys.stdout.isatty() or file.isatty():
        return nullcontext(NoBar())
    from checker.commands.progress import ProgressBar  # noqa: PLC0415 - rich takes longer to load

    status = os.fstat(file.fileno())
    return ProgressBar(status.st_size if stat.S_ISREG(status.st_mode) else None)
