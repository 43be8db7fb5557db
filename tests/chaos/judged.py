"""What the tests of the judges are about: people, alerts and messages that are nobody's."""

from datetime import UTC, datetime, timedelta

from chaos.arrivals import Arrived, Doubtful
from chaos.campaign import Outcome
from chaos.digests import DigestCourt
from chaos.judging import Court, Evidence, Tally
from chaos.oracle import Book, Correction, Key, Kind

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
FIRST, SECOND = (Key("W-1", "sms", to) for to in ("first", "second"))
BY_MAIL = Key("W-1", "email", "third")
FIRSTS_MAIL = Key("W-1", "email", "first's mail")
EVERYBODY = (FIRST, SECOND, BY_MAIL)
OUT_OF_REACH = 30003


def arrived(
    key: Key, *, error: int | None = None, delivery: str = "", at: datetime = NOON, count: int = 0
) -> Arrived:
    return Arrived(
        key=key,
        at=at,
        delivery=delivery or f"delivery-{key.to}",
        error=error,
        count=min(count, 20),
        or_more=count > 20,
    )


def a_book(*, severity: str = "danger", corrected: Correction | None = None) -> Book:
    return Book(
        expected={"1": frozenset(EVERYBODY)},
        severities={"W-1": severity},
        corrections={"2": corrected} if corrected else {},
        instead={FIRST.to: FIRSTS_MAIL.to},
    )


def a_correction(*may: Key) -> Correction:
    return Correction(
        reference="W-1",
        published_at=NOON + timedelta(seconds=10),
        read_at=NOON + timedelta(seconds=11),
        may=frozenset(correction_to(key) for key in may),
    )


def correction_to(key: Key) -> Key:
    return Key(key.reference, key.channel, key.to, Kind.CORRECTION)


def digest_to(channel: str, to: str) -> Key:
    return Key("", channel, to, Kind.DIGEST)


def outcome_of(
    *messages: Arrived, book: Book | None = None, doubtful: tuple[Doubtful, ...] = ()
) -> Outcome:
    evidence = Evidence(book=book or a_book(), arrived=messages, doubtful=doubtful)
    tallies = [*Court(evidence).judge(), *DigestCourt(evidence).judge()]
    return Outcome(tallies=tallies, drained=True)


def tally(outcome: Outcome, what: str, channel: str) -> Tally:
    (found,) = (each for each in outcome.tallies if (each.what, each.channel) == (what, channel))
    return found
