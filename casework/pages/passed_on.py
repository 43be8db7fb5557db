"""The section of a case on consents, and on what was passed on."""

from dataclasses import dataclass

import svcs
from sqlalchemy.orm import Session

from casework import actions
from casework.consents import (
    LONGEST_PASSED_ON,
    SWITCHES,
    WAYS,
    WORD_FOR_WORD,
    CaseConsent,
    ConsentOfCase,
)
from casework.disclosing import LONGEST_RECIPIENT, Disclosed
from casework.pages.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosures:
    """What of a case may go to whom, what went, and what the forms offer."""

    consents: tuple[ConsentOfCase, ...]
    told: tuple[Disclosed, ...]
    switches = SWITCHES
    ways = WAYS
    longest_recipient = LONGEST_RECIPIENT
    longest_words = LONGEST_PASSED_ON

    @property
    def standing(self) -> tuple[CaseConsent, ...]:
        """Return what stands."""
        on = {each.switch for each in self.consents if each.stands}
        return tuple(each for each in CaseConsent if each in on)

    @property
    def word_for_word(self) -> tuple[CaseConsent, ...]:
        """Return under what something may be passed on."""
        return tuple(each for each in self.standing if each in WORD_FOR_WORD)


def load_disclosures(opened: Opened) -> Disclosures:
    """Return the section of a case that was opened."""
    session = svcs.flask.get(Session)
    return Disclosures(
        consents=actions.case_consents(session, opened.id),
        told=actions.told_of_case(session, opened.id, opened.keys.shared),
    )
