"""Segments of a text message, as the network counts them (GSM 03.38, UCS-2, 3GPP TS 23.040).

Written apart from the sender's own count, so that each can be held against the other.
"""

from collections.abc import Sequence

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
GSM = BASIC | EXTENDED
SEPTETS = (160, 153)
UCS2_UNITS = (70, 67)
BEYOND_BMP = 0x10000


def count_segments(body: str) -> int:
    """Return how many segments carry the body; an escape or surrogate pair is never split."""
    if GSM.issuperset(body):
        return _fill([2 if character in EXTENDED else 1 for character in body], *SEPTETS)
    return _fill([2 if ord(character) >= BEYOND_BMP else 1 for character in body], *UCS2_UNITS)


def _fill(sizes: Sequence[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    segments, used = 1, 0
    for size in sizes:
        if used + size > joined:
            segments, used = segments + 1, 0
        used += size
    return segments
