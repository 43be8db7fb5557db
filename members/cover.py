"""Cover wording: the few words of a message that somebody else may see light up."""

from dataclasses import dataclass
from enum import StrEnum


class Cover(StrEnum):
    """The cover wording of a message: what it looks like to somebody else who reads it."""

    PLAIN = "plain"
    NEWS = "news"
    APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True)
class CoverWords:
    """What a message says on a lock screen: a subject for mail, and the words before the link."""

    subject: str
    opening: str


COVER_WORDS = {
    "en": {
        Cover.PLAIN: CoverWords("An update for your area", "An update for your area:"),
        Cover.NEWS: CoverWords("Your local newsletter", "Your local newsletter is out:"),
        Cover.APPOINTMENT: CoverWords("A change to your calendar", "Your calendar has changed:"),
    },
}  # by language (BCP 47), then cover: the languages in which messages are written


def cover_text(cover: Cover, *, language: str, link: str) -> str:
    """Return a text message as it lights up on a lock screen."""
    return f"{COVER_WORDS[language][cover].opening} {link}"


NOTICE_MAIL = {"en": "{opening}\n\n{link}\n\nSign in: something there needs a look.\n"}


def notice_text(cover: Cover, *, language: str, link: str) -> str:
    """Return a mail that asks its reader to look at their account, and does not say why."""
    opening = COVER_WORDS[language][cover].opening
    return NOTICE_MAIL[language].format(opening=opening, link=link)


CHANGED_MAIL = {
    "en": (
        "{opening}\n\n{link}\n\nSomething about how you sign in changed. If it was you, all is "
        "well.\nIf it was not you, open the page above: it says what to do.\n"
    )
}


RESET_TEXT = {"en": "{opening} {link}\n{code}"}


def reset_text(cover: Cover, *, language: str, link: str, code: str) -> str:
    """Return the words that a code for a new passphrase travels in: the cover's, and no others."""
    opening = COVER_WORDS[language][cover].opening
    return RESET_TEXT[language].format(opening=opening, link=link, code=code)


def changed_text(cover: Cover, *, language: str, link: str) -> str:
    """Return a mail that says that something about signing in changed, and not what."""
    opening = COVER_WORDS[language][cover].opening
    return CHANGED_MAIL[language].format(opening=opening, link=link)
