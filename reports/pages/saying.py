"""Says what a report holds in words: identifiers, days, people, in the language of the page."""

from collections.abc import Mapping

import svcs
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from checker.identifiers import as_written
from checker.model import Identifier
from config.settings import Settings
from reports.model import (
    AccountOfHarm,
    GivenIdentifier,
    PersonDescribed,
    Precision,
    SafeContact,
    Submission,
    When,
)
from reports.wording import AGES, HARMS, PARTS_OF_DAY, PERSON, SETTINGS, STRANDS


def say_given(given: GivenIdentifier) -> Markup:
    """Return an identifier of a report: as it was read, or as it was written.

    A number stays left to right within a language that is not.
    """
    if given.kind is None or given.value is None:
        return Markup('<bdi dir="auto">{}</bdi>').format(given.raw)
    home = svcs.flask.get(Settings).home_region
    written = as_written(Identifier(given.kind, given.value), home=home)
    return Markup('<bdi dir="ltr">{}</bdi>').format(written)


def say_harm(harm: AccountOfHarm) -> str:
    """Return a kind of harm with what was added to it."""
    more = [
        *([_("a weapon")] if harm.weapon else []),
        *([_("I was hurt")] if harm.injury else []),
        *(_(STRANDS[strand]) for strand in harm.strands),
    ]
    label = _(HARMS[harm.kind].label)
    return f"{label} ({', '.join(more)})" if more else label


def say_kinds(said: Submission) -> str:
    """Return the kinds of harm."""
    return ", ".join(_(HARMS[harm.kind].label) for harm in said.harms)


def say_month(said: Submission) -> str:
    """Return the month in which it happened."""
    return format_date(said.when.from_day, "MMMM yyyy") if said.when else ""


def say_when(when: When | None) -> str:
    """Return the time, as exactly as it is known."""
    if when is None:
        return ""
    if when.precision is Precision.MONTH:
        first = format_date(when.from_day, "MMMM yyyy")
    else:
        first = format_date(when.from_day, "full")
    if when.precision is Precision.ABOUT:
        first = _("about %(day)s", day=first)
    if when.to_day:
        first = _("%(first)s to %(last)s", first=first, last=format_date(when.to_day, "full"))
    time_of_day = PARTS_OF_DAY.get(when.time_of_day)
    return ", ".join(filter(None, [first, _(time_of_day) if time_of_day else when.time_of_day]))


def say_setting(said: Submission) -> str:
    """Return the setting."""
    return _(SETTINGS[said.setting]) if said.setting else ""


def say_area(said: Submission, areas: Mapping[str, str]) -> str:
    """Return the name of the area."""
    return areas.get(said.area, said.area)


def facts_of_person(person: PersonDescribed) -> list[tuple[str, str]]:
    """Return what was said of one person, in pairs of term and words."""
    found = [(words.label, getattr(person, name)) for name, words in PERSON.items()]
    return [(_(term), _(AGES.get(words, words))) for term, words in found if words]


def facts_of_contact(contact: SafeContact | None) -> list[tuple[str, str]]:
    """Return how it is safe to reach the reporter."""
    contact = contact or SafeContact()
    return [
        (_("How"), contact.how),
        (_("When"), contact.when),
        (_("Safe word"), contact.safe_word),
        (_("Messages"), _("Leave none") if contact.leave_no_message else ""),
    ]
