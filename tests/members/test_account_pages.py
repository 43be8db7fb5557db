"""One's own account and preferences through the pages."""

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from alerts.composing import compose
from members import actions as members
from members.cover import Cover
from members.model import AccountState, Preferences, WorkSetting
from messages.model import Channel
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE
from tests.members.conftest import SignIn
from tests.members.visits import Visitor


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
        settings=frozenset({WorkSetting.STREET}),
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
