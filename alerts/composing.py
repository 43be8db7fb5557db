"""What an alert says: neutral words under a cover of the member's choice, never the harm itself.

The text names no service, no person and no harm, for it lights up on a lock screen that somebody
else may read; the detail is behind sign-in. SMS bodies fit 70 characters without the link's host
getting in the way, so that languages which force UCS-2 still send one segment where they can.
"""

from collections.abc import Mapping, Sequence

from members.cover import COVER_WORDS, Cover, CoverWords
from messages.model import Channel, Text
from messages.texts.segments import segments

MAIL = {
    "en": (
        "{opening}\n\n{link}\n\nYou get this because you chose to. "
        "To get fewer, or none, sign in and open Preferences.\n"
    ),
}
MOST_COUNTED = 20  # a digest counts no further
OVERFLOW = f"{MOST_COUNTED}+"
DIGEST_WORDS = {
    "en": {
        Cover.PLAIN: ("1 update for your area", "{count} updates for your area"),
        Cover.NEWS: ("Your local newsletter: 1 piece", "Your local newsletter: {count} pieces"),
        Cover.APPOINTMENT: ("1 change to your calendar", "{count} changes to your calendar"),
    },
}  # for one and for several, by language and cover


CORRECTION_WORDS = {
    "en": {
        Cover.PLAIN: CoverWords("A correction to an update", "There is a correction to an update:"),
        Cover.NEWS: CoverWords(
            "A correction to your newsletter", "Your local newsletter has a correction:"
        ),
        Cover.APPOINTMENT: CoverWords(
            "A correction to your calendar", "A change to your calendar was corrected:"
        ),
    },
}  # by language and cover


WATCH_WORDS = {
    "en": {
        Cover.PLAIN: CoverWords(
            "An update",
            "An update on something you asked us to watch for. Check it again:",
        ),
        Cover.NEWS: CoverWords(
            "Your local newsletter",
            "Your local newsletter has news of something you follow. Look it up again:",
        ),
        Cover.APPOINTMENT: CoverWords(
            "Your calendar",
            "Your calendar: something you keep an eye on has changed. Look it up again:",
        ),
    },
}  # by language and cover
WATCH_ENDED_WORDS = {
    "en": {
        Cover.PLAIN: CoverWords(
            "An update", "An update: a watch of yours has ended early. Check it again:"
        ),
        Cover.NEWS: CoverWords(
            "Your local newsletter",
            "Your local newsletter: something you follow has ended early. Look it up again:",
        ),
        Cover.APPOINTMENT: CoverWords(
            "Your calendar",
            "Your calendar: something you keep an eye on has ended early. Look it up again:",
        ),
    },
}  # by language and cover


def compose(link: str) -> Sequence[Text]:
    """Return the texts for every channel, language and cover, all leading to `link`."""
    return _under_covers(COVER_WORDS, link)


def compose_correction(link: str) -> Sequence[Text]:
    """Return the texts that tell of a correction, under the same keys."""
    return _under_covers(CORRECTION_WORDS, link)


def compose_watch(link: str) -> Sequence[Text]:
    """Return the texts that tell of something a member watches for, under the same keys."""
    return _under_covers(WATCH_WORDS, link)


def compose_watch_ended(link: str) -> Sequence[Text]:
    """Return the texts that tell of a watch that has ended before its time."""
    return _under_covers(WATCH_ENDED_WORDS, link)


def _under_covers(languages: Mapping[str, Mapping[Cover, CoverWords]], link: str) -> Sequence[Text]:
    return [
        text
        for language, covers in languages.items()
        for cover, words in covers.items()
        for text in (
            _sms(_key(language, cover), f"{words.opening} {link}"),
            Text(
                channel=Channel.EMAIL,
                text_key=_key(language, cover),
                subject=words.subject,
                body=MAIL[language].format(opening=words.opening, link=link),
            ),
        )
    ]


def compose_digest(link: str, *, most: int) -> Sequence[Text]:
    """Return the texts of digests that count up to `most` warnings, all leading to `link`.

    Their keys end in the number.
    """
    numbers = [str(number) for number in range(1, min(most, MOST_COUNTED) + 1)]
    return [
        text
        for language, covers in DIGEST_WORDS.items()
        for cover, (one, several) in covers.items()
        for number in [*numbers, OVERFLOW][:most]
        for text in _digest(
            f"{_key(language, cover)}/{number}",
            (one if number == "1" else several).format(count=number),
            mail=MAIL[language],
            link=link,
        )
    ]


def _digest(text_key: str, words: str, *, mail: str, link: str) -> tuple[Text, Text]:
    return (
        _sms(text_key, f"{words}: {link}"),
        Text(
            channel=Channel.EMAIL,
            text_key=text_key,
            subject=words,
            body=mail.format(opening=f"{words}:", link=link),
        ),
    )


def _key(language: str, cover: Cover) -> str:
    return f"{language}/{cover}"


def _sms(text_key: str, body: str) -> Text:
    return Text(channel=Channel.SMS, text_key=text_key, body=body, segments=segments(body))
