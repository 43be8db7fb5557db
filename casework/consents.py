"""What of a case may go to whom: switches, all off, each written down by the caseworker; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from reports.wording import N_

WORDING = "2026-11-28"
LONGEST_PASSED_ON = 4_000


class CaseConsent(StrEnum):
    """To whom something of a case may go."""

    SERVICE = "service"
    COMPLAINT = "complaint"
    POLICE = "police"
    RESEARCH = "research"
    FIGURES = "figures"


class GivenHow(StrEnum):
    """How somebody said yes."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    IN_PERSON = "in_person"
    HERE = "here"


SWITCHES: Mapping[CaseConsent, str] = MappingProxyType(
    {
        CaseConsent.SERVICE: N_("A service that I am referred to"),
        CaseConsent.COMPLAINT: N_("The body that looks into my complaint"),
        CaseConsent.POLICE: N_("The police"),
        CaseConsent.RESEARCH: N_("Research"),
        CaseConsent.FIGURES: N_("Anonymous figures"),
    }
)
WAYS: Mapping[GivenHow, str] = MappingProxyType(
    {
        GivenHow.CALL: N_("On the phone"),
        GivenHow.TEXT: N_("By text message"),
        GivenHow.EMAIL: N_("By mail"),
        GivenHow.IN_PERSON: N_("Face to face"),
        GivenHow.HERE: N_("In their messages here"),
    }
)
WORD_FOR_WORD = frozenset({CaseConsent.SERVICE, CaseConsent.COMPLAINT, CaseConsent.POLICE})


class NotGiven(Exception):
    """The person did not agree to this, or took it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOfCase:
    """A consent of a case: to what, under which wording, when, and when it was taken back."""

    switch: CaseConsent
    wording: str
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.withdrawn_at is None
