"""Preferences: what is kept, and what cannot be chosen."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from members import actions as members
from members.cover import COVER_WORDS, Cover, cover_text
from members.model import Preferences, WorkSetting
from members.refusals import (
    ContactMissing,
    QuietHoursRefused,
    UnknownArea,
    UnknownLanguage,
    UnknownTime,
    UnknownTimeZone,
)
from messages.texts.segments import segments
from storage.keys import Sealers
from tests import given

AREAS = {"GB-GMP": "Greater Manchester", "GB-MER": "Merseyside", "GB-MET": "Metropolitan"}
BANNED = ("warn", "alert", "danger", "risk", "sex", "escort", "client", "report", "brolly", "safe")


def choose(session: Session, person: given.Person, **wishes: object) -> Preferences:
    """Change preferences and read them back."""
    members.change_preferences(
        session,
        account_id=person.id,
        chosen=Preferences(**{"by_email": False, **wishes}),  # type: ignore[arg-type] # fields
        known_areas=AREAS,
        now=datetime(2026, 3, 4, tzinfo=UTC),
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
        quiet_from=22 * 60,
        quiet_until=7 * 60 + 30,
        danger_in_quiet=True,
        time_zone="Asia/Kathmandu",
        digest_at=18 * 60,
    )
    members.change_preferences(
        session, account_id=person.id, chosen=wish, known_areas=AREAS, now=now
    )
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


@pytest.mark.parametrize(
    ("wishes", "refusal"),
    [
        ({"quiet_from": 60}, QuietHoursRefused),
        ({"quiet_until": 60}, QuietHoursRefused),
        ({"quiet_from": 60, "quiet_until": 60}, QuietHoursRefused),
        ({"quiet_from": 61, "quiet_until": 120}, UnknownTime),
        ({"quiet_from": 0, "quiet_until": 24 * 60}, UnknownTime),
        ({"digest_at": -1}, UnknownTime),
        ({"time_zone": "Atlantis/Centre"}, UnknownTimeZone),
        ({"time_zone": "../../etc/passwd"}, UnknownTimeZone),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(
    session: Session,
    sealers: Sealers,
    now: datetime,
    wishes: dict[str, object],
    refusal: type[Exception],
) -> None:
    person = given.a_member(session, sealers, now=now)
    with pytest.raises(refusal):
        choose(session, person, **wishes)


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
