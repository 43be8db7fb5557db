"""What an alert says: neutral words under a cover of the member's choice, never the harm itself.

The text names no service, no person and no harm, for it lights up on a lock screen that somebody
else may read; the detail is behind sign-in. SMS bodies fit 70 characters without the link's host
getting in the way, so that languages which force UCS-2 still send one segment where they can.
"""

from collections.abc import Sequence

from members.model import COVER_WORDS, Cover, cover_text
from messages.model import Channel, Text
from messages.segments import segments

MAIL = {
    "en": (
        "{opening}\n\n{link}\n\nYou get this because you chose to. "
        "To get fewer, or none, sign in and open Preferences.\n"
    ),
}


def compose(link: str) -> Sequence[Text]:
    """Return the texts for every channel, language and cover, all leading to `link`."""
    return [
        text
        for language, covers in COVER_WORDS.items()
        for cover, words in covers.items()
        for text in (
            _sms(_key(language, cover), cover_text(cover, language=language, link=link)),
            Text(
                channel=Channel.EMAIL,
                text_key=_key(language, cover),
                subject=words.subject,
                body=MAIL[language].format(opening=words.opening, link=link),
            ),
        )
    ]


def _key(language: str, cover: Cover) -> str:
    return f"{language}/{cover}"


def _sms(text_key: str, body: str) -> Text:
    return Text(channel=Channel.SMS, text_key=text_key, body=body, segments=segments(body))
