"""Joining through the pages, and deciding who may."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from members import actions as members
from members.model import AccountState, Role, VettedHow
from storage.keys import Sealers
from tests import given
from tests.members.conftest import SignIn
from tests.members.visits import Visitor

ANSWERS = {
    "name": "Violet",
    "passphrase": "a walk along the canal",
    "role": "member",
    "statement": "My advert: example.org/ads/violet",
}


def test_somebody_joins_in_one_page_and_is_signed_in(
    visitor: Visitor, session: Session, sealers: Sealers
) -> None:
    visitor.open("/join")
    visitor.fill("/join", **ANSWERS)
    assert visitor.path == "/join/done"
    assert "What happens next" in visitor.text
    [waiting] = members.list_applicants(session, sealers)
    assert (waiting.name[:-4], waiting.statement) == ("Violet ", ANSWERS["statement"])
    assert visitor.open("/account").path == "/account"


def test_every_wrong_answer_is_told_at_once_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    visitor.open("/join")
    visitor.fill(
        "/join",
        name="x",
        passphrase="short one",
        role="practitioner",
        organisation="",
        statement="",
    )
    assert visitor.status == 422
    for words in ("at least 2", "at least 12", "name of your organisation", "one thing by which"):
        assert words in visitor.text
    for field in ("name", "passphrase", "organisation", "statement"):
        assert f'href="#{field}"' in visitor.markup
        assert f'id="{field}"' in visitor.markup
    assert visitor.form("/join").fields["name"] == "x"
    assert visitor.form("/join").fields["role"] == "practitioner"
    assert "short one" not in visitor.markup


def test_a_role_that_nobody_applies_for_is_no_choice(visitor: Visitor, session: Session) -> None:
    visitor.open("/join")
    visitor.fill("/join", **{**ANSWERS, "role": "lead"})
    assert visitor.status == 422
    assert members.count_accounts(session) == []


def test_an_application_sent_twice_is_kept_once(visitor: Visitor, session: Session) -> None:
    draw = visitor.open("/join").form("/join").fields["draw"]
    for _ in range(2):
        visitor.open("/join")
        visitor.fill("/join", **ANSWERS, draw=draw)
        assert visitor.path == "/join/done"
    assert members.count_applicants(session) == 1


def test_whoever_asks_for_a_taken_name_gets_an_account_of_their_own(
    visitor: Visitor, member: given.Person, session: Session, sealers: Sealers
) -> None:
    visitor.open("/join")
    visitor.fill("/join", **{**ANSWERS, "name": member.name})
    [waiting] = members.list_applicants(session, sealers)
    assert waiting.account_id != member.id
    assert waiting.name in visitor.open("/account").text


def test_a_lead_reads_and_accepts_an_applicant(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.an_applicant(
        session,
        sealers,
        now=moment,
        name="Violet",
        role=Role.PRACTITIONER,
        organisation="Lantern Outreach",
    )
    lead = signed_in(given.a_lead(session, sealers, now=moment))
    lead.open("/desk/applicants")
    assert "Violet" in lead.text
    lead.open(f"/desk/applicants/{person.id}")
    assert "My advert" in lead.text
    assert "Violet" not in lead.title
    assert lead.fill(f"{person.id}", decision="vet").status == 422
    lead.fill(f"{person.id}", decision="vet", how=VettedHow.PROFILE)
    assert lead.path == "/desk/applicants"
    assert "Nobody is waiting" in lead.text
    session.rollback()
    session.expire_all()
    assert members.get_account(session, sealers, account_id=person.id).may_check


def test_a_declined_applicant_is_signed_out_at_once(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=moment)
    lead = signed_in(given.a_lead(session, sealers, now=moment))
    applicant = signed_in(person)
    assert applicant.open("/account").path == "/account"
    lead.open(f"/desk/applicants/{person.id}")
    lead.fill(f"{person.id}", decision="decline")
    assert applicant.open("/account").path == "/sign-in"


def test_a_decision_that_somebody_else_took_first_leads_back_to_the_list(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.an_applicant(session, sealers, now=moment)
    first, second = (signed_in(given.a_lead(session, sealers, now=moment)) for _ in range(2))
    for lead in (first, second):
        lead.open(f"/desk/applicants/{person.id}")
    first.fill(f"{person.id}", decision="decline")
    second.fill(f"{person.id}", decision="vet", how=VettedHow.PROFILE)
    assert second.path == "/desk/applicants"
    account = members.get_account(session, sealers, account_id=person.id)
    assert account.state is AccountState.DECLINED
    assert first.open(f"/desk/applicants/{person.id}").status == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD}))
def test_only_leads_see_applicants(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime, role: Role
) -> None:
    person = given.an_applicant(session, sealers, now=moment)
    other = signed_in(given.a_colleague(session, sealers, role, now=moment))
    assert other.open("/desk/applicants").status == 404
    assert other.open(f"/desk/applicants/{person.id}").status == 404
