"""What exactly would leave under each consent, made of the reporter's own answers."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from markupsafe import Markup

from reports.model import Consent, GivenIdentifier, Submission
from reports.pages.saying import (
    facts_of_person,
    say_area,
    say_given,
    say_kinds,
    say_month,
    say_setting,
)
from reports.severity import severity_of
from reports.wording import N_, SEVERITIES

Areas = Mapping[str, str]
Facts = list[tuple[str, str]]


def _register(said: Submission, areas: Areas) -> Facts:
    read = [each for each in said.identifiers if each.value is not None]
    return [(_("Numbers and addresses"), _identifiers(read)), *_brief(said, areas)]


def _alert(said: Submission, areas: Areas) -> Facts:
    return [*_brief(said, areas), (_("Setting"), say_setting(said)), _by_caseworker()]


def _police(said: Submission, areas: Areas) -> Facts:
    people = [words for person in said.people for words in facts_of_person(person)]
    return [
        (_("What"), say_kinds(said)),
        (_("A weapon"), _("yes") if any(harm.weapon for harm in said.harms) else ""),
        (_("Somebody was hurt"), _("yes") if any(harm.injury for harm in said.harms) else ""),
        (_("Month"), say_month(said)),
        (_("Area"), say_area(said, areas)),
        (_("Setting"), say_setting(said)),
        (_("Numbers and addresses"), _identifiers(said.identifiers)),
        (_("What they were like"), "; ".join(f"{term}: {words}" for term, words in people)),
        _by_caseworker(),
    ]


def _counted(said: Submission, areas: Areas) -> Facts:
    return [
        (_("What"), say_kinds(said)),
        (_("Month"), say_month(said)),
        (_("Area"), say_area(said, areas)),
        (_("Setting"), say_setting(said)),
    ]


WHAT_LEAVES: Mapping[Consent, Callable[[Submission, Areas], Facts]] = {
    Consent.REGISTER: _register,
    Consent.ALERT: _alert,
    Consent.ANONYMOUS_POLICE: _police,
    Consent.PARTNERS: _register,
    Consent.RESEARCH: _counted,
}
NOTES = {
    Consent.REGISTER: N_("A caseworker may show less than this, never more."),
    Consent.ALERT: N_("A caseworker may show less than this, never more."),
    Consent.ANONYMOUS_POLICE: N_("Your name, how to reach you and your account stay with us."),
    Consent.SUPPORTED_POLICE: N_(
        "Nothing leaves by this switch. You and a caseworker decide together what is said."
    ),
    Consent.HOLD_UNTIL_MATCH: N_("Nothing leaves by this switch. It only makes the others wait."),
    Consent.PARTNERS: N_("Your name, how to reach you and your account stay with us."),
    Consent.RESEARCH: N_("These are counted together with many others. Small counts are hidden."),
    Consent.CONTACT_LATER: N_("Nothing leaves by this switch."),
}


def preview(consent: Consent, said: Submission, areas: Areas) -> Facts:
    """Return what would leave, in pairs; what was not said is named as such."""
    facts = WHAT_LEAVES[consent](said, areas) if consent in WHAT_LEAVES else []
    return [(term, words or _("you did not say")) for term, words in facts]


def _brief(said: Submission, areas: Areas) -> Facts:
    return [
        (_("How bad"), _(SEVERITIES[severity_of(said.harms)])),
        (_("What"), say_kinds(said)),
        (_("Month"), say_month(said)),
        (_("Area"), say_area(said, areas)),
        (_("How many reports"), _("one, 2 to 4, or 5 or more")),
    ]


def _identifiers(given: tuple[GivenIdentifier, ...] | list[GivenIdentifier]) -> str:
    return Markup(", ").join(map(say_given, given))


def _by_caseworker() -> tuple[str, str]:
    return _("In words"), _("a few sentences that a caseworker writes, without what shows you")
