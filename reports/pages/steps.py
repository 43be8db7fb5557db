"""The questions of a report, in their order, one a page."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from checker.model import HarmKind
from reports.model import Submission
from reports.pages import answers, numbers
from reports.pages.typed import Typed
from reports.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question: its address, its heading, and how its form is read and filled again."""

    slug: str
    title: str
    read: Callable[[Typed, Submission], Submission]
    fill: Callable[[Submission], MultiDict[str, str]]

    @property
    def template(self) -> str:
        """Return the name of its template."""
        return f"reports/ask_{self.slug.replace('-', '_')}.html"


STORY = Step(
    slug="what-happened",
    title=N_("What happened?"),
    read=answers.read_story,
    fill=answers.fill_story,
)
KINDS = Step(
    slug="kinds",
    title=N_("Was it any of these?"),
    read=answers.read_kinds,
    fill=answers.fill_kinds,
)
DETAILS = Step(
    slug="details",
    title=N_("A little more about that"),
    read=answers.read_details,
    fill=answers.fill_details,
)
WHEN = Step(
    slug="when",
    title=N_("When was it?"),
    read=answers.read_when,
    fill=answers.fill_when,
)
WHERE = Step(
    slug="where",
    title=N_("Where was it?"),
    read=answers.read_where,
    fill=answers.fill_where,
)
NUMBERS = Step(
    slug="numbers",
    title=N_("How did they reach you?"),
    read=numbers.read_numbers,
    fill=numbers.fill_numbers,
)
PERSON = Step(
    slug="person",
    title=N_("What were they like?"),
    read=answers.read_person,
    fill=answers.fill_person,
)
CONTACT = Step(
    slug="contact",
    title=N_("May we get in touch?"),
    read=answers.read_contact,
    fill=answers.fill_contact,
)
SHARING = Step(
    slug="sharing",
    title=N_("What may we do with it?"),
    read=answers.read_sharing,
    fill=answers.fill_sharing,
)
STEPS = (STORY, KINDS, DETAILS, WHEN, WHERE, NUMBERS, PERSON, CONTACT, SHARING)
BY_SLUG = {step.slug: step for step in STEPS}
TOTAL = len(STEPS) + 1  # with checking the answers
WITHOUT_DETAILS = frozenset({HarmKind.NO_SHOW_OR_TIME_WASTING})


def asked_of(said: Submission) -> tuple[Step, ...]:
    """Return the questions that this report has: the details only where there are any."""
    detailed = any(harm.kind not in WITHOUT_DETAILS for harm in said.harms)
    return tuple(step for step in STEPS if step is not DETAILS or detailed)


def after(step: Step, said: Submission) -> Step | None:
    """Return the next question, or None when it is time to check the answers."""
    return _beside(step, said, 1)


def before(step: Step, said: Submission) -> Step | None:
    """Return the question before, or None for the first."""
    return _beside(step, said, -1)


def _beside(step: Step, said: Submission, way: int) -> Step | None:
    asked = asked_of(said)
    if step not in asked:
        return KINDS if way < 0 else WHEN
    place = asked.index(step) + way
    return asked[place] if 0 <= place < len(asked) else None
