"""Joining and one's own account through the pages."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.composing import compose
from members import actions as members
from members.model import AccountState, Cover, Preferences, Role, VettedHow
from messages.model import Channel
from messages.records import CauseTextRow
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE
from tests.members.conftest import RecordingQueue, SignIn
from tests.members.visits import Visitor

ANSWERS = {
    "name": "Violet",
    "passphrase": "a walk along the canal",
    "role": "member",
    "statement": "My advert: example.org/ads/violet",
}


@pytest.fixture
def moment() -> datetime:
    """Give the time of the pages, which is the time."""
    return datetime.now(UTC)


def last_code(session: Session, sealers: Sealers) -> str:
    """Return the code in the message that was written last."""
    [row] = session.scalars(select(CauseTextRow).where(CauseTextRow.text_key == "code"))
    body = sealers.contacts.text(
        row.sealed_body, table="cause_text", column="sealed_body", row=row.id
    )
    session.rollback()  # SQLite has one writer, and this session would be it
    found = re.search(r"\d{6}", body)
    assert found
    return found[0]


# Joining


def test_somebody_joins_in_one_page_and_is_signed_in(
    visitor: Visitor, session: Session, sealers: Sealers
) -> None:
    visitor.open("/join")
    visitor.fill("/join", **ANSWERS)
    assert visitor.path == "/join/done"
    assert "What happens next" in visitor.text
    [waiting] = members.list_applicants(session, sealers)
    assert (waiting.name, waiting.statement) == ("Violet", ANSWERS["statement"])
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
    for _ in range(2):
        visitor.open("/join")
        visitor.fill("/join", **ANSWERS)
        assert visitor.path == "/join/done"
    assert members.count_applicants(session) == 1


def test_a_taken_name_is_refused_and_opens_nothing(
    visitor: Visitor, member: given.Person, session: Session
) -> None:
    visitor.open("/join")
    visitor.fill("/join", **{**ANSWERS, "name": member.name})
    assert visitor.status == 422
    assert "Choose another" in visitor.text
    assert visitor.form("/join").fields["statement"] == ANSWERS["statement"]
    assert visitor.open("/account").path == "/sign-in"
    assert members.count_applicants(session) == 0


# One's account


def test_the_account_shows_what_it_is_and_where_it_is_signed_in(
    signed_in: SignIn, member: given.Person
) -> None:
    here, there = signed_in(member), signed_in(member)
    here.open("/account")
    assert member.name in here.text
    assert here.text.count("End it") == 2  # a column and one row
    assert member.name not in here.title
    there.open("/account")
    here.fill("/end")
    assert there.open("/account").path == "/sign-in"
    assert here.open("/account").path == "/account"


def test_signing_out_everywhere_includes_here(signed_in: SignIn, member: given.Person) -> None:
    here, there = signed_in(member), signed_in(member)
    here.open("/account")
    here.fill("/sign-ins/end")
    assert here.open("/account").path == "/sign-in"
    assert there.open("/account").path == "/sign-in"


def test_nobody_ends_a_sign_in_of_another_account(
    signed_in: SignIn, member: given.Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    other = signed_in(given.a_member(session, sealers, now=moment))
    here = signed_in(member)
    [found] = members.list_sign_ins(session, account_id=member.id, token="", now=moment)
    session.rollback()
    other.open("/account")
    token = other.form("/sign-out").fields["csrf_token"]
    answer = other.client.post(f"/account/sign-ins/{found.id}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert here.open("/account").path == "/account"


def test_a_working_name_is_changed(signed_in: SignIn, member: given.Person) -> None:
    here = signed_in(member)
    here.open("/account/name")
    assert here.fill("/account/name", name="x").status == 422
    here.fill("/account/name", name="Violet of Bury")
    assert here.path == "/account"
    assert "Violet of Bury" in here.text


def test_a_passphrase_is_changed_by_whoever_knows_it(
    signed_in: SignIn, visitor: Visitor, member: given.Person
) -> None:
    here, there = signed_in(member), signed_in(member)
    here.open("/account/passphrase")
    new = "quiet rain on a tin roof"
    assert (
        "not your passphrase"
        in here.fill(
            "/account/passphrase", passphrase="a guess of a thief", new_passphrase=new
        ).text
    )
    assert (
        "at least 12"
        in here.fill("/account/passphrase", passphrase=PASSPHRASE, new_passphrase="short").text
    )
    here.fill("/account/passphrase", passphrase=PASSPHRASE, new_passphrase=new)
    assert here.path == "/account"
    assert there.open("/account").path == "/sign-in"
    visitor.open("/sign-in")
    assert visitor.fill("/sign-in", name=member.name, passphrase=PASSPHRASE).status == 422
    assert visitor.goes_to("/sign-in", "/sign-in", name=member.name, passphrase=new) == "/check"


def test_a_thief_of_the_session_guesses_as_slowly_as_anybody(
    signed_in: SignIn, member: given.Person
) -> None:
    here = signed_in(member)
    for _ in range(6):
        here.open("/account/close")
        here.fill("/account/close", passphrase="a guess of a thief")
        assert here.status == 422
    assert "one try too many" in here.text


def test_an_account_is_closed_with_its_passphrase(
    signed_in: SignIn, member: given.Person, session: Session, sealers: Sealers
) -> None:
    here = signed_in(member)
    here.open("/account/close")
    here.fill("/account/close", passphrase=PASSPHRASE)
    assert here.path == "/closed"
    assert here.open("/account").path == "/sign-in"
    account = members.get_account(session, sealers, account_id=member.id)
    assert (account.state, account.name) == (AccountState.LEFT, "")


# Contacts


@pytest.mark.parametrize(
    ("channel", "path", "typed", "shown"),
    [
        (Channel.SMS, "/account/phone", "07700 900123", "+447700900123"),
        (Channel.EMAIL, "/account/email", "violet@example.org", "violet@example.org"),
    ],
)
def test_a_contact_is_entered_and_confirmed_by_its_code(
    signed_in: SignIn,
    member: given.Person,
    session: Session,
    sealers: Sealers,
    queue: RecordingQueue,
    channel: Channel,
    path: str,
    typed: str,
    shown: str,
) -> None:
    here = signed_in(member)
    here.open(path)
    here.fill(path, address=typed)
    assert shown in here.text
    [(where, job, _cause, woken)] = queue.woken
    assert (where, job, woken) == ("service", "drain", channel)
    code = last_code(session, sealers)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "not the code we sent" in here.fill(path, code=wrong).text
    assert wrong not in here.markup
    here.fill(path, code=code)
    assert (here.path, here.status) == (path, 200)
    assert "Confirmed" in here.text
    assert shown in here.open("/account").text
    assert shown not in here.title


def test_what_is_no_number_stays_in_the_field(
    signed_in: SignIn, member: given.Person, queue: RecordingQueue
) -> None:
    here = signed_in(member)
    here.open("/account/phone")
    here.fill("/account/phone", address="call me maybe")
    assert here.status == 422
    assert "not a phone number" in here.text
    assert here.form("/account/phone").fields["address"] == "call me maybe"
    assert queue.woken == []


def test_a_fourth_code_within_the_hour_is_refused(signed_in: SignIn, member: given.Person) -> None:
    here = signed_in(member)
    here.open("/account/email")
    for _ in range(3):
        here.fill("/account/email", address="violet@example.org", step="address")
        assert here.status == 200
    here.fill("/account/email", address="violet@example.org", step="address")
    assert here.status == 422
    assert "Wait an hour" in here.text


def test_another_address_can_be_used_while_a_code_is_on_its_way(
    signed_in: SignIn, member: given.Person
) -> None:
    here = signed_in(member)
    here.open("/account/email")
    here.fill("/account/email", address="violet@example.org")
    here.open("/account/email?another=1")
    here.fill("/account/email", address="rosa@example.org")
    assert "rosa@example.org" in here.text


def test_a_contact_is_removed(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.a_member(session, sealers, now=moment, phone="+447700900123")
    here = signed_in(person)
    here.open("/account/phone")
    assert "+447700900123" in here.text
    here.fill("/account/phone")
    assert "+447700900123" not in here.text
    assert "None. Add one" in here.open("/account").text


# Preferences


def test_preferences_are_shown_as_they_were_chosen(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.a_member(
        session, sealers, now=moment, phone="+447700900123", email="rosa@example.org"
    )
    here = signed_in(person)
    here.open("/account/preferences")
    here.fill(
        "/account/preferences",
        everywhere=[],
        areas=["GB-GMP", "GB-MER"],
        settings=["street"],
        risk=[],
        by_sms="yes",
        by_email=[],
        cover="news",
    )
    assert here.path == "/account"
    assert "Greater Manchester, Merseyside" in here.text
    session.rollback()
    assert members.preferences(session, person.id) == Preferences(
        areas=frozenset({"GB-GMP", "GB-MER"}),
        risk=False,
        settings=frozenset({"street"}),  # type: ignore[arg-type]
        by_sms=True,
        by_email=False,
        cover=Cover.NEWS,
    )
    here.open("/account/preferences")
    fields = here.form("/account/preferences").fields
    assert fields.getlist("areas") == ["GB-GMP", "GB-MER"]
    assert (fields.get("everywhere"), fields.get("cover")) == (None, "news")


@pytest.mark.parametrize("answers", [{"areas": ["FR-75"]}, {"by_sms": "yes"}, {"language": "tlh"}])
def test_what_cannot_be_chosen_is_refused(
    signed_in: SignIn, member: given.Person, answers: dict[str, str]
) -> None:
    here = signed_in(member)
    here.open("/account/preferences")
    here.fill("/account/preferences", **answers)
    assert here.status == 422
    assert 'role="alert"' in here.markup


def test_the_preview_is_the_text_that_will_be_sent(signed_in: SignIn, member: given.Person) -> None:
    here = signed_in(member)
    here.open("/account/preferences")
    link = re.search(r"http://\S+/updates/W[0-9A-Z]{7}", here.text)
    assert link
    sent = [text.body for text in compose(link[0]) if text.channel is Channel.SMS]
    assert len(sent) == len(Cover)
    assert all(body in here.text for body in sent)


# Applicants


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
