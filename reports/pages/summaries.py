"""The answers of a report, gathered for its writer to check before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from reports.model import Consent, GivenIdentifier, Submission
from reports.pages.saying import (
    facts_of_contact,
    facts_of_person,
    say_area,
    say_given,
    say_harm,
    say_setting,
    say_when,
)
from reports.pages.steps import CONTACT, KINDS, NUMBERS, PERSON, SHARING, STORY, WHEN, WHERE, Step
from reports.wording import CERTAINTIES, CONSENTS

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question with its answer: plain words, or pairs of term and words."""

    step: Step
    title: str
    words: str = ""
    facts: Facts
    number: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the question was left out."""
        return not self.words and not any(words for _term, words in self.facts)


def summary(said: Submission, areas: Mapping[str, str]) -> list[Part]:
    """Return every question with its answer, in the order of the pages."""
    place = [
        (_("Area"), say_area(said, areas)),
        (_("District"), said.district),
        (_("Setting"), say_setting(said)),
    ]
    contact = [*facts_of_contact(said.safe_contact), (_("Support"), _support(said))]
    return [
        _part(STORY, words=said.narrative),
        _part(KINDS, words="\n".join(map(say_harm, said.harms))),
        _part(WHEN, words=say_when(said.when)),
        _part(WHERE, facts=place),
        _part(NUMBERS, words=said.first_contact, facts=[*map(_identifier, said.identifiers)]),
        *_people(said),
        _part(CONTACT, facts=contact),
        _part(SHARING, words=_consents(said)),
    ]


def gaps(said: Submission) -> list[tuple[Step, str]]:
    """Return what does not fit together, with the page that would mend it; nothing stops sending.

    Somebody who asks for a call without a way to reach them should hear of it before they leave.
    """
    found = []
    wants_word = said.support_wanted or said.consents & {
        Consent.SUPPORTED_POLICE,
        Consent.CONTACT_LATER,
    }
    if wants_word and not (said.safe_contact and said.safe_contact.how):
        found.append((CONTACT, _("You would like to hear from us, but have not said how.")))
    if Consent.REGISTER in said.consents and not any(each.value for each in said.identifiers):
        found.append(
            (NUMBERS, _("You want to put something on the register, but gave no number for it."))
        )
    return found


def _part(
    step: Step, *, words: str = "", facts: Facts | None = None, number: int | None = None
) -> Part:
    return Part(step=step, title=_(step.title), words=words, facts=facts or [], number=number)


def _people(said: Submission) -> list[Part]:
    if not said.people:
        return [_part(PERSON)]
    return [
        _part(PERSON, facts=facts_of_person(person), number=number)
        for number, person in enumerate(said.people, 1)
    ]


def _identifier(given: GivenIdentifier) -> tuple[str, str]:
    notes = [_(CERTAINTIES[given.certainty])]
    if given.may_be_shared:
        notes.append(_("may be shared or faked"))
    if given.value is None:
        notes.append(_("kept as you wrote it"))
    return say_given(given), ", ".join(notes)


def _support(said: Submission) -> str:
    return _("Yes, please") if said.support_wanted else ""


def _consents(said: Submission) -> str:
    ordered = [consent for consent in Consent if consent in said.consents]
    return "\n".join(_(CONSENTS[consent].label) for consent in ordered)
