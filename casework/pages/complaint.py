"""The section of complaints at a case: what happened, where it can go, where each one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import svcs
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework import actions
from casework import professional_wording as wording
from casework.bodies import Body, Proposal, load_bodies, propose
from casework.complaints import ENDS, Complaint
from casework.model import CaseKind
from casework.pages.form_summary import facts_of
from casework.pages.opened import Opened
from casework.professional import ProfessionalHarm
from config.settings import Settings
from reports.dates import local_day

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSection:
    """What the section shows; `facts` are those of the form, if the case came in by one."""

    harm: ProfessionalHarm | None
    facts: list[tuple[str, str]]
    proposals: tuple[Proposal, ...]
    complaints: tuple[Complaint, ...]
    bodies: Mapping[str, Body]
    today: date

    @property
    def options(self) -> Options:
        """Return the bodies to choose from, those that are proposed first."""
        first = [each.body for each in self.proposals]
        rest = [each for each in self.bodies.values() if each not in first]
        return [(each.code, each.name) for each in (*first, *rest)]

    def name_of(self, code: str) -> str:
        """Return the name of a body, or the code of one that left the file."""
        return self.bodies[code].name if code in self.bodies else code

    def say(self, complaint: Complaint) -> str:
        """Return where a complaint stands, or how it ended."""
        if complaint.is_running:
            return _(wording.STAGES[complaint.stage])
        return _(wording.STATES[complaint.state])

    def day_in(
        self, name: str, typed: MultiDict[str, str], kept: date | None = None
    ) -> Mapping[str, str]:
        """Return the parts of a day as they were typed, or else as they are kept."""
        fields = {part: f"{name}-{part}" for part in ("day", "month", "year")}
        if any(field in typed for field in fields.values()):
            return {part: typed.get(field, "") for part, field in fields.items()}
        return {part: str(getattr(kept, part)) for part in fields} if kept else {}

    @property
    def stages(self) -> Options:
        """Return the stages to choose from."""
        return [(each.value, _(words)) for each, words in wording.STAGES.items()]

    @property
    def ends(self) -> Options:
        """Return the outcomes to choose from."""
        return [(each.value, _(wording.STATES[each])) for each in ENDS]


def complaint(opened: Opened) -> ComplaintSection | None:
    """Return the section of a case about harm by a professional."""
    card = opened.case.card
    if card.kind is not CaseKind.PROFESSIONAL:
        return None
    session, settings = svcs.flask.get(Session, Settings)
    harm = actions.harm_of_case(session, opened.keys, opened.id, opened.case.intake)
    complaints = actions.complaints_of_case(session, opened.keys, opened.id)
    bodies = load_bodies(settings.home_region)
    over = [each.last_reply_on for each in complaints if not each.is_running]
    answered_on = max(filter(None, over), default=None)
    return ComplaintSection(
        harm=harm,
        facts=facts_of(harm) if harm else [],
        proposals=propose(bodies.values(), harm, harm.nation, answered_on=answered_on)
        if harm
        else (),
        complaints=complaints,
        bodies=bodies,
        today=local_day(datetime.now(UTC), settings.time_zone),
    )
