"""What a form on harm by a professional says, in words: for who checks it, and for the desk."""

from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _

from casework import professional_wording as wording
from casework.model import Intake
from casework.pages.form_steps import (
    CONTACT,
    INDEPENDENT,
    KINDS,
    STORY,
    WANTED,
    WHEN,
    WHERE,
    WHO,
    WITNESSES,
    FormStep,
)
from casework.professional import ProfessionalHarm
from members import addresses

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question with its answer: plain words, or pairs of term and words."""

    step: FormStep
    title: str
    words: str
    facts: Facts

    @property
    def is_empty(self) -> bool:
        """Whether the question was left out."""
        return not self.words and not any(words for _term, words in self.facts)


def summary(said: ProfessionalHarm) -> list[Part]:
    """Return every question with its answer, in the order of the pages."""
    return [
        _part(STORY, words=said.intake.words),
        _part(WHO, facts=say_who(said)),
        _part(KINDS, words=say_kinds(said)),
        _part(WHEN, words=say_when(said)),
        _part(WHERE, words=say_where(said)),
        _part(WITNESSES, words=said.witnesses),
        _part(WANTED, words=say_wanted(said)),
        _part(INDEPENDENT, words=say_handled_by(said)),
        _part(CONTACT, facts=say_contact(said.intake)),
    ]


def facts_of(said: ProfessionalHarm) -> Facts:
    """Return what the desk reads beside the account of what happened."""
    return [
        *say_who(said),
        (_("What it was"), say_kinds(said)),
        (_("When"), say_when(said)),
        (_("Where"), say_where(said)),
        (_("Witnesses"), said.witnesses),
        (_("Wanted"), say_wanted(said)),
    ]


def say_who(said: ProfessionalHarm) -> Facts:
    """Return who it was."""
    return [
        (_("Kind of work"), _(wording.SECTORS[said.sector].label) if said.sector else ""),
        (_("Role"), said.role),
        (_("Organisation"), said.organisation),
        (_("Force or registration number"), said.number),
    ]


def say_kinds(said: ProfessionalHarm) -> str:
    """Return what they did."""
    return ", ".join(_(wording.KINDS[each].label) for each in said.kinds)


def say_when(said: ProfessionalHarm) -> str:
    """Return when it was, in their words and as a day."""
    day = format_date(said.happened_on, "long") if said.happened_on else ""
    return " · ".join(filter(None, (said.when, day)))


def say_where(said: ProfessionalHarm) -> str:
    """Return where it was."""
    nation = _(wording.NATIONS[said.nation]) if said.nation else ""
    return " · ".join(filter(None, (said.where, nation)))


def say_wanted(said: ProfessionalHarm) -> str:
    """Return what they would like to come of it."""
    chosen = ", ".join(_(wording.OUTCOMES[each].label) for each in said.outcomes)
    return " · ".join(filter(None, (chosen, said.outcome_words)))


def say_handled_by(said: ProfessionalHarm) -> str:
    """Return who shall handle it."""
    return _("Somebody independent") if said.independent else _("Any caseworker")


def say_contact(intake: Intake) -> Facts:
    """Return how to reach them."""
    return [
        (_("How"), _(wording.REACHES[intake.reach].label)),
        (_("Number or address"), addresses.as_people_write(intake.address)),
        (_("Safe times"), intake.safe_times),
        (_("Safe word"), intake.safe_word),
        (_("Messages"), _("Never leave one") if intake.no_message else ""),
        (_("Call me"), intake.called),
    ]


def _part(step: FormStep, *, words: str = "", facts: Facts | None = None) -> Part:
    return Part(step=step, title=_(step.title), words=words, facts=facts or [])
