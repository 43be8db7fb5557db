"""A forgotten passphrase: whom a code reaches, what it opens, and what it never skips."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, event, select, update
from sqlalchemy.orm import Session

from members import actions as members
from members.model import RESET_LIFE
from members.records import FactorRow, KeyholderRow, ResetRow
from members.refusals import WrongCredentials
from messages import actions as messages
from messages.model import Channel
from messages.records import CauseRow, CauseTextRow, DeliveryRow
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, Person
from tests.members.conftest import SignIn
from tests.members.visits import Visitor

NEW = "another set of words"
MAIL, PHONE = "rosa@example.org", "+447700900123"
Reached = Callable[..., Person]


@pytest.fixture
def reached(session: Session, sealers: Sealers, moment: datetime) -> Reached:
    """Give a way to make a member with contacts, and an app if it is asked for."""

    def make(*, app: bool = False, phone: str = "", email: str = MAIL) -> Person:
        person = given.a_member(session, sealers, now=moment, phone=phone, email=email)
        if app:
            secret = given.TOTP_SECRET
            members.add_totp(session, sealers, account_id=person.id, secret=secret, now=moment)
        session.commit()
        return person

    return make


def sent(session: Session, sealers: Sealers) -> list[tuple[str, str]]:
    """Return where codes went, and with which words."""
    rows = session.execute(
        select(DeliveryRow.contact_id, CauseTextRow)
        .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
        .join(
            CauseTextRow,
            (CauseTextRow.cause_id == CauseRow.id)
            & (CauseTextRow.channel == DeliveryRow.channel)
            & (CauseTextRow.text_key == DeliveryRow.text_key),
        )
        .where(CauseRow.kind == "code")
    ).all()
    found = [
        (
            messages.contact_address(session, sealers.contacts, contact_id=contact_id),
            sealers.contacts.text(
                row.sealed_body, table="cause_text", column="sealed_body", row=row.id
            ),
        )
        for contact_id, row in rows
    ]
    session.rollback()  # SQLite has one writer
    return found


def code_of(session: Session, sealers: Sealers) -> str:
    [(_, words)] = sent(session, sealers)
    found = re.search(r"\w{4}(-\w{4}){3}", words)
    assert found
    return found[0]


def ask(visitor: Visitor, name: str) -> Visitor:
    return visitor.open("/sign-in/forgotten").fill("/forgotten", name=name)


def signs_in(session: Session, sealers: Sealers, person: Person, words: str, at: datetime) -> bool:
    try:
        members.sign_in(session, sealers, name=person.name, passphrase=words, now=at)
    except WrongCredentials:
        return False
    finally:
        session.rollback()
    return True


def test_a_code_sets_the_passphrase_anew_and_ends_other_sign_ins(
    visitor: Visitor,
    signed_in: SignIn,
    reached: Reached,
    session: Session,
    sealers: Sealers,
    moment: datetime,
) -> None:
    person = reached()
    there = signed_in(person)
    visitor.open("/sign-in")
    assert "I forgot my passphrase" in visitor.text
    ask(visitor, person.name)
    code = code_of(session, sealers)
    visitor.fill("/again", code=code.lower())
    assert "by their receipt codes only" in visitor.text
    visitor.fill("/new", new_passphrase="short")
    assert visitor.status == 422
    visitor.fill("/new", new_passphrase=NEW)
    assert visitor.path == "/check"
    assert there.open("/account").path == "/sign-in"
    assert signs_in(session, sealers, person, NEW, moment)
    assert not signs_in(session, sealers, person, PASSPHRASE, moment)
    notices = select(CauseRow.id).where(CauseRow.kind == "notice")
    assert len(session.scalars(notices).all()) == 1


def test_a_code_works_once_and_for_half_an_hour(
    visitor: Visitor, reached: Reached, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = reached()
    ask(visitor, person.name)
    code = code_of(session, sealers)
    long_ago = moment - RESET_LIFE - timedelta(minutes=1)
    session.execute(update(ResetRow).values(created_at=long_ago))
    session.commit()
    assert visitor.fill("/again", code=code).status == 422
    session.execute(update(ResetRow).values(created_at=moment))
    session.commit()
    visitor.fill("/again", code=code).fill("/new", new_passphrase=NEW)
    assert visitor.path == "/check"
    assert visitor.open("/again").fill("/again", code=code).status == 422
    assert "does not work" in visitor.text


@pytest.mark.parametrize("second", ["", "000000"])
def test_the_second_step_is_never_skipped(
    visitor: Visitor,
    reached: Reached,
    session: Session,
    sealers: Sealers,
    moment: datetime,
    second: str,
) -> None:
    person = reached(app=True)
    ask(visitor, person.name).fill("/again", code=code_of(session, sealers))
    visitor.fill("/new", new_passphrase=NEW, second_code=second)
    assert visitor.status == 422
    assert signs_in(session, sealers, person, PASSPHRASE, moment)
    visitor.fill("/new", new_passphrase=NEW, second_code=given.codes()[1])
    assert visitor.path == "/check"


def test_a_recovery_code_counts_as_the_second_step(
    visitor: Visitor, reached: Reached, session: Session, sealers: Sealers
) -> None:
    person = reached(app=True)
    spare = members.make_codes(session, sealers, account_id=person.id)[0]
    session.commit()
    ask(visitor, person.name).fill("/again", code=code_of(session, sealers))
    visitor.fill("/new", new_passphrase=NEW, second_code=spare)
    assert visitor.path == "/check"


def test_staff_without_a_second_step_are_sent_to_a_colleague(
    visitor: Visitor, ruth: Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    given_mail(session, sealers, ruth, moment)
    session.execute(delete(FactorRow))
    session.commit()
    ask(visitor, ruth.name).fill("/again", code=code_of(session, sealers))
    assert (visitor.status, "a colleague has to help" in visitor.text) == (422, True)


def test_a_caseworker_gets_a_new_key_pair_and_hears_so_before(
    visitor: Visitor, ruth: Person, session: Session, sealers: Sealers, moment: datetime
) -> None:
    given_mail(session, sealers, ruth, moment)
    before = session.get_one(KeyholderRow, ruth.id).public_key
    session.rollback()
    ask(visitor, ruth.name).fill("/again", code=code_of(session, sealers))
    assert "until a lead gives you access again" in visitor.text
    visitor.fill("/new", new_passphrase=NEW, second_code=given.codes()[1])
    session.expire_all()
    assert session.get_one(KeyholderRow, ruth.id).public_key != before


def test_known_or_not_the_page_and_the_statements_are_the_same(
    visitor: Visitor, reached: Reached, engine: Engine
) -> None:
    person = reached(phone=PHONE)
    ask(visitor, "warming up")
    with statements(engine) as known:
        answer = ask(visitor, person.name).markup
    with statements(engine) as unknown:
        other = ask(visitor, "Nobody at all").markup
    assert known == unknown
    assert len(known) > 5
    assert len(answer) == len(other)


def test_a_mail_is_preferred_and_a_text_goes_to_who_has_none(
    visitor: Visitor, reached: Reached, session: Session, sealers: Sealers
) -> None:
    both, phone = reached(phone=PHONE), reached(phone="+447700900124", email="")
    for person in (both, phone, reached(email="")):
        ask(visitor, person.name)
    found = sent(session, sealers)
    assert sorted(address for address, _ in found) == ["+447700900124", MAIL]
    assert not [words for _, words in found if re.search("passphrase|sign|reset|brolly", words)]


def test_the_fourth_code_of_a_day_is_refused_whoever_it_is(
    visitor: Visitor, reached: Reached, session: Session, sealers: Sealers
) -> None:
    for name in (reached().name, "Nobody at all"):
        for _ in range(3):
            assert ask(visitor, name).path == "/again"
        ask(visitor, name)
        assert (visitor.status, "within a day" in visitor.text) == (429, True)
    assert len(sent(session, sealers)) == 3


def given_mail(session: Session, sealers: Sealers, person: Person, now: datetime) -> None:
    """Give somebody a confirmed address."""
    [contact_id] = messages.add_verified_contacts(
        session, sealers.contacts, contacts=[(Channel.EMAIL, MAIL)], now=now
    )
    members.give_contact(
        session, account_id=person.id, channel=Channel.EMAIL, contact_id=contact_id, now=now
    )
    session.commit()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give a list that fills with what the database is asked."""
    seen: list[str] = []

    def keep(*words: object) -> None:
        seen.append(str(words[2]))

    event.listen(engine, "before_cursor_execute", keep)
    yield seen
    event.remove(engine, "before_cursor_execute", keep)
