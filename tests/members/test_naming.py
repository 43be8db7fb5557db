"""Names and their numbers: asking for a name tells nobody whether there is such a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Engine, delete, event
from sqlalchemy.orm import Session

from members import actions as members
from members import names
from members.model import FREE_TRIES, AccountState, NewAccount, Role
from members.records import SignInTryRow
from members.refusals import TooManyTries, WrongCredentials
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE
from tests.members.conftest import SignIn
from tests.members.hashes import counted
from tests.members.visits import Visitor

DRAW = "what the page drew"
ANSWERS = {
    "name": "Violet",
    "passphrase": "a walk along the canal",
    "role": "member",
    "statement": "My advert: example.org/ads/violet",
    "draw": DRAW,
}


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give the statements that run meanwhile."""
    found: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield found
    event.remove(engine, "before_cursor_execute", keep)


def joined(visitor: Visitor) -> tuple[int, str, str]:
    """Ask to join as Violet; return status, where it leads, and the page without the number."""
    visitor.open("/join").fill("/join", **ANSWERS)
    [name] = [line for line in visitor.text.splitlines() if "You sign in as Violet" in line]
    number = name.split("Violet ")[1][:4]
    return visitor.status, visitor.path, visitor.markup.replace(number, "NNNN")


def test_joining_does_the_same_whether_a_name_is_free_or_taken(
    visitor: Visitor,
    engine: Engine,
    session: Session,
    sealers: Sealers,
    moment: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = names.numbers(sealers.members, "Violet", DRAW)
    before = []
    for number in ("9999", "", *numbers[:3]):
        new = NewAccount(name="Violet", number=number, role=Role.MEMBER)
        members.create_account(session, sealers, new=new, passphrase=PASSPHRASE, now=moment)
        session.commit()
        with monkeypatch.context() as patch, statements(engine) as ran:
            costs = counted(patch)
            answer = joined(visitor)
        visitor.client.delete_cookie("session")
        before.append((answer[:2], len(answer[2]), [*ran], costs))
        session.expire_all()
        session.execute(delete(SignInTryRow))  # or each would find the tries of the last
        for waiting in members.list_applicants(session, sealers):
            members.leave(session, sealers, account_id=waiting.account_id, now=moment)
        session.commit()
    assert before[0][0] == (200, "/join/done")
    assert len(before[0][3]) == 2
    for one in before:
        assert one == before[0]


def test_two_of_one_name_get_different_numbers_and_each_signs_in_with_their_own(
    visitor: Visitor, session: Session, sealers: Sealers
) -> None:
    for passphrase in ("a walk along the canal", "a swim across the river"):
        visitor.client.delete_cookie("session")
        visitor.open("/join").fill("/join", **{**ANSWERS, "passphrase": passphrase})
    first, second = (each.name for each in members.list_applicants(session, sealers))
    assert first != second
    signs = partial(
        members.sign_in, session, sealers, passphrase=ANSWERS["passphrase"], now=datetime.now(UTC)
    )
    assert signs(name=first.lower())
    for name in ("Violet", second):
        with pytest.raises(WrongCredentials):
            signs(name=name)


def test_the_page_that_follows_shows_the_name_and_so_does_the_account(
    visitor: Visitor, session: Session, sealers: Sealers
) -> None:
    visitor.open("/join").fill("/join", **ANSWERS)
    [waiting] = members.list_applicants(session, sealers)
    assert f"You sign in as {waiting.name}" in visitor.text
    assert waiting.name not in visitor.title
    assert waiting.name in visitor.open("/account").text


def test_a_form_keeps_its_draw_when_it_comes_back(visitor: Visitor) -> None:
    visitor.open("/join").fill("/join", **{**ANSWERS, "statement": ""})
    assert visitor.status == 422
    assert visitor.form("/join").fields["draw"] == DRAW
    assert visitor.open("/join").form("/join").fields["draw"] not in {"", DRAW}


def test_the_numbers_of_a_name_follow_from_the_draw_and_a_key(sealers: Sealers) -> None:
    drawn = names.numbers(sealers.members, "Violet", DRAW)
    assert drawn == names.numbers(sealers.members, " violet", DRAW)
    assert all(len(number) == 4 and number.isascii() and number.isdigit() for number in drawn)
    assert drawn != names.numbers(sealers.members, "Violet", "another draw")
    assert drawn != names.numbers(sealers.members, "Rosa", DRAW)
    assert drawn != names.numbers(sealers.contacts, "Violet", DRAW)


def test_whoever_guessed_before_there_was_an_account_does_not_keep_its_owner_waiting(
    session: Session, sealers: Sealers, moment: datetime
) -> None:
    for _ in range(FREE_TRIES):
        members.count_try(session, sealers, name="Rosa", now=moment)
    with pytest.raises(TooManyTries):
        members.count_try(session, sealers, name="Rosa", now=moment)
    given.an_applicant(session, sealers, now=moment, name="Rosa")
    assert members.sign_in(session, sealers, name="Rosa", passphrase=PASSPHRASE, now=moment)


def test_being_renamed_tells_nothing_of_other_names(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    given.a_member(session, sealers, now=moment, name="Rosa")
    person = given.a_member(session, sealers, now=moment, name="Violet")
    visitor = signed_in(person)
    for name in ("Rosa", "Amber"):
        visitor.open("/account/name").fill("/name", name=name)
        assert (visitor.status, visitor.path) == (200, "/account")
        session.expire_all()
        now_called = members.get_account(session, sealers, account_id=person.id)
        session.rollback()
        assert now_called.name.startswith(f"{name} ")
        assert now_called.state is AccountState.VETTED
