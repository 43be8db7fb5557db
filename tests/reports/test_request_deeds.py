"""What two people decide on a request is done when the second one confirms it, as it was read."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import event, text

from members.model import Role
from reports import actions as reports
from reports.model import Alone, Warning, WarningState
from storage import audit
from storage.audit import Wanted
from storage.audit_chain import Act
from storage.record_keys import count_records
from tests.given_reports import a_submission
from tests.members.visits import Visitor
from tests.reports.requests import OTHER, PHONE, answer, ask, code_on, first_request, messages_of
from tests.whole import Whole, press

NARRATIVE = a_submission().narrative


@dataclass(frozen=True)
class Case:
    """A warning on show, a request about its number, and the two who decide."""

    house: Whole
    warning: Warning
    desk: Visitor
    lead: Visitor
    member: Visitor

    def propose(self, remedy: str, outcome: str = "erased", **fields: str) -> None:
        """Propose to do something to the report."""
        first_request(self.desk)
        deed = {f"deed-{self.warning.report_id}": remedy}
        self.desk.fill("/answer", outcome=outcome, proof="none", **deed, **fields)

    def confirm(self) -> None:
        """Confirm what was proposed."""
        first_request(self.lead)
        self.lead.fill("/confirm")

    def check(self, entry: str = PHONE) -> str:
        """Return what a member reads who checks."""
        return self.member.open("/check").fill("/check", entry=entry).text

    def count(self, table: str) -> int:
        """Return how many rows of a table belong to the report."""
        with self.house.services.reading() as session:
            found = text(f"select count(*) from {table} where report_id = :id")  # noqa: S608 - ours
            return session.scalar(found, {"id": self.id_in_rows()}) or 0

    def id_in_rows(self) -> object:
        """Return the report's id as the database writes it."""
        engine = self.house.services.reading.kw["bind"]
        own = self.warning.report_id
        return own.hex if engine.dialect.name == "sqlite" else own


@pytest.fixture
def case(house: Whole) -> Case:
    warning = house.published()
    return Case(
        house,
        warning,
        house.sign_in(house.person(Role.CASEWORKER)),
        house.sign_in(house.person(Role.LEAD)),
        house.sign_in(house.person()),
    )


def acts(house: Whole) -> list[tuple[str, UUID | None]]:
    """Return what is on record."""
    with house.services.reading() as session:
        found = audit.entries(session, house.services.sealers.audit, Wanted())
    return [(each.act, each.on_id) for each in found]


def test_a_warning_is_withdrawn_by_the_two_who_decide(case: Case) -> None:
    ask(case.house, "dispute")
    assert "No warning found." not in case.check()
    case.propose("withdraw", "withdrawn")
    assert "No warning found." not in case.check()
    assert f"Its warning {case.warning.reference} is withdrawn." in case.desk.text
    first_request(case.lead)
    assert f"Its warning {case.warning.reference} is withdrawn." in case.lead.text
    case.lead.fill("/confirm")
    assert case.house.warning(case.warning).state is WarningState.WITHDRAWN
    assert "No warning found." in case.check()
    assert case.house.opened(case.warning.report_id).submission.narrative == NARRATIVE
    assert (Act.WARNING_WITHDRAWN, case.warning.id) in acts(case.house)
    with case.house.services.reading() as session:
        behind = text("select count(*) from register_entry where synced_at is null")
        assert session.scalar(behind) == 0  # those who check privately see it, too
        two = session.execute(
            text("select asked_by, granted_by from approval where kind = 'unpublish'")
        ).one()
    assert len(set(two)) == 2


def test_a_report_is_erased_with_its_words_its_keys_and_its_warnings(case: Case) -> None:
    code = code_on(ask(case.house, "erasure"))
    case.propose("erase")
    assert "It is erased with every word, for good." in case.desk.text
    case.confirm()
    assert "No warning found." in case.check()
    assert [
        case.count(each)
        for each in (
            "report_identifier",
            "person_described",
            "account_of_harm",
            "consent",
            "addition",
        )
    ] == [0] * 5
    with case.house.services.reading() as session:
        assert count_records(session, reports.sealed_records()) == (1, 1)  # the request's is kept
    left = case.house.warning(case.warning)
    assert (left.state, left.draft.description, left.draft.advice) == ("withdrawn", "", "")
    assert (Act.REPORT_ERASED, case.warning.report_id) in acts(case.house)
    assert "If we held anything that has to be deleted" in answer(case.house, code).text


def test_a_report_without_a_warning_is_gone_altogether(house: Whole) -> None:
    report = house.report()
    desk, lead = (house.sign_in(house.person(role)) for role in (Role.CASEWORKER, Role.LEAD))
    ask(house, "erasure")
    first_request(desk)
    assert 'value="withdraw"' not in desk.markup  # there is no warning to withdraw
    desk.fill("/answer", outcome="erased", proof="none", **{f"deed-{report.id}": "erase"})
    first_request(lead)
    lead.fill("/confirm")
    with house.services.reading() as session:
        assert session.scalar(text("select count(*) from report")) == 0
        assert session.scalar(text("select count(*) from register_ledger")) == 1  # the request's
        assert count_records(session, reports.sealed_records()) == (1, 0)


def test_what_is_named_comes_off_the_register_and_the_rest_stays(case: Case) -> None:
    ask(case.house, "erasure")
    case.propose("unlist")
    assert f"Its warning {case.warning.reference} stays." in case.desk.text
    case.confirm()
    assert "No warning found." in case.check()
    assert case.house.warning(case.warning).state is WarningState.PUBLISHED
    assert case.count("report_identifier") == len(a_submission().identifiers) - 1
    assert (Act.REPORT_UNLISTED, case.warning.report_id) in acts(case.house)


def test_what_another_report_lists_too_stays_on_the_register(case: Case) -> None:
    case.house.published()
    ask(case.house, "erasure")
    case.propose("erase")
    case.confirm()
    assert "No warning found." not in case.check()


def test_nothing_is_done_where_nothing_was_chosen(case: Case) -> None:
    ask(case.house, "erasure")
    case.propose("")
    assert "Nothing: it is right already" in case.desk.text
    case.confirm()
    assert case.house.warning(case.warning).state is WarningState.PUBLISHED


def test_who_keeps_something_changes_no_report(case: Case) -> None:
    ask(case.house, "erasure")
    case.propose("erase", "refused", why="It is a danger to others.")
    assert case.desk.status == 422
    assert "You chose to change a report below" in case.desk.text
    assert "It is a danger to others." in case.desk.markup
    assert case.desk.form("/answer").fields[f"deed-{case.warning.report_id}"] == "erase"


def test_a_report_that_names_something_else_cannot_be_chosen(case: Case) -> None:
    ask(case.house, "erasure", OTHER)
    first_request(case.desk)
    deed = {f"deed-{case.warning.report_id}": "erase"}
    case.desk.fill("/answer", outcome="erased", proof="none", **deed)
    case.confirm()
    assert case.house.opened(case.warning.report_id).submission.narrative == NARRATIVE


def test_nobody_erases_alone(case: Case) -> None:
    ask(case.house, "erasure")
    case.propose("erase")
    address = case.desk.path
    first_request(case.lead)
    proposal = case.lead.form("/confirm").fields["proposal"]
    press(case.desk, f"{address}/confirm", proposal=proposal)
    assert case.desk.status == 403
    assert case.house.warning(case.warning).state is WarningState.PUBLISHED


def test_what_was_written_anew_meanwhile_is_not_confirmed_unread(case: Case) -> None:
    code = code_on(ask(case.house, "erasure"))
    case.propose("")
    first_request(case.lead)
    read = case.lead.page.forms
    case.desk.fill("/back")
    case.propose("erase")
    case.lead.page.forms = read
    case.lead.fill("/confirm")
    assert case.lead.status == 409
    assert case.house.warning(case.warning).state is WarningState.PUBLISHED
    assert "We are looking at it." in answer(case.house, code).text


def test_a_warning_that_somebody_else_asks_about_stops_all_of_it(case: Case) -> None:
    code = code_on(ask(case.house, "erasure", tell="thrush741@example.org"))
    case.propose("erase")
    first_request(case.lead)
    read = case.lead.page.forms
    press(
        case.desk, f"/desk/warnings/{case.warning.id}/withdraw", why="It is wrong.", at_once="yes"
    )
    case.lead.page.forms = read
    case.lead.fill("/confirm")
    assert case.lead.status == 409  # somebody asked for that already: it is decided there first
    assert case.house.opened(case.warning.report_id).submission.narrative == NARRATIVE
    assert messages_of(case.house, "notice") == []
    assert "We are looking at it." in answer(case.house, code).text


@pytest.mark.parametrize("remedy", ["erase", "unlist"])
def test_a_report_that_is_not_as_it_was_read_is_not_touched(case: Case, remedy: str) -> None:
    ask(case.house, "erasure")
    case.propose(remedy)
    first_request(case.lead)
    services = case.house.services
    with case.house.writing() as session:
        reports.withdraw(
            session,
            services.sealers.reports,
            services.evaluator,
            warning_id=case.warning.id,
            now=case.house.now,
            alone=Alone.REPORTER,
        )
    case.lead.fill("/confirm")
    assert case.lead.status == 409
    assert case.house.opened(case.warning.report_id).submission.narrative == NARRATIVE
    assert case.count("report_identifier") == len(a_submission().identifiers)


def test_nothing_is_done_if_a_part_of_it_fails(case: Case) -> None:
    code = code_on(ask(case.house, "erasure", tell="thrush741@example.org"))
    case.propose("erase")
    first_request(case.lead)
    engine = case.house.services.writing.kw["bind"]

    def break_down(*args: object) -> None:
        if re.match(r"insert into delivery\b", str(args[2]), re.IGNORECASE):
            message = "the last step fails"
            raise ConnectionError(message)

    event.listen(engine, "before_cursor_execute", break_down)
    with pytest.raises(AssertionError, match="/confirm"):  # a page of status 500
        case.lead.fill("/confirm")
    event.remove(engine, "before_cursor_execute", break_down)
    assert case.house.warning(case.warning).state is WarningState.PUBLISHED
    assert case.house.opened(case.warning.report_id).submission.narrative == NARRATIVE
    assert "We are looking at it." in answer(case.house, code).text


def test_answers_with_and_without_deeds_have_one_length(case: Case) -> None:
    for remedy in ("", "withdraw"):
        ask(case.house, "erasure")
        case.propose(remedy)
        case.confirm()
    with case.house.services.reading() as session:
        lengths = session.scalars(text("select length(sealed_answer) from rights_request")).all()
    assert len(lengths) == 2
    assert len(set(lengths)) == 1


def test_a_report_that_was_declined_and_is_still_kept_can_be_erased(house: Whole) -> None:
    desk, lead = (house.sign_in(house.person(role)) for role in (Role.CASEWORKER, Role.LEAD))
    declined, ruth = house.report(), house.person(Role.CASEWORKER)
    with house.writing() as session:
        reports.take(session, declined.id, by=ruth.id)
        reports.decline(session, declined.id, now=house.now)
    ask(house, "erasure")
    first_request(desk)
    assert "Declined" in desk.text
    desk.fill("/answer", outcome="erased", proof="none", **{f"deed-{declined.id}": "erase"})
    first_request(lead)
    lead.fill("/confirm")
    with house.services.reading() as session:
        assert reports.references(session, ids=[declined.id]) == {}
