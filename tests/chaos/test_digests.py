"""The judge of digests: each routine warning in one of them."""

import pytest

from chaos.arrivals import FILTERED, Arrived, Doubtful, count_in, kind_of, reference_in
from chaos.oracle import Book, Kind
from tests.chaos.judged import arrived, digest_to, outcome_of, tally

PHONE, MAIL, ONLY_MAIL = digest_to("sms", "p"), digest_to("email", "m"), digest_to("email", "o")


def counted(*messages: Arrived, warnings: int = 3, unknown: bool = False) -> tuple[int, ...]:
    """Return lost, unexpected, instead and unknown of somebody by text and somebody by mail."""
    book = Book(
        counted={
            str(each): frozenset({("sms", PHONE.to), ("email", ONLY_MAIL.to)})
            for each in range(warnings)
        },
        instead={PHONE.to: MAIL.to},
    )
    said = Doubtful(id="d", key=ONLY_MAIL, unknown=True, resent=False)
    outcome = outcome_of(*messages, book=book, doubtful=(said,) if unknown else ())
    both = [tally(outcome, "digest", channel) for channel in ("sms", "email")]
    return tuple(
        sum(getattr(each, name) for each in both)
        for name in ("lost", "unexpected", "instead", "unknown", "duplicate")
    )


BY_TEXT = arrived(PHONE, count=3)


def test_a_warning_is_counted_once_over_several_digests() -> None:
    first, second = (arrived(ONLY_MAIL, count=n, delivery=f"d{n}") for n in (1, 2))
    assert counted(BY_TEXT, first, second) == (0, 0, 0, 0, 0)


def test_a_warning_that_no_digest_counts_is_lost() -> None:
    assert counted(BY_TEXT, arrived(ONLY_MAIL, count=2)) == (1, 0, 0, 0, 0)


def test_a_warning_that_two_digests_count_is_unexpected() -> None:
    first, second = (arrived(ONLY_MAIL, count=n, delivery=f"d{n}") for n in (3, 1))
    assert counted(BY_TEXT, first, second) == (0, 1, 0, 0, 0)


def test_a_digest_that_comes_twice_is_a_duplicate() -> None:
    mail = arrived(ONLY_MAIL, count=3)
    assert counted(BY_TEXT, mail, mail) == (0, 0, 0, 0, 1)


def test_a_digest_that_counts_no_further_says_at_least_that_many() -> None:
    text, mail = arrived(PHONE, count=25), arrived(ONLY_MAIL, count=25)
    assert counted(text, mail, warnings=25) == (0, 0, 0, 0, 0)
    assert counted(text, mail, warnings=20) == (0, 2, 0, 0, 0)


@pytest.mark.parametrize(("by_mail", "lost"), [(3, 0), (2, 1), (0, 1)])
def test_a_mail_may_stand_for_a_digest_by_text(by_mail: int, lost: int) -> None:
    text, rest = arrived(PHONE, error=FILTERED), arrived(ONLY_MAIL, count=3)
    mails = (arrived(MAIL, count=by_mail),) if by_mail else ()
    assert counted(text, rest, *mails) == (lost, 0, 1 - lost, 0, 0)


def test_a_digest_by_mail_besides_the_text_is_unexpected() -> None:
    rest = arrived(ONLY_MAIL, count=3)
    assert counted(BY_TEXT, rest, arrived(MAIL, count=3)) == (0, 1, 0, 0, 0)


def test_a_digest_of_which_nobody_knows_says_so() -> None:
    assert counted(BY_TEXT, unknown=True) == (0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("1 update for your area: http://x/updates", (1, False)),
        ("Your local newsletter: 1 piece: http://x/updates", (1, False)),
        ("Your local newsletter: 12 pieces: http://x/updates", (12, False)),
        ("20+ changes to your calendar: http://x/updates", (20, True)),
    ],
)
def test_a_digest_is_read_by_its_words(words: str, count: tuple[int, bool]) -> None:
    assert kind_of(words) is Kind.DIGEST
    assert count_in(words) == count


def test_a_text_names_its_alert() -> None:
    link = "http://127.0.0.1:8000/updates/W-2F7QX3M"
    assert reference_in(f"News: {link}") == "W-2F7QX3M"
    assert reference_in("Your code is 123456") == ""
    assert kind_of(f"Your local newsletter has news: {link}") is Kind.ALERT
    assert kind_of(f"There is a correction to an update: {link}") is Kind.CORRECTION
    assert kind_of(f"A change to your calendar was corrected: {link}") is Kind.CORRECTION
