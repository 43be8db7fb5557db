"""Email addresses within text: one canonical form for each mailbox."""

import re
from typing import NamedTuple
from unicodedata import normalize

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from checker.identifiers.refusals import Refusal, refused

# What stands between two entries or around one: brackets, quotes and commas of several scripts.
APART = r'\s,;<>()\[\]{}"|\u00ab\u00bb\u2018\u2019\u201c-\u201e\u3001\u060c\u061b'
ADDRESS = re.compile(rf"(?P<local>[^{APART}:@]*)@(?P<domain>[^{APART}/?&:]*)")
SPACED = re.compile(r"(?<=[^\s@])[ \t]*@[ \t]+(?=[\w-]+(?:\.[\w-]+)+)")
QUOTES = "'`"
AFTER = ".!'`*\u2026"
# One mailbox under two names, its dots ignored (Google's help page "Dots don't matter").
GMAIL = frozenset({"gmail.com", "googlemail.com"})
# Providers that document name+anything@ as the mailbox name@ (subaddresses, RFC 5233).
TAGGED = GMAIL | {
    "fastmail.com",
    "fastmail.fm",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "icloud.com",
    "live.co.uk",
    "live.com",
    "mac.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
}
ANONYMOUS = "anonymous.invalid"  # RFC 3323: the host of a caller who hides who they are
# Scripts with letters that look like each other's; nobody mixes them within a name.
ALPHABETS = tuple(
    re.compile(f"[{ranges}]")
    for ranges in (
        "A-Za-z\u00c0-\u024f\u1e00-\u1eff",  # Latin
        "\u0370-\u03ff\u1f00-\u1fff",  # Greek
        "\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f",  # Cyrillic
        "\u0530-\u058f",  # Armenian
        "\u13a0-\u13ff\uab70-\uabbf",  # Cherokee
    )
)
LIKE_LATIN = frozenset(  # Cyrillic letters drawn as Latin a e o p c y x i j s h d q w l
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"
)
LETTERS = re.compile(r"[^\W\d_]+")
CYRILLIC = ALPHABETS[2]


class FoundAddress(NamedTuple):
    """An address, and where it begins."""

    start: int
    value: str


def find_emails(text: str) -> tuple[list[FoundAddress], str, bool]:
    """Return the addresses in cleaned text, the text without them, and if it has a username.

    Raises NotAnIdentifier for an address that is none.
    """
    if "@" not in text:
        return [], text, False
    text = SPACED.sub("@", text)
    found, rest, username = [], text, False
    for match in ADDRESS.finditer(text):
        local = match["local"].lstrip(QUOTES + "/")
        domain = match["domain"].replace("\u3002", ".").rstrip(AFTER)
        rest = rest[: match.start()] + "," * len(match.group()) + rest[match.end() :]
        if local:
            found.append(FoundAddress(match.start(), normalised(local, domain)))
        elif domain:
            username = True
    return found, rest, username


def normalised(local: str, domain: str) -> str:
    """Return the canonical address of a mailbox; raises NotAnIdentifier if there is none."""
    if "." not in domain.strip("."):
        raise refused(Refusal.EMAIL_WITHOUT_DOMAIN)
    local = normalize("NFC", normalize("NFKC", local).lower())
    if domain.lower() == ANONYMOUS:
        raise refused(Refusal.WITHHELD)
    # RFC 5321 allows a slash, but what is pasted with one is two entries.
    valid = None if "/" in local else _validated(f"{local}@{domain}")
    if valid is None:
        raise refused(Refusal.EMAIL_BAD)
    if looks_like_another(local, valid.domain):
        raise refused(Refusal.LOOK_ALIKE)
    return _mailbox(local, valid.ascii_domain or domain)


def _validated(address: str) -> ValidatedEmail | None:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None


def _mailbox(local: str, host: str) -> str:
    """Drop what the provider ignores."""
    if host in TAGGED:
        local = local.partition("+")[0]
    if host in GMAIL:
        local, host = local.replace(".", ""), "gmail.com"
    if not local:
        raise refused(Refusal.EMAIL_BAD)
    return f"{local}@{host}"


def looks_like_another(local: str, domain: str) -> bool:
    """Tell of a word of mixed alphabets, or of Cyrillic that reads as Latin (after UTS #39)."""
    if local.isascii() and domain.isascii():
        return False
    words = LETTERS.findall(f"{local}@{domain}")
    if any(sum(bool(alphabet.search(word)) for alphabet in ALPHABETS) > 1 for word in words):
        return True
    return not CYRILLIC.search(domain.rpartition(".")[2]) and any(
        LIKE_LATIN.issuperset(word) for word in words
    )
