"""The words of the desk of cases."""

from collections.abc import Mapping
from types import MappingProxyType

from casework.actions import Whose
from casework.model import CaseKind, CaseSource, CaseState, LineKind, Outcome, Reach
from reports.wording import N_

KINDS: Mapping[CaseKind, str] = MappingProxyType(
    {CaseKind.SUPPORT: N_("support"), CaseKind.PROFESSIONAL: N_("harm by a professional")}
)
SOURCES: Mapping[CaseSource, str] = MappingProxyType(
    {
        CaseSource.CALL_BACK: N_("asks to be called"),
        CaseSource.MESSAGE: N_("wrote to us"),
        CaseSource.FORM: N_("sent the form"),
        CaseSource.BY_HAND: N_("opened at the desk"),
    }
)
STATES: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.NEW: N_("new"),
        CaseState.OPEN: N_("open"),
        CaseState.WAITING: N_("waiting"),
        CaseState.CLOSED: N_("closed"),
    }
)
OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.RESOLVED: N_("What was wanted was reached"),
        Outcome.PARTLY: N_("Some of it was reached"),
        Outcome.HEARD: N_("They wanted to be heard, and were"),
        Outcome.REFERRED: N_("Somebody else goes on"),
        Outcome.UNREACHABLE: N_("We could not reach them"),
        Outcome.STOPPED: N_("They did not want to go on"),
    }
)
REACHES: Mapping[Reach, str] = MappingProxyType(
    {
        Reach.CALL: N_("by a call"),
        Reach.TEXT: N_("by a text message"),
        Reach.EMAIL: N_("by email"),
        Reach.HERE: N_("only here, with the code or in the account"),
    }
)
LINES: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.MESSAGE: N_("A message"),
        LineKind.STEP: N_("What comes next"),
        LineKind.AGREED: N_("What we agreed"),
    }
)
WHOSE: Mapping[Whose, str] = MappingProxyType(
    {
        Whose.ALL: N_("All I may open"),
        Whose.MINE: N_("Mine"),
        Whose.UNTAKEN: N_("Nobody's yet"),
    }
)
