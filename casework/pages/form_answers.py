"""Answers of the form on harm by a professional: each page's form read, and filled again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework.model import LONGEST_WORDS, Intake, Reach
from casework.pages.reaching import read_address
from casework.professional import (
    LONGEST_NUMBER,
    LONGEST_WITNESSES,
    HarmByProfessional,
    Nation,
    ProfessionalHarm,
    Sector,
    WantedOutcome,
)
from members.typed import TypedForm
from reports.dates import STILL_TO_COME, NotADay, read_day

Fields = MultiDict[str, str]
INDEPENDENT, ANYBODY = "independent", "anybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPage(TypedForm):
    """A page's form as it came, and what the instance knows."""

    region: str
    today: date


def read_story(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take what happened, in their own words."""
    words = typed.words("story", longest=LONGEST_WORDS)
    return replace(said, intake=replace(said.intake, words=words))


def fill_story(said: ProfessionalHarm) -> Fields:
    """Return the words again."""
    return MultiDict({"story": said.intake.words})


def read_who(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take where they work, as what, and a number."""
    return replace(
        said,
        sector=typed.one_of("sector", Sector),
        role=typed.line("their-role"),
        organisation=typed.line("their-organisation"),
        number=typed.line("their-number", longest=LONGEST_NUMBER),
    )


def fill_who(said: ProfessionalHarm) -> Fields:
    """Return who it was."""
    return MultiDict(
        {
            "sector": said.sector or "",
            "their-role": said.role,
            "their-organisation": said.organisation,
            "their-number": said.number,
        }
    )


def read_kinds(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take what they did."""
    return replace(said, kinds=typed.some_of("done", HarmByProfessional))


def fill_kinds(said: ProfessionalHarm) -> Fields:
    """Return the kinds that are ticked."""
    return _several("done", said.kinds)


def read_when(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take the time in words, and the day if there is one."""
    return replace(said, when=typed.line("when-words"), happened_on=_day(typed))


def fill_when(said: ProfessionalHarm) -> Fields:
    """Return the time, and the day in its parts."""
    found: Fields = MultiDict({"when-words": said.when})
    if said.happened_on:
        parts = {name: str(getattr(said.happened_on, name)) for name in ("day", "month", "year")}
        found.update({f"day-{name}": number for name, number in parts.items()})
    return found


def read_where(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take the place."""
    return replace(said, where=typed.line("where-words"), nation=typed.one_of("nation", Nation))


def fill_where(said: ProfessionalHarm) -> Fields:
    """Return the place."""
    return MultiDict({"where-words": said.where, "nation": said.nation or ""})


def read_witnesses(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take who else was there."""
    return replace(said, witnesses=typed.words("witnesses", longest=LONGEST_WITNESSES))


def fill_witnesses(said: ProfessionalHarm) -> Fields:
    """Return who else was there."""
    return MultiDict({"witnesses": said.witnesses})


def read_wanted(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take what should come of it."""
    outcomes = typed.some_of("wanted", WantedOutcome)
    return replace(said, outcomes=outcomes, outcome_words=typed.line("wanted-words"))


def fill_wanted(said: ProfessionalHarm) -> Fields:
    """Return what should come of it."""
    found = _several("wanted", said.outcomes)
    found["wanted-words"] = said.outcome_words
    return found


def read_independent(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take whether somebody independent shall handle it."""
    return replace(said, independent=typed.form.get("handled-by") == INDEPENDENT)


def fill_independent(said: ProfessionalHarm) -> Fields:
    """Return whether somebody independent shall handle it."""
    return MultiDict({"handled-by": INDEPENDENT if said.independent else ANYBODY})


def read_contact(typed: TypedPage, said: ProfessionalHarm) -> ProfessionalHarm:
    """Take how to be reached safely."""
    reach = typed.one_of("reach", Reach) or Reach.HERE
    intake = Intake(
        words=said.intake.words,
        reach=reach,
        address=read_address(typed, "reach-address", reach, region=typed.region),
        safe_times=typed.line("safe-times"),
        safe_word=typed.line("safe-word"),
        no_message=typed.ticked("no-message"),
        called=typed.line("called"),
    )
    return replace(said, intake=intake)


def fill_contact(said: ProfessionalHarm) -> Fields:
    """Return how to be reached."""
    intake = said.intake
    found: Fields = MultiDict(
        {
            "reach": intake.reach,
            "reach-address": intake.address,
            "safe-times": intake.safe_times,
            "safe-word": intake.safe_word,
            "called": intake.called,
        }
    )
    if intake.no_message:
        found["no-message"] = "yes"
    return found


def _several(name: str, values: Iterable[str]) -> Fields:
    return MultiDict([(name, value) for value in values])


def _day(typed: TypedPage) -> date | None:
    parts = typed.parts("day")
    if not any(map(str.strip, parts.values())):
        return None
    try:
        return read_day(parts, today=typed.today)
    except NotADay as error:
        typed.errors["day"] = (
            _("This date has not come yet. Please look at it again.")
            if str(error) == STILL_TO_COME
            else _("Please write the day and the month in numbers, such as 27 3 2026.")
        )
        return None
