"""How entries lie in Redis: buckets by the top bits of the tag, each of one size, shuffled."""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from checker.derivation import TAG_OCTETS
from checker.payload import ENTRY_OCTETS

FULL = 110  # entries a bucket on average, above which there are twice as many buckets
LEAST = 64  # entries a bucket that the pad provides for, however small the register is
TAG_BITS = 8 * TAG_OCTETS
ONE_TAG = f"{TAG_OCTETS}s{ENTRY_OCTETS - TAG_OCTETS}x"


class BucketOverflow(Exception):
    """A bucket has more entries than the pad holds: the register needs another layout."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many buckets there are (2 ** bits) and how many entries each is padded to."""

    bits: int
    pad: int

    @classmethod
    def of(cls, entries: int) -> "Layout":
        """Return the layout for a number of entries.

        Tags are uniform, so a bucket's count is Poisson: the pad leaves a quarter to grow and
        five standard deviations, which one bucket in ten million exceeds even when grown.
        """
        bits = 0
        while entries > FULL << bits:
            bits += 1
        average = max(entries / (1 << bits), LEAST)
        return cls(bits, ceil(1.25 * average + 5 * sqrt(average)))

    @property
    def buckets(self) -> int:
        """Return the number of buckets."""
        return 1 << self.bits

    @property
    def octets(self) -> int:
        """Return the size of each bucket."""
        return self.pad * ENTRY_OCTETS

    def number(self, tag: bytes) -> int:
        """Return the bucket of a tag: its top bits as an integer."""
        return int.from_bytes(tag, "big") >> (TAG_BITS - self.bits)

    def roomier(self) -> "Layout":
        """Return a layout for the unlikely bucket that has more entries than the pad."""
        return Layout(self.bits, 2 * self.pad)

    def span(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Return the lowest and the highest tag of a run of buckets, both included."""
        shift = TAG_BITS - self.bits
        low, high = first << shift, ((last + 1) << shift) - 1
        return low.to_bytes(TAG_OCTETS, "big"), high.to_bytes(TAG_OCTETS, "big")

    def pack(self, number: int, entries: Sequence[bytes]) -> bytes:
        """Return a bucket: its entries and random filler, shuffled; raises BucketOverflow."""
        if len(entries) > self.pad:
            message = f"{len(entries)} entries in a bucket for {self.pad}"
            raise BucketOverflow(message)
        filler = [self._filler(number) for _ in range(self.pad - len(entries))]
        return b"".join(sorted([*entries, *filler], key=lambda _: os.urandom(8)))

    def _filler(self, number: int) -> bytes:
        """Return random octets whose tag belongs here: another would show that it is filler."""
        random_bits = int.from_bytes(os.urandom(TAG_OCTETS), "big") >> self.bits
        tag = (number << (TAG_BITS - self.bits)) | random_bits
        return tag.to_bytes(TAG_OCTETS, "big") + os.urandom(ENTRY_OCTETS - TAG_OCTETS)


def find(bucket: bytes, tag: bytes) -> bytes | None:
    """Return the entry of a tag, or None; always reads every tag, so a hit takes as long."""
    tags = struct.unpack(ONE_TAG * (len(bucket) // ENTRY_OCTETS), bucket)
    if tag not in tags:
        return None
    at = tags.index(tag) * ENTRY_OCTETS
    return bucket[at : at + ENTRY_OCTETS]
