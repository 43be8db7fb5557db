"""Answers: how each page of the report reads its form, and fills it again from what was said."""

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import date, timedelta

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from checker.model import HarmKind
from members.model import WorkSetting
from reports.dates import INCOMPLETE, NotADay, read_day, read_month
from reports.model import (
    LONGEST_LINE,
    LONGEST_NARRATIVE,
    AccountOfHarm,
    Consent,
    PersonDescribed,
    Precision,
    SafeContact,
    Submission,
    When,
)
from reports.pages.clock import read_clock
from reports.pages.typed import Typed, say_of_day
from reports.wording import AGES, PARTS_OF_DAY, STRANDS

Fields = MultiDict[str, str]

TODAY, YESTERDAY, UNKNOWN = "today", "yesterday", "unknown"


def read_story(typed: Typed, said: Submission) -> Submission:
    """Take what happened, in the reporter's words."""
    return replace(said, narrative=typed.words("story", longest=LONGEST_NARRATIVE))


def fill_story(said: Submission) -> Fields:
    """Return the words again."""
    return MultiDict({"story": said.narrative})


def read_kinds(typed: Typed, said: Submission) -> Submission:
    """Take the kinds of harm; what was said of a kind before stays with it."""
    known = {harm.kind: harm for harm in said.harms}
    ticked = typed.some_of("kinds", HarmKind)
    return replace(
        said, harms=tuple(known.get(kind) or AccountOfHarm(kind=kind) for kind in ticked)
    )


def fill_kinds(said: Submission) -> Fields:
    """Return the kinds that are ticked."""
    return _several("kinds", (harm.kind for harm in said.harms))


def read_details(typed: Typed, said: Submission) -> Submission:
    """Take weapon, injury and what the hate was about, for each kind of harm."""
    return replace(
        said,
        harms=tuple(
            replace(
                harm,
                weapon=typed.ticked(f"weapon-{harm.kind}"),
                injury=typed.ticked(f"injury-{harm.kind}"),
                strands=_strands(typed, harm.kind),
            )
            for harm in said.harms
        ),
    )


def fill_details(said: Submission) -> Fields:
    """Return the boxes that are ticked."""
    found: Fields = _several("strands", (strand for harm in said.harms for strand in harm.strands))
    for harm in said.harms:
        found.update({f"weapon-{harm.kind}": "yes"} if harm.weapon else {})
        found.update({f"injury-{harm.kind}": "yes"} if harm.injury else {})
    return found


def read_when(typed: Typed, said: Submission) -> Submission:
    """Take the time, as exactly as it is known."""
    day = _from_day(typed)
    until = _until(typed, day)
    time_of_day = _time_of_day(typed)
    if day is None:
        return replace(said, when=None)
    precision = _precision(typed, time_of_day)
    return replace(
        said,
        when=When(precision=precision, from_day=day, to_day=until, time_of_day=time_of_day),
    )


def fill_when(said: Submission) -> Fields:
    """Return the date in its parts."""
    when = said.when
    if when is None:
        return MultiDict()
    found: Fields = MultiDict({"when": _choice(when.precision), "time": "", "part": ""})
    found["part" if when.time_of_day in PARTS_OF_DAY else "time"] = when.time_of_day
    found.update(_parts("day", when.from_day, without_day=when.precision is Precision.MONTH))
    if when.to_day:
        found.update(_parts("until", when.to_day))
    return found


def read_where(typed: Typed, said: Submission) -> Submission:
    """Take the area, the district in words and the setting; never an address."""
    area = typed.line("area")
    return replace(
        said,
        area=area if area in typed.areas else "",
        district=typed.line("district"),
        setting=typed.one_of("setting", WorkSetting),
    )


def fill_where(said: Submission) -> Fields:
    """Return the place."""
    return MultiDict({"area": said.area, "district": said.district, "setting": said.setting or ""})


def read_person(typed: Typed, said: Submission) -> Submission:
    """Take one person described; one of whom nothing is said is left out."""
    names = [each.name for each in fields(PersonDescribed)]
    answers = {name: typed.line(name) for name in names}
    if answers["age_range"] not in AGES:
        answers["age_range"] = ""
    people = list(said.people)
    people[typed.number - 1 : typed.number] = [PersonDescribed(**answers)]
    return replace(said, people=tuple(each for each in people if each != PersonDescribed()))


def fill_person(said: Submission, number: int = 1) -> Fields:
    """Return one person described."""
    if number > len(said.people):
        return MultiDict()
    return MultiDict(asdict(said.people[number - 1]))


def read_contact(typed: Typed, said: Submission) -> Submission:
    """Take how and when it is safe to reach the reporter, and whether support is wanted."""
    contact = SafeContact(
        how=typed.line("how"),
        when=typed.line("best-time"),
        safe_word=typed.line("safe-word"),
        leave_no_message=typed.ticked("no-message"),
    )
    return replace(
        said,
        safe_contact=contact if contact != SafeContact() else None,
        support_wanted=typed.ticked("support"),
    )


def fill_contact(said: Submission) -> Fields:
    """Return the safe contact."""
    contact = said.safe_contact or SafeContact()
    found: Fields = MultiDict(
        {"how": contact.how, "best-time": contact.when, "safe-word": contact.safe_word}
    )
    found.update({"no-message": "yes"} if contact.leave_no_message else {})
    found.update({"support": "yes"} if said.support_wanted else {})
    return found


def read_sharing(typed: Typed, said: Submission) -> Submission:
    """Take the switches; one that is not there is off."""
    return replace(said, consents=frozenset(typed.some_of("consents", Consent)))


def fill_sharing(said: Submission) -> Fields:
    """Return the switches that are on."""
    return _several("consents", said.consents)


def read_line(typed: Typed) -> str:
    """Take a line added later; an empty one is an error."""
    text = typed.words("line", longest=LONGEST_LINE)
    if not text:
        typed.errors["line"] = _("Please write something first.")
    return text


def _several(name: str, values: Iterable[str]) -> Fields:
    return MultiDict([(name, str(value)) for value in values])


def _strands(typed: Typed, kind: HarmKind) -> tuple[str, ...]:
    if kind is not HarmKind.HATE_INCIDENT:
        return ()
    ticked = typed.form.getlist("strands")
    return tuple(strand for strand in STRANDS if strand in ticked)


def _from_day(typed: Typed) -> date | None:
    try:
        return _day_said(typed)
    except NotADay as problem:
        typed.errors["day"] = say_of_day(str(problem))
        return None


def _day_said(typed: Typed) -> date | None:
    """Return the day, or the first of the month; a date without a choice speaks for itself."""
    chosen, parts = typed.form.get("when", ""), typed.parts("day")
    if chosen in {TODAY, YESTERDAY}:
        return typed.today - timedelta(days=chosen == YESTERDAY)
    if chosen == UNKNOWN:
        return None
    if not any(part.strip() for part in parts.values()):
        if chosen:
            raise NotADay(INCOMPLETE)
        return None
    if _is_month(typed):
        return read_month(parts, today=typed.today)
    return read_day(parts, today=typed.today)


def _is_month(typed: Typed) -> bool:
    chosen, parts = typed.form.get("when", ""), typed.parts("day")
    return chosen == Precision.MONTH or not (chosen or parts["day"].strip())


def _until(typed: Typed, day: date | None) -> date | None:
    parts = typed.parts("until")
    if day is None or not any(part.strip() for part in parts.values()):
        return None
    try:
        until = read_day(parts, today=typed.today)
    except NotADay as problem:
        typed.errors["until"] = say_of_day(str(problem))
        return None
    if until < day:
        typed.errors["until"] = _("The last day is before the first one. Please look at both.")
    return until if until != day else None


def _time_of_day(typed: Typed) -> str:
    """Return HH:MM, or a part of the day, or nothing."""
    typed_time, part = typed.line("time"), typed.line("part")
    if not typed_time:
        return part if part in PARTS_OF_DAY else ""
    clock = read_clock(typed_time)
    if clock is None:
        typed.errors["time"] = _("We cannot read this time. Please write it like 23:15 or 11pm.")
        return ""
    return clock


def _precision(typed: Typed, time_of_day: str) -> Precision:
    if _is_month(typed):
        return Precision.MONTH
    if typed.form.get("when") == Precision.ABOUT:
        return Precision.ABOUT
    return Precision.EXACT if ":" in time_of_day else Precision.DAY


def _choice(precision: Precision) -> str:
    return Precision.DAY if precision is Precision.EXACT else precision


def _parts(name: str, day: date, *, without_day: bool = False) -> dict[str, str]:
    return {
        f"{name}-day": "" if without_day else str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }
