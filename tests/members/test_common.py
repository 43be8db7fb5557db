"""Passphrases that too many people use: refused by what they are made of, and no others."""

from itertools import product
from pathlib import Path
from time import perf_counter

import pytest

from config.settings import Settings
from members import common, passphrases
from members.model import LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE
from members.refusals import PassphraseRefused
from tests import given
from tests.given import PASSPHRASE
from tests.members.conftest import SignIn
from tests.members.visits import Visitor

# Of the kind that lists of leaked passwords are full of, written down by us.
KNOWN = """
123456789012 1234567890123456 0123456789012 987654321098 1q2w3e4r5t6y 1qaz2wsx3edc
1qaz2wsx3edc4rfv qazwsxedcrfv qazwsxedc123 q1w2e3r4t5y6 qwertyuiop12 qwerty123456 qwertyqwerty
qwertyuiopasdf asdfghjkl123 zxcvbnm12345 abc123abc123 abcd12345678 abcdefghijkl
abcdefghijklmnopqrstuvwxyz passwordpassword password1234 password123456 password123password
passw0rd1234 P@ssw0rd2024!! Pa$$word12345 mypassword123 changemechangeme changeme1234
letmein12345 welcomewelcome iloveyou1234 iloveyouiloveyou administrator admin1234567 superman1234
football1234 liverpool123 manchester123 manunited123 princess1234 sunshine1234 monkey123456
dragon123456 correcthorsebatterystaple trustno1trustno1 brollybrolly redumbrella12 Dragon-Monkey-99
Summer2026Summer a123456789012 07700900123123 michelle15061987 lkjhgfdsa123 Chelsea.Arsenal.1
""".split()
TAILS = (
    "123 1234 12345 123456 1234567 12345678 123456789 1234567890 321 2024 2025 2026 2026!".split()
)


@pytest.mark.parametrize("passphrase", KNOWN)
def test_what_many_people_use_is_common(passphrase: str) -> None:
    assert common.is_common(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        PASSPHRASE,
        "a walk along the canal",
        "four plain small words",
        "quiet rain on a tin roof",
        "summer in the garden",
        "three dragons drink tea",
        "ab 12 !? cd 34",
        "password of the quiet kettle",
        "xkqvwzjhgtbn",
        "窓辺のやかんと赤い雨傘です",
        "#!% &*( )_+ {}[ ~.,",
    ],
)
def test_what_somebody_would_put_together_alone_is_not(passphrase: str) -> None:
    assert not common.is_common(passphrase)


def test_more_than_three_thousand_that_stand_on_lists_are_refused() -> None:
    words = [word for word in common.WORDS if len(word) > 3]
    pairs = {f"{word}{tail}" for word, tail in product(words, TAILS)}
    twice = {word + other for word in words for other in (word, "love", "london", "summer")}
    long = {each for each in pairs | twice if len(each) >= SHORTEST_PASSPHRASE}
    assert len(long) > 3_000
    assert [each for each in long if not common.is_common(each.title())] == []


def test_the_names_of_the_instance_and_of_the_account_are_no_passphrase() -> None:
    for passphrase in (
        "Lantern Watch 2026",
        "lanternwatch123",
        "Rosa of Salford 1987",
        "rosaofsalford!1",
    ):
        assert not common.is_common(passphrase)
        with pytest.raises(PassphraseRefused, match="Too many"):
            passphrases.accept(passphrase, name="Rosa of Salford", also=("Lantern Watch",))


@pytest.fixture
def settings(keys: Path) -> Settings:
    return Settings(data_dir=keys, instance_name="Lantern Watch")


def test_joining_refuses_the_name_of_the_instance(visitor: Visitor) -> None:
    words = "Lantern Watch 12"
    visitor.open("/join").fill(
        "/join", name="Violet", passphrase=words, role="member", statement="An advert."
    )
    assert (visitor.status, "Too many people use this one" in visitor.text) == (422, True)


def test_changing_the_passphrase_does_too(signed_in: SignIn, member: given.Person) -> None:
    own = signed_in(member).open("/account/passphrase")
    own.fill("/account/passphrase", passphrase=PASSPHRASE, new_passphrase="Lantern Watch 12")
    assert (own.status, "Too many people use this one" in own.text) == (422, True)


def test_the_longest_is_looked_at_in_less_than_a_second() -> None:
    """The hash that follows costs more; this one is for what makes the most of parts."""
    for part in ("qwertyuiopasdfghjklzxcvbnm", "passw0rd", "e3", "zyxw"):
        began = perf_counter()
        common.is_common((part * LONGEST_PASSPHRASE)[: LONGEST_PASSPHRASE - 1] + "é")
        assert perf_counter() - began < 1
