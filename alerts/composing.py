"""What an alert says: neutral words under a cover of the member's choice, never the harm itself.

The text names no service, no person and no harm, for it lights up on a lock screen that somebody
else may read; the detail is behind sign-in. SMS bodies fit 70 characters without the link's host
getting in the way, so that languages which force UCS-2 still send one segment where they can.
"""

from collections.abc import Sequence

from members.model import Cover
from messages.model import Channel, Text
from messages.segments import segments

WORDS = {
    "en": {
        Cover.PLAIN: ("An update for your area", "An update for your area:"),
        Cover.NEWS: ("Your local newsletter", "Your local newsletter is out:"),
        Cover.APPOINTMENT: ("A change to your calendar", "Your calendar has changed:"),
    },
}
MAIL = {
    "en": (
        "{opening}\n\n{link}\n\nYou get this because you chose to. "
        "To get fewer, or none, sign in and open Preferences.\n"
    ),
}
LANGUAGES = tuple(WORDS)


def compose(link: str) -> Sequence[Text]:
    """Return the texts for every channel, language and cover, all leading to `link`."""
    return [
        text
        for language, covers in WORDS.items()
        for cover, (subject, opening) in covers.items()
        for text in (
            _sms(_key(language, cover), f"{opening} {link}"),
            Text(
                channel=Channel.EMAIL,
                text_key=_key(language, cover),
                subject=subject,
                body=MAIL[language].format(opening=opening, link=link),
            ),
        )
    ]


def example(cover: Cover, link: str, language: str = "en") -> str:
    """Return the text message as it would light up under one cover."""
    return f"{WORDS[language][cover][1]} {link}"


def _key(language: str, cover: Cover) -> str:
    return f"{language}/{cover}"


def _sms(text_key: str, body: str) -> Text:
    return Text(channel=Channel.SMS, text_key=text_key, body=body, segments=segments(body))
