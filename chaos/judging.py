"""Judging: what was lost, came twice, or came to somebody who should not get it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from chaos.arrivals import FILTERED, Arrived, Doubtful
from chaos.oracle import Book, Correction, Key, Kind
from messages.model import Channel

MOST_TRIES = 2  # at a phone out of reach


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the messages of one kind by one channel.

    `marked` are those duplicates whose delivery says that it was sent once more. Not lost are who
    was mailed `instead` of a text that did not arrive, who has no mail and a phone out of reach or
    filtered (`untold`), and a mail of which its delivery says that nobody knows (`unknown`).
    """

    what: str
    channel: Channel
    expected: int = 0
    arrived: int = 0
    lost: int = 0
    duplicate: int = 0
    marked: int = 0
    unexpected: int = 0
    instead: int = 0
    untold: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All there is to judge by."""

    book: Book
    arrived: Collection[Arrived]
    doubtful: Collection[Doubtful] = ()


@dataclass(slots=True)
class Court:
    """Judges alerts and corrections, key by key."""

    evidence: Evidence
    told: Counter[Key] = field(default_factory=Counter)
    tried: Counter[Key] = field(default_factory=Counter)
    filtered: set[tuple[str, Kind]] = field(default_factory=set)
    deliveries: dict[Key, set[str | None]] = field(default_factory=dict)
    unknown: set[Key] = field(default_factory=set)
    resent: set[str | None] = field(default_factory=set)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the evidence."""
        for each in self.evidence.arrived:
            (self.tried if each.error else self.told)[each.key] += 1
            self.deliveries.setdefault(each.key, set()).add(each.delivery)
            if each.error == FILTERED:
                self.filtered.add((each.key.reference, each.key.kind))
        self.unknown = {each.key for each in self.evidence.doubtful if each.unknown}
        self.resent = {each.id for each in self.evidence.doubtful if each.resent}

    def judge(self) -> list[Tally]:
        """Return the tallies of danger, risk and corrections by each channel."""
        must, may = who_should(self.evidence)
        for key in must:
            self._expect(key)
        for key in self.told.keys() | self.tried.keys():
            if key.kind is not Kind.DIGEST:
                self._receive(key, welcome=key in must or key in may, original_of=must | may)
        return [self.tallies[each] for each in sorted(self.tallies)]

    def _tally(self, key: Key) -> Tally:
        severity = self.evidence.book.severities.get(key.reference, "other")
        what = severity if key.kind is Kind.ALERT else str(key.kind)
        return self.tallies.setdefault(
            (what, key.channel), Tally(what=what, channel=Channel(key.channel))
        )

    def _expect(self, key: Key) -> None:
        tally = self._tally(key)
        tally.expected += 1
        if self.told[key]:
            return
        if key.channel == Channel.EMAIL:
            admitted = key in self.unknown
            tally.unknown += admitted
            tally.lost += not admitted
            return
        mail = self._mail(key)
        if mail is not None:
            admitted = mail in self.unknown
            tally.instead += bool(self.told[mail])
            tally.unknown += not self.told[mail] and admitted
            tally.lost += not self.told[mail] and not admitted
        elif self._excused(key):
            tally.untold += 1
        else:
            tally.lost += 1

    def _excused(self, key: Key) -> bool:
        """Whether all was done that the rules have for a phone whose owner has no mail."""
        return (key.reference, key.kind) in self.filtered or self.tried[key] == MOST_TRIES

    def _mail(self, key: Key) -> Key | None:
        to = self.evidence.book.instead.get(key.to)
        return Key(key.reference, Channel.EMAIL, to, key.kind) if to else None

    def _receive(self, key: Key, *, welcome: bool, original_of: Collection[Key]) -> None:
        tally, told = self._tally(key), self.told[key]
        tally.arrived += told
        again = max(0, told - 1) + max(0, self.tried[key] - MOST_TRIES)
        tally.duplicate += again
        if self.deliveries[key] <= self.resent:
            tally.marked += again
        tally.unexpected += not welcome and not self._is_instead(key, original_of)

    def _is_instead(self, mail: Key, keys: Collection[Key]) -> bool:
        """Whether a mail that nobody asked for stands for a text that did not arrive."""
        if mail.channel != Channel.EMAIL:
            return False
        texts = (
            Key(mail.reference, Channel.SMS, phone, mail.kind)
            for phone, to in self.evidence.book.instead.items()
            if to == mail.to
        )
        return any(each in keys and not self.told[each] for each in texts)


def who_should(evidence: Evidence) -> tuple[set[Key], set[Key]]:
    """Return what must arrive, and what may besides."""
    book = evidence.book
    must = {key for keys in book.expected.values() for key in keys}
    may: set[Key] = set()
    originals: dict[str, list[Arrived]] = {}
    for each in evidence.arrived:
        if each.key.kind is Kind.ALERT:
            originals.setdefault(each.key.reference, []).append(each)
    for correction in book.corrections.values():
        had = originals.get(correction.reference, [])
        must |= set(_corrected(each for each in had if _had_it(each, correction)))
        may |= correction.may
        may |= set(_corrected(each for each in had if each.at < correction.read_at))
    return must, may


def _had_it(original: Arrived, correction: Correction) -> bool:
    return original.at < correction.published_at and not original.error


def _corrected(originals: Iterable[Arrived]) -> Iterable[Key]:
    for each in originals:
        yield Key(each.key.reference, each.key.channel, each.key.to, Kind.CORRECTION)
