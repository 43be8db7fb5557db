"""The form of a publication: what its choices are called, and reading what was typed."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _

from directory.actions import NO_YEAR
from directory.model import (
    LONGEST_LINK,
    LONGEST_SUMMARY,
    PublicationDraft,
    PublicationKind,
    Refused,
    Topic,
)

LONGEST_TITLE = 200
LONGEST_LANGUAGE = 35  # BCP 47
FIRST_YEAR = 1900


def N_(source: str) -> str:  # noqa: N802 - what gettext looks for
    """Mark a sentence for translators; it is translated where it is shown."""
    return source


PUBLICATION_KINDS: Mapping[PublicationKind, str] = MappingProxyType(
    {
        PublicationKind.POLICY_BRIEF: N_("Policy brief"),
        PublicationKind.REPORT: N_("Report or study"),
        PublicationKind.MAGAZINE: N_("Magazine"),
        PublicationKind.NOTICE: N_("Notice"),
    }
)
TOPICS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.POLICING: N_("Policing"),
        Topic.HEALTH: N_("Health"),
        Topic.HOUSING: N_("Housing"),
        Topic.EDUCATION: N_("Education"),
        Topic.SUPPORT: N_("Support services"),
        Topic.RACIAL_JUSTICE: N_("Racial justice"),
        Topic.SAFETY: N_("Safety"),
        Topic.LAW: N_("Law"),
        Topic.COMMUNITY: N_("Community"),
    }
)


def kind_name(one: PublicationKind) -> str:
    """Name a kind of publication."""
    return _(PUBLICATION_KINDS[one])


def topic_name(one: Topic) -> str:
    """Name a topic."""
    return _(TOPICS[one])


def kind_choices() -> list[tuple[str, str]]:
    """Return kinds as options of a field."""
    return [(one.value, kind_name(one)) for one in PublicationKind]


def topic_choices() -> list[tuple[str, str]]:
    """Return topics as options of a field."""
    return [(one.value, topic_name(one)) for one in Topic]


def typed_of(draft: PublicationDraft) -> Mapping[str, str]:
    """Return a publication as it stands in its form."""
    return {
        "heading": draft.title,
        "kind": draft.kind,
        "topic": draft.topic,
        "year": "" if draft.year == NO_YEAR else str(draft.year),
        "summary": draft.summary,
        "link": draft.link,
        "language": draft.language,
    }


def read_publication(typed: Mapping[str, str], *, today: date) -> PublicationDraft:
    """Return what was typed as a publication; raises Refused with words for each field."""
    said = {name: " ".join(typed.get(name, "").split()) for name in _FIELDS}
    errors = {name: words for name, words in _errors(said, today).items() if words}
    if errors:
        raise Refused(errors)
    return PublicationDraft(
        title=said["heading"],
        kind=PublicationKind(said["kind"]),
        topic=Topic(said["topic"]),
        year=int(said["year"] or NO_YEAR),
        summary=said["summary"],
        link=said["link"],
        language=said["language"] or "en",
    )


_FIELDS = ("heading", "kind", "topic", "year", "summary", "link", "language")


def _errors(said: Mapping[str, str], today: date) -> dict[str, str]:
    return {
        "heading": ""
        if 0 < len(said["heading"]) <= LONGEST_TITLE
        else _("Write its title, in up to %(most)s characters.", most=LONGEST_TITLE),
        "kind": "" if said["kind"] in {*PublicationKind} else _("Choose what it is."),
        "topic": "" if said["topic"] in {*Topic} else _("Choose what it is about."),
        "year": ""
        if _is_a_year(said["year"], today)
        else _("Write the year in four digits, such as 2023, or leave it empty."),
        "summary": ""
        if len(said["summary"]) <= LONGEST_SUMMARY
        else _("Say it in up to %(most)s characters.", most=LONGEST_SUMMARY),
        "link": ""
        if _is_a_link(said["link"])
        else _("Paste the whole address, which begins with https://, or leave it empty."),
        "language": ""
        if _is_a_language(said["language"])
        else _("Write the code of the language, such as en or pt-BR."),
    }


def _is_a_year(said: str, today: date) -> bool:
    if not said:
        return True
    is_digits = len(said) == len("2023") and said.isascii() and said.isdigit()
    return is_digits and FIRST_YEAR <= int(said) <= today.year + 1


def _is_a_link(said: str) -> bool:
    if not said:
        return True
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    is_whole = parts.scheme == "https" and bool(parts.hostname) and " " not in said
    return is_whole and len(said) <= LONGEST_LINK


def _is_a_language(said: str) -> bool:
    if not said:
        return True
    try:
        Locale.parse(said, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return len(said) <= LONGEST_LANGUAGE
