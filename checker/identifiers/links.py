"""Links and addresses with a scheme: what number or address they hold."""

import re
from urllib.parse import unquote

# Anything with a scheme we meet, or with the host of a messenger, up to the next space.
LINK = re.compile(
    r"(?:(?:https?|whatsapp|viber|tg|sgnl)://"
    r"|(?P<dialled>tel|sms|smsto|mms|mmsto|callto|imessage|facetime|facetime-audio|skype|mailto)"
    r":/{0,2}"
    r"|\b(?:www\.|wa\.me/|t\.me/|signal\.me/|(?:api|web|chat)\.whatsapp\.com/))"
    r"(?P<rest>[^\s<>\"]*)",
    re.IGNORECASE,
)
MARKS = re.compile(r"[:/]|www\.", re.IGNORECASE)  # what every one of them has
# What these hold is always in international form, with its plus or without.
INTERNATIONAL = re.compile(
    r"(?:wa\.me/|t\.me/(?=\+)|#p/"
    r"|(?:whatsapp\.com/send|whatsapp://send|viber://\w+|tg://resolve)/?\?(?:\S*&)?(?:phone|number)=)"
    r"[\s+(]*(?P<number>\d[\d\s().-]*)",
    re.IGNORECASE,
)


def with_links_opened(text: str) -> tuple[str, bool]:
    """Replace each link by the number or address in it; tell whether one held neither."""
    empty: list[bool] = []
    if not MARKS.search(text):
        return text, False

    def opened(link: re.Match[str]) -> str:
        found = _opened(link)
        if not found:
            empty.append(True)
        return found or " "

    return LINK.sub(opened, text), bool(empty)


def _opened(link: re.Match[str]) -> str:
    if link["dialled"]:
        return " " + unquote(re.split(r"[?&;]", link["rest"])[0])
    held = INTERNATIONAL.search(unquote(link.group()))
    return f" +{held['number']}" if held else ""
