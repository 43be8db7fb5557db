"""Harm by somebody in their job: what the form asks, and what may be counted; no I/O.

Nothing of it is looked for on the register, or goes there: numbers and names stay words.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casework.model import Intake

LONGEST_NUMBER = 60
LONGEST_WITNESSES = 2_000
SHOWN_FROM = 10  # smaller counts could point to somebody
ROUNDED_TO = 5


class Sector(StrEnum):
    """Where somebody works."""

    POLICE = "police"
    HEALTH = "health"
    HOUSING = "housing"
    EDUCATION = "education"
    SUPPORT = "support"  # social and support services
    OTHER = "other"  # or not said


class HarmByProfessional(StrEnum):
    """What somebody in their job did."""

    RACISM = "racism"
    DISCRIMINATION = "discrimination"  # of any other kind
    REFUSAL = "refusal"
    ABUSE_OF_POWER = "abuse_of_power"
    VIOLENCE = "violence"
    OUTING = "outing"
    OTHER = "other"


class WantedOutcome(StrEnum):
    """What somebody would like to come of it; being heard counts as one."""

    HEARD = "heard"
    APOLOGY = "apology"
    EXPLANATION = "explanation"
    CHANGED_PRACTICE = "changed_practice"
    DISCIPLINARY = "disciplinary"
    COMPENSATION = "compensation"
    SERVICE = "service"  # the treatment or the service after all
    OTHER = "other"


class Nation(StrEnum):
    """Where it was, as complaint bodies divide it; ISO 3166-2."""

    ENGLAND = "GB-ENG"
    WALES = "GB-WLS"
    SCOTLAND = "GB-SCT"
    NORTHERN_IRELAND = "GB-NIR"


class NoSuchForm(Exception):
    """Nothing opens with this code, or none is held any more."""


class NothingSaid(Exception):
    """The form does not say what happened: the one thing that is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalHarm:
    """What a form says. What happened, and how to be reached, is in `intake`, as for every case.

    `happened_on` is the day, or the first of several; `when` is how they would say it themselves.
    """

    intake: Intake = field(default_factory=Intake)
    sector: Sector | None = None
    role: str = field(default="", repr=False)
    organisation: str = field(default="", repr=False)
    number: str = field(default="", repr=False)  # of the force, or of a professional register
    kinds: tuple[HarmByProfessional, ...] = ()
    when: str = field(default="", repr=False)
    happened_on: date | None = None
    where: str = field(default="", repr=False)
    nation: Nation | None = None
    witnesses: str = field(default="", repr=False)
    outcomes: tuple[WantedOutcome, ...] = ()
    outcome_words: str = field(default="", repr=False)
    independent: bool = False  # whoever handles it shall be from elsewhere

    @property
    def says_what_happened(self) -> bool:
        """Whether the one question that is needed was answered."""
        return bool(self.intake.words.strip())


def shown_count(count: int) -> int | None:
    """Return a count as it may leave: None for one under 10, else to the nearest 5."""
    if count < SHOWN_FROM:
        return None
    return ROUNDED_TO * round(count / ROUNDED_TO)
