"""Characters: from whatever was pasted to plain digits, letters and a few signs."""

import re
from unicodedata import category, decimal, normalize

from checker.identifiers.refusals import Refusal, refused

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Default_Ignorable_Code_Point of Unicode beyond category Cf, and the keycap U+20E3.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u20e3\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
COMMAS = "\u3001\u060c\u061b\u3002"  # 、 ، ؛ 。: what other scripts put between two entries
CURRENCY = "£€"
# Digits in a black circle: no decimal digits for Unicode, but people advertise with them.
CIRCLED = {chr(0x24FF): "0"} | {
    chr(first + step): str(1 + step) for first in (0x2776, 0x278A) for step in range(9)
}
ZEROS = "oO\u041e\u043e\u039f\u03bf"  # Latin, Cyrillic and Greek o
ONES = "lI\u0406\u0456\u04c0\u0399"  # Latin l and I, Cyrillic and Greek I
AS_DIGITS = str.maketrans(dict.fromkeys(ZEROS, "0") | dict.fromkeys(ONES, "1"))
WORD_EDGE, WORD_END = r"(?<![^\W_])", r"(?![^\W_])"
MIXED = re.compile(
    rf"{WORD_EDGE}(?:[{ZEROS}{ONES}]+\d|\d+[{ZEROS}{ONES}])[\d{ZEROS}{ONES}]*{WORD_END}"
)
ONLY_ZEROS = re.compile(rf"{WORD_EDGE}[{ZEROS}]+{WORD_END}")


def cleaned(text: str) -> str:
    """Return text without invisible marks, in NFKC, its lines ended by a line feed."""
    text = LINE_ENDS.sub("\n", text)
    if CONTROL.search(text):
        raise refused(Refusal.CONTROL_CHARACTERS)
    if text.isascii():
        return text
    return normalize("NFKC", "".join(sign for sign in text if sign.isascii() or _is_visible(sign)))


def for_phones(text: str) -> str:
    """Return cleaned text with every digit in ASCII and every other sign as ASCII or a space."""
    return text if text.isascii() else "".join(map(_plain, text))


def in_place(text: str) -> str:
    """Do the same sign for sign: marks, which a number leaves out, stay as they are."""
    return text if text.isascii() else "".join(_plain(sign) or sign for sign in text)


def with_letters_as_digits(text: str) -> str:
    """Read O for zero, l and I for one, in words that are otherwise digits."""
    return MIXED.sub(_as_digits, text)


def with_words_of_zeros(text: str) -> str:
    """Read whole words of the letter O as zeros too."""
    return ONLY_ZEROS.sub(_as_digits, text)


def letters_of(text: str) -> str:
    """Return only the letters, small and without accents, to compare phrases by."""
    spread = normalize("NFKD", text.lower())
    return "".join(sign for sign in spread if sign.isalpha())


def _is_visible(sign: str) -> bool:
    return category(sign) != "Cf" and not INVISIBLE.match(sign)


def _plain(sign: str) -> str:
    if sign.isascii() or sign in CURRENCY or sign.isalpha():
        return sign
    value = decimal(sign, None)
    if value is not None:
        return str(value)
    return CIRCLED.get(sign) or ("," if sign in COMMAS else _by_category(sign))


def _by_category(sign: str) -> str:
    return "" if category(sign).startswith("M") else " "


def _as_digits(word: re.Match[str]) -> str:
    return word.group().translate(AS_DIGITS)
