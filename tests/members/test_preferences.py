"""Preferences: what is kept, and what cannot be chosen."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from members import actions as members
from members.model import COVER_WORDS, Cover, Preferences, WorkSetting, cover_text
from members.refusals import ContactMissing, UnknownArea, UnknownLanguage
from messages.segments import segments
from storage.keys import Sealers
from tests import given

AREAS = {"GB-GMP": "Greater Manchester", "GB-MER": "Merseyside", "GB-MET": "Metropolitan"}
BANNED = ("warn", "alert", "danger", "risk", "sex", "escort", "client", "report", "brolly", "safe")


def choose(session: Session, person: given.Person, **wishes: object) -> Preferences:
    """Change preferences and read them back."""
    members.change_preferences(
        session,
        account_id=person.id,
        chosen=Preferences(**{"by_email": False, **wishes}),  # type: ignore[arg-type]
        known_areas=AREAS,
    )
    session.commit()
    session.expire_all()
    return members.preferences(session, person.id)


def test_every_choice_is_kept(session: Session, sealers: Sealers, now: datetime) -> None:
    person = given.a_member(
        session, sealers, now=now, phone="+447700900123", email="rosa@example.org"
    )
    wish = Preferences(
        areas=frozenset({"GB-GMP", "GB-MER"}),
        everywhere=False,
        danger=True,
        risk=False,
        settings=frozenset({WorkSetting.OUT_CALL, WorkSetting.STREET}),
        by_sms=True,
        by_email=True,
        cover=Cover.NEWS,
    )
    members.change_preferences(session, account_id=person.id, chosen=wish, known_areas=AREAS)
    session.expire_all()
    assert members.preferences(session, person.id) == wish


def test_a_later_choice_replaces_the_earlier_one(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    choose(session, person, areas=frozenset({"GB-GMP", "GB-MER"}))
    kept = choose(session, person, areas=frozenset({"GB-MET"}), everywhere=True)
    assert (set(kept.areas), kept.everywhere, set(kept.settings)) == ({"GB-MET"}, True, set())


def test_the_choices_of_one_leave_those_of_another(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person, other = (given.a_member(session, sealers, now=now) for _ in range(2))
    choose(session, other, areas=frozenset({"GB-GMP"}))
    choose(session, person, areas=frozenset({"GB-MER"}))
    assert members.preferences(session, other.id).areas == {"GB-GMP"}


def test_an_area_of_another_instance_is_refused(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    with pytest.raises(UnknownArea):
        choose(session, person, areas=frozenset({"GB-GMP", "FR-75"}))


def test_a_language_without_words_is_refused(
    session: Session, sealers: Sealers, now: datetime
) -> None:
    person = given.a_member(session, sealers, now=now)
    with pytest.raises(UnknownLanguage):
        choose(session, person, language="tlh")


@pytest.mark.parametrize("channel", ["by_sms", "by_email"])
def test_a_channel_without_a_confirmed_contact_is_refused(
    session: Session, sealers: Sealers, now: datetime, channel: str
) -> None:
    person = given.a_member(session, sealers, now=now)
    with pytest.raises(ContactMissing):
        choose(session, person, **{channel: True})


@pytest.mark.parametrize("language", COVER_WORDS)
@pytest.mark.parametrize("cover", Cover)
def test_every_cover_has_words_that_give_nothing_away(language: str, cover: Cover) -> None:
    words = COVER_WORDS[language][cover]
    told = cover_text(cover, language=language, link="https://a.example/updates/W7K3M9QX")
    assert words.subject
    assert told.endswith("W7K3M9QX")
    assert len(words.opening) <= 35
    assert segments(told) == 1
    assert not [word for word in BANNED if word in f"{words.subject} {words.opening}".lower()]
