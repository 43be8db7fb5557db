import re

from alerts.composing import compose
from members.cover import Cover
from messages.model import Channel

LINK = "https://check.example.org/updates/W1234567"
BANNED = re.compile(
    r"sex|escort|client|booking|punter|mug|brolly|warning|danger|rape|assault|harm|report|police"
    r"|worker|robbery|violence|threat",
    re.IGNORECASE,
)


def test_no_text_or_subject_says_what_it_is_about() -> None:
    for text in compose(LINK):
        assert not BANNED.search(text.body.replace(LINK, ""))
        assert not BANNED.search(text.subject)


def test_every_cover_has_a_text_for_each_channel() -> None:
    keys = {(text.channel, text.text_key) for text in compose(LINK)}
    assert keys == {(channel, f"en/{cover}") for channel in Channel for cover in Cover}


def test_a_text_message_is_one_segment_and_short_enough_for_any_alphabet() -> None:
    for text in compose(LINK):
        if text.channel is Channel.SMS:
            assert text.segments == 1
            assert len(text.body.replace(LINK, "")) + len("https://a.example/u/W1234567") <= 70


def test_every_text_leads_to_the_detail_behind_sign_in() -> None:
    assert all(LINK in text.body for text in compose(LINK))
