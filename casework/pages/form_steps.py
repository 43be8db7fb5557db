"""The questions of the form on harm by a professional, in their order, one a page."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from casework.pages import form_answers as answers
from casework.pages.form_answers import TypedPage
from casework.professional import ProfessionalHarm
from reports.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStep:
    """One question: its address, its heading, and how its form is read and filled again."""

    slug: str
    title: str
    read: Callable[[TypedPage, ProfessionalHarm], ProfessionalHarm]
    fill: Callable[[ProfessionalHarm], MultiDict[str, str]]

    @property
    def template(self) -> str:
        """Return the name of its template."""
        return f"casework/form_{self.slug.replace('-', '_')}.html"


STORY = FormStep(
    slug="what-happened",
    title=N_("What happened?"),
    read=answers.read_story,
    fill=answers.fill_story,
)
WHO = FormStep(slug="who", title=N_("Who was it?"), read=answers.read_who, fill=answers.fill_who)
KINDS = FormStep(
    slug="kinds",
    title=N_("Was it any of these?"),
    read=answers.read_kinds,
    fill=answers.fill_kinds,
)
WHEN = FormStep(
    slug="when", title=N_("When was it?"), read=answers.read_when, fill=answers.fill_when
)
WHERE = FormStep(
    slug="where", title=N_("Where was it?"), read=answers.read_where, fill=answers.fill_where
)
WITNESSES = FormStep(
    slug="witnesses",
    title=N_("Did anybody see it?"),
    read=answers.read_witnesses,
    fill=answers.fill_witnesses,
)
WANTED = FormStep(
    slug="wanted",
    title=N_("What would you like to come of it?"),
    read=answers.read_wanted,
    fill=answers.fill_wanted,
)
INDEPENDENT = FormStep(
    slug="handled-by",
    title=N_("Who should handle it?"),
    read=answers.read_independent,
    fill=answers.fill_independent,
)
CONTACT = FormStep(
    slug="contact",
    title=N_("How may we reach you?"),
    read=answers.read_contact,
    fill=answers.fill_contact,
)
STEPS = (STORY, WHO, KINDS, WHEN, WHERE, WITNESSES, WANTED, INDEPENDENT, CONTACT)
BY_SLUG = {step.slug: step for step in STEPS}
TOTAL = len(STEPS) + 1  # with checking the answers


def after(step: FormStep) -> FormStep | None:
    """Return the next question, or None when it is time to check the answers."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def before(step: FormStep) -> FormStep | None:
    """Return the question before, or None for the first."""
    place = STEPS.index(step) - 1
    return STEPS[place] if place >= 0 else None
