"""What kinds, groups and costs, languages and countries are called on pages."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import lru_cache
from types import MappingProxyType

from babel import Locale
from babel.dates import format_time as format_time_in
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from directory.hours import Day
from directory.model import Cost, Group, Listing, ListingKind


def N_(source: str) -> str:  # noqa: N802 - what gettext looks for
    """Mark a sentence for translators; it is translated where it is shown."""
    return source


KINDS: Mapping[ListingKind, str] = MappingProxyType(
    {
        ListingKind.SEX_WORKERS: N_("For sex workers"),
        ListingKind.SEXUAL_HEALTH: N_("Sexual health"),
        ListingKind.SEXUAL_VIOLENCE: N_("Rape and sexual violence"),
        ListingKind.DOMESTIC_ABUSE: N_("Domestic abuse"),
        ListingKind.STALKING: N_("Stalking and harassment"),
        ListingKind.CRIME: N_("Reporting a crime"),
        ListingKind.EXPLOITATION: N_("Exploitation and trafficking"),
        ListingKind.MENTAL_HEALTH: N_("Mental health"),
        ListingKind.THERAPIST: N_("Therapists"),
        ListingKind.DRUGS_ALCOHOL: N_("Drugs and alcohol"),
        ListingKind.HOUSING: N_("Housing"),
        ListingKind.MONEY: N_("Money and benefits"),
        ListingKind.LEGAL: N_("Legal advice"),
        ListingKind.MIGRATION: N_("Migration"),
        ListingKind.COMMUNITY: N_("Community and peers"),
        ListingKind.ADVOCACY: N_("Campaigning for rights"),
    }
)
GROUPS: Mapping[Group, str] = MappingProxyType(
    {
        Group.WOMEN: N_("Women"),
        Group.MEN: N_("Men"),
        Group.TRANS: N_("Trans and non-binary people"),
        Group.RACIALISED: N_("People of colour"),
        Group.MIGRANTS: N_("Migrants"),
        Group.STREET: N_("People who work outdoors"),
        Group.ONLINE: N_("People who work online"),
        Group.YOUNG: N_("Young people"),
        Group.PARENTS: N_("Parents"),
        Group.DISABLED: N_("Disabled people"),
    }
)
COSTS: Mapping[Cost, str] = MappingProxyType(
    {
        Cost.FREE: N_("Free"),
        Cost.BY_INCOME: N_("Depends on what you earn"),
        Cost.PAID: N_("You pay for it"),
        Cost.UNKNOWN: "",
    }
)

REMEMBERED = 1_024  # sets of kinds, in each language

Pairs = list[tuple[str, str]]


def kinds(several: Iterable[ListingKind]) -> str:
    """Name kinds in their fixed order."""
    return _kinds(frozenset(several), get_locale())


def kind_options() -> Pairs:
    """Return kinds as options of a field."""
    return [(one.value, _(KINDS[one])) for one in ListingKind]


def groups(several: Iterable[Group]) -> str:
    """Name groups in their fixed order; none means everybody."""
    chosen = set(several)
    return ", ".join(_(GROUPS[one]) for one in Group if one in chosen) or _("Everybody")


def group_options() -> Pairs:
    """Return groups as options of a field."""
    return [(one.value, _(GROUPS[one])) for one in Group]


def cost(one: Cost) -> str:
    """Name a cost; "" if it is not known."""
    return _(COSTS[one]) if COSTS[one] else ""


def language(code: str) -> str:
    """Name a language (BCP 47) in the language of the page."""
    names = _names("languages")
    return names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code


def languages(several: Iterable[str]) -> str:
    """Name languages."""
    return ", ".join(map(language, several))


def country(code: str) -> str:
    """Name a country (ISO 3166-1)."""
    return _names("territories").get(code, code)


def places(listing: Listing, areas: Mapping[str, str]) -> str:
    """Say where a service helps: in areas, or in a whole country."""
    named = [areas.get(code, code) for code in sorted(listing.areas)]
    return ", ".join(named) or country(listing.country)


def week(days: Iterable[Day]) -> Pairs:
    """Return days and their hours as facts."""
    return [(format_date(each.day, "EEEE d MMMM"), _hours(each)) for each in days]


def day(one: date) -> str:
    """Write a date out."""
    return format_date(one, "long")


@lru_cache(REMEMBERED)
def _kinds(chosen: frozenset[ListingKind], locale: Locale | None) -> str:
    """Name kinds in the language of the request, which `locale` is."""
    del locale
    return ", ".join(_(KINDS[one]) for one in ListingKind if one in chosen)


def _hours(one: Day) -> str:
    spans = ", ".join(
        _("%(from)s to %(until)s", **{"from": _time(begins), "until": _time(ends)})
        for begins, ends in one.spans
    )
    said = spans or _("Closed")
    return _("%(hours)s (public holiday)", hours=said) if one.changed else said


def _time(one: time) -> str:
    return format_time_in(one, "short", locale=get_locale() or "en")


def _names(which: str) -> Mapping[str, str]:
    locale = get_locale()
    return getattr(locale, which) if locale else {}
