"""Consents of a case: written down, seen and taken back by the person, asked for before all."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from casework import actions
from casework.consents import CaseConsent, NotGiven
from casework.keys import Person
from casework.model import LineKind, NoSuchCase
from members import actions as members
from members.model import Role
from storage.keys import Sealers
from storage.record_keys import RECOVERY, Reader, open_key, shred
from tests import given, given_cases
from tests.given_cases import GivenCase
from tests.members.visits import Visitor
from tests.whole import Whole, press

WORDS = "They need help with a place to stay.\nCall after ten."
LINE = "You said yes to: The police. On the phone."


class Case:
    """A case that nobody took yet, and a caseworker."""

    def __init__(self, session: Session, sealers: Sealers, now: datetime) -> None:
        self.session, self.sealers, self.now = session, sealers, now
        person = given.a_caseworker(session, sealers, now=now)
        self.given = given_cases.a_case(session, sealers, now=now)
        self.account = members.get_account(session, sealers, account_id=person.id)
        self.reader = given.a_reader(session, sealers, person, now=now)
        self.person = Person.by_code(sealers.reports, self.given.code)

    def say_yes(self, switch: CaseConsent = CaseConsent.POLICE) -> None:
        """Write down that the person said yes."""
        actions.give_case_consent(
            self.session,
            self.reader,
            self.account,
            self.given.id,
            switch=switch,
            line=LINE,
            now=self.now,
        )

    def pass_on(self, switch: CaseConsent = CaseConsent.POLICE) -> None:
        """Pass something on."""
        actions.pass_on(
            self.session,
            self.sealers,
            self.reader,
            self.account,
            self.given.id,
            switch=switch,
            recipient="A police force",
            words=WORDS,
            now=self.now,
        )


@pytest.fixture
def case(session: Session, sealers: Sealers, now: datetime) -> Case:
    """Give a case."""
    return Case(session, sealers, now)


def test_what_is_passed_on_is_read_word_for_word_by_the_person_and_the_offline_key(
    case: Case, recovery: Reader
) -> None:
    case.say_yes()
    case.pass_on()
    [consent], [told] = actions.own_consents(case.session, case.person)
    assert (consent.switch, consent.stands) == (CaseConsent.POLICE, True)
    assert (told.recipient, told.consent, told.text) == ("A police force", "police", WORDS)
    assert recovery.holder_id == RECOVERY
    assert open_key(case.session, recovery, told.id).octets


def test_how_they_said_yes_stands_in_their_own_view_once(case: Case) -> None:
    case.say_yes()
    case.say_yes()
    opened, _ = actions.open_case_file(case.session, case.reader, case.given.id, case.account)
    assert [(line.kind, line.text) for line in opened.lines] == [(LineKind.AGREED, LINE)]
    assert len(actions.case_consents(case.session, case.given.id)) == 1


@pytest.mark.parametrize("switch", [CaseConsent.SERVICE, CaseConsent.COMPLAINT, CaseConsent.POLICE])
def test_nothing_is_passed_on_without_that_very_consent(case: Case, switch: CaseConsent) -> None:
    for other in CaseConsent:
        if other is not switch:
            case.say_yes(other)
    with pytest.raises(NotGiven):
        case.pass_on(switch)


def test_figures_and_research_let_no_words_out(case: Case) -> None:
    case.say_yes(CaseConsent.FIGURES)
    with pytest.raises(NotGiven):
        case.pass_on(CaseConsent.FIGURES)


def test_what_the_person_takes_back_allows_nothing_more_and_the_desk_sees_it(case: Case) -> None:
    case.say_yes()
    case.pass_on()
    actions.take_back_own(case.session, case.person, switch=CaseConsent.POLICE, now=case.now)
    with pytest.raises(NotGiven):
        case.pass_on()
    [consent], told = actions.own_consents(case.session, case.person)
    assert not consent.stands
    assert len(told) == 1
    opened, _ = actions.open_case_file(case.session, case.reader, case.given.id, case.account)
    assert opened.card.unanswered


def test_what_the_desk_ends_is_over_and_can_be_given_again(case: Case) -> None:
    case.say_yes()
    actions.end_case_consent(
        case.session, case.account, case.given.id, switch=CaseConsent.POLICE, now=case.now
    )
    with pytest.raises(NotGiven):
        case.pass_on()
    case.say_yes()
    case.pass_on()
    consents = actions.case_consents(case.session, case.given.id)
    assert sorted(each.stands for each in consents) == [False, True]


def test_another_code_finds_no_case(case: Case) -> None:
    stranger = Person.by_code(case.sealers.reports, "0" * 24)
    with pytest.raises(NoSuchCase):
        actions.own_consents(case.session, stranger)
    with pytest.raises(NoSuchCase):
        actions.take_back_own(case.session, stranger, switch=CaseConsent.POLICE, now=case.now)


def test_a_shredded_disclosure_says_when_and_to_whom_alone(case: Case) -> None:
    case.say_yes()
    case.pass_on()
    _, [told] = actions.own_consents(case.session, case.person)
    shred(case.session, [told.id])
    _, [told] = actions.own_consents(case.session, case.person)
    assert (told.recipient, told.words, told.text) == ("A police force", None, "")


# In a browser


def a_case(house: Whole) -> GivenCase:
    """Return a case."""
    with house.writing() as session:
        return given_cases.a_case(session, house.services.sealers, now=house.now)


def person_of(house: Whole, case: GivenCase) -> Visitor:
    """Return the browser of the person, who used their code just now."""
    visitor = house.visitor()
    with house.app.test_request_context(), visitor.client.session_transaction() as cookie:
        cookie["case"] = {"code": case.code, "at": int(house.now.timestamp())}
    return visitor


def test_the_desk_writes_down_and_the_person_reads_and_takes_back(house: Whole) -> None:
    case = a_case(house)
    desk = house.sign_in(house.person(Role.CASEWORKER))
    desk.open(f"/desk/cases/{case.id}")
    assert "Something can be passed on once they agree to it" in desk.text
    desk.form("/consents")
    press(desk, f"/desk/cases/{case.id}/consents", **{"consent-switch": "police"})
    assert "Say how they said it" in desk.text
    press(
        desk,
        f"/desk/cases/{case.id}/consents",
        **{"consent-switch": "police", "consent-how": "call"},
    )
    desk.fill(
        "/passed-on",
        **{"passed-switch": "police", "passed-recipient": "A force", "passed-words": WORDS},
    )
    assert "A force" in desk.text
    person = person_of(house, case).open("/case/consents")
    assert "They need help with a place to stay." in person.text
    person.send("off=police", form="/case/consents")
    assert "off from" in person.text
    press(
        desk,
        f"/desk/cases/{case.id}/passed-on",
        **{"passed-switch": "police", "passed-recipient": "A force", "passed-words": "More of it."},
    )
    assert desk.status == 409
    assert "More of it." in desk.markup
    assert "More of it." not in person.open("/case/consents").text


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(house: Whole) -> None:
    case = a_case(house)
    desk = house.sign_in(house.person(Role.CASEWORKER))
    press(desk, f"/desk/cases/{case.id}/passed-on", **{"passed-words": "Half of it."})
    assert desk.status == 422
    assert "Say who gets it." in desk.text
    assert "Half of it." in desk.markup


def test_without_a_code_nothing_is_shown(house: Whole) -> None:
    answer = house.visitor().client.get("/case/consents")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/case")
    assert house.sign_in(house.person()).open("/account/cases/C1234567/consents").status == 404


def test_a_case_of_others_is_not_there(house: Whole) -> None:
    desk = house.sign_in(house.person(Role.CASEWORKER))
    nowhere = f"/desk/cases/{house.person().id}/consents"
    press(desk, nowhere, **{"consent-switch": "police", "consent-how": "call"})
    assert desk.status == 404
