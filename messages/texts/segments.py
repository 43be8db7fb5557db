"""Segments of a text message: 3GPP TS 23.038 (GSM 03.38) with its extension table, or UCS-2.

A message of one segment holds 160 septets or 70 UTF-16 code units. A longer one gives up 7 or 3
of each segment to the header that joins the parts, and neither an escaped character nor a
surrogate pair is ever split between two parts.
"""

from collections.abc import Iterable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a second septet each
ONE_GSM, EACH_GSM = 160, 153
ONE_UCS2, EACH_UCS2 = 70, 67
LAST_SINGLE_UNIT = 0xFFFF


def is_gsm(body: str) -> bool:
    """Whether a text fits the GSM alphabet, so that it is sent in septets."""
    return set(body) <= BASIC | EXTENDED


def segments(body: str) -> int:
    """Return how many segments a text is sent and paid as; an empty one counts as one."""
    if is_gsm(body):
        return _parts((2 if each in EXTENDED else 1 for each in body), ONE_GSM, EACH_GSM)
    return _parts((2 if ord(each) > LAST_SINGLE_UNIT else 1 for each in body), ONE_UCS2, EACH_UCS2)


def _parts(sizes: Iterable[int], one: int, each: int) -> int:
    """Fill parts in order, as a phone does: what does not fit whole starts the next part."""
    whole = list(sizes)
    if sum(whole) <= one:
        return 1
    parts, room = 1, each
    for size in whole:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts
