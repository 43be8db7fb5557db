"""A case that one caseworker took and let a colleague into, and the browsers of those around it."""

from dataclasses import dataclass
from uuid import UUID

from casework.actions.access import close_in, let_in
from casework.model import CaseState
from casework.records import CaseRow
from members.model import Role
from tests import given, given_cases
from tests.members.visits import Visitor
from tests.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A case, two who may open it, a lead, and one at the desk who may not."""

    house: Whole
    case: given_cases.GivenCase
    first: given.Person
    second: given.Person
    lead: given.Person
    stranger: given.Person

    @property
    def path(self) -> str:
        """Return the address of the case."""
        return f"/desk/cases/{self.case.id}"

    def open(self, person: given.Person) -> Visitor:
        """Return somebody's browser on the page of the case."""
        return self.house.sign_in(person).open(self.path)


def at_the_desk(house: Whole) -> Desk:
    """Open a case that was taken and shared."""
    first, second, stranger = (house.person(Role.CASEWORKER) for _ in range(3))
    lead = house.person(Role.LEAD)
    sealers, now = house.services.sealers, house.now
    with house.writing() as session:
        case = given_cases.a_case(session, sealers, now=now)
        row = session.get_one(CaseRow, case.id)
        row.state, row.assignee_id = CaseState.OPEN, first.id
        reader = given.a_reader(session, sealers, first, now=now)
        close_in(session, row, to=first.id)
        let_in(session, reader, row, account_id=second.id)
    return Desk(house=house, case=case, first=first, second=second, lead=lead, stranger=stranger)


def task_form(person_id: UUID, words: str, **day: str) -> dict[str, str]:
    """Return what is typed for a task."""
    typed = {"task-words": words, "task-for": str(person_id)}
    return typed | {f"task-due-{part}": value for part, value in day.items()}
