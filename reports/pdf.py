"""A sheet of plain HTML as a PDF: headings, paragraphs, lists; nothing is fetched.

The fonts are DejaVu Sans (see NOTICE): Latin, Greek, Cyrillic and more, each letter by itself. What
they do not have, or would set wrongly, is refused: a browser prints it from the page.
"""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fpdf import FPDF, FontFace, TextStyle
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Sheet"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
MARGIN, FOOT = 16, 14  # mm
STYLES = {
    "h1": TextStyle(FAMILY, "B", 18, b_margin=2),
    "h2": TextStyle(FAMILY, "B", 12, t_margin=5, b_margin=1),
    "b": FontFace(FAMILY, "BOLD"),
}
BY_ITSELF = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS", "B", "S", "BN", "AN", "NSM"})


class CannotPrint(Exception):
    """The fonts lack a letter of the text, or it runs from right to left."""


class Sheet(FPDF):
    """A4 with a line at the foot of each page."""

    def __init__(self, foot: str) -> None:
        """Begin without a title or an author: a file's properties are seen by whoever finds it."""
        super().__init__(format="A4")
        self._foot = foot
        for style, file in FACES.items():
            self.add_font(FAMILY, style, FONTS / file)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + FOOT)
        self.set_font(FAMILY, size=10)
        self.add_page()

    def footer(self) -> None:
        """Write the line and the page's number."""
        self.set_y(-MARGIN)
        self.set_font(FAMILY, size=8)
        self.cell(0, 5, f"{self._foot}  ·  {self.page_no()}/{{nb}}", align="C")


def as_pdf(html: str, *, words: str, foot: str) -> bytes:
    """Return a sheet as a PDF; `words` is its text. Raises CannotPrint."""
    sheet = Sheet(foot)
    fonts = [font for font in sheet.fonts.values() if isinstance(font, TTFFont)]
    try:
        _check(fonts, words + foot)
        sheet.write_html(html, font_family=FAMILY, tag_styles=STYLES, li_prefix_color=(0, 0, 0))
        return bytes(sheet.output())
    finally:
        for font in fonts:
            font.ttfont.close()  # fpdf2 leaves their files open


def _check(fonts: Iterable[TTFFont], words: str) -> None:
    known = set[int].intersection(*({*font.cmap} for font in fonts))
    for letter in set(words) - {"\n", "\r", "\t"}:
        if ord(letter) not in known or unicodedata.bidirectional(letter) not in BY_ITSELF:
            raise CannotPrint
