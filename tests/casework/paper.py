"""Reads the text of a PDF that fpdf2 set: each glyph by the table that its font brings along."""

import re
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
FONT = re.compile(rb"/F(\d+) (\d+) 0 R")
PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,})>")
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return all text of a PDF without its spaces: lines are broken where they happened to end."""
    tables = {int(name): _table(pdf, int(number)) for name, number in FONT.findall(pdf)}
    shown = []
    for page in filter(lambda stream: b" Tj" in stream, map(_unpacked, STREAM.findall(pdf))):
        font = 0
        for name, glyphs in SHOWN.findall(page):
            if name:
                font = int(name)
            else:
                shown.append(_letters(glyphs, tables[font]))
    return without_spaces("".join(shown))


def without_spaces(text: str) -> str:
    """Return a text as `text_of` does."""
    return "".join(text.split())


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def _table(pdf: bytes, number: int) -> dict[int, str]:
    font = pdf.partition(b"\n%d 0 obj" % number)[2]
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert found
    table = pdf.partition(b"\n%d 0 obj" % int(found[1]))[2].partition(b"endstream")[0]
    return {
        int(glyph, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for glyph, letter in PAIR.findall(table)
    }


def _letters(glyphs: bytes, table: dict[int, str]) -> str:
    octets = ESCAPED.sub(lambda found: CONTROLS.get(found[1], found[1]), glyphs)
    return "".join(
        table[int.from_bytes(octets[start : start + 2])] for start in range(0, len(octets), 2)
    )
