"""Quiet hours, digests and contacts that failed, through the pages."""

from datetime import datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from members import actions as members
from members.model import Preferences
from members.pages.hours import minutes_of, time_of, zones
from messages.records import ContactRow
from storage.keys import Sealers
from tests import given
from tests.members.conftest import SignIn

NIGHT = {"quiet_from": "22:00", "quiet_until": "07:30"}


def test_hours_are_kept_and_shown_again(
    signed_in: SignIn, member: given.Person, session: Session
) -> None:
    here = signed_in(member)
    here.open("/account/preferences")
    here.fill("/account/preferences", **NIGHT, digest_at="18:00", time_zone="Asia/Kathmandu")
    assert here.path == "/account"
    assert "22:00 to 07:30" in here.text
    assert "one message a day, at 18:00" in here.text
    kept = members.preferences(session, member.id)
    assert (kept.quiet_from, kept.quiet_until, kept.digest_at) == (1320, 450, 1080)
    assert (kept.time_zone, kept.danger_in_quiet) == ("Asia/Kathmandu", False)
    here.open("/account/preferences")
    fields = here.form("/account/preferences").fields
    assert {name: fields.get(name) for name in NIGHT} == NIGHT
    assert (fields.get("digest_at"), fields.get("time_zone")) == ("18:00", "Asia/Kathmandu")
    assert fields.get("danger_in_quiet") is None


def test_hours_can_be_taken_back(signed_in: SignIn, member: given.Person, session: Session) -> None:
    here = signed_in(member)
    here.open("/account/preferences")
    here.fill("/account/preferences", **NIGHT, danger_in_quiet="yes", digest_at="18:00")
    here.open("/account/preferences")
    here.fill("/account/preferences", quiet_from="", quiet_until="", digest_at="")
    kept = members.preferences(session, member.id)
    assert (kept.quiet_from, kept.quiet_until, kept.digest_at) == (None, None, None)
    assert kept.danger_in_quiet


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"quiet_from": "22:00"}, "Choose both"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "not the beginning"),
        ({"quiet_from": "22:10", "quiet_until": "07:00"}, "from the lists"),
        ({"digest_at": "noon"}, "from the lists"),
        ({"time_zone": "Atlantis/Centre"}, "do not know this time zone"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused_in_words(
    signed_in: SignIn, member: given.Person, answers: dict[str, str], words: str
) -> None:
    here = signed_in(member)
    here.open("/account/preferences")
    here.fill("/account/preferences", **answers)
    assert here.status == 422
    assert words in here.text


def test_a_contact_that_failed_is_said_on_the_account(
    signed_in: SignIn, session: Session, sealers: Sealers, moment: datetime
) -> None:
    person = given.a_member(
        session,
        sealers,
        now=moment,
        phone="+447700900123",
        email="rosa@example.org",
        preferences=Preferences(by_sms=True, by_email=True),
    )
    here = signed_in(person)
    assert "do not reach you" not in here.open("/account").text
    session.execute(update(ContactRow).values(bad_since=moment))
    session.commit()
    here.open("/account")
    assert "Our text messages do not reach you" in here.text
    assert "Our mails do not reach you" in here.text


def test_times_are_read_as_they_are_written() -> None:
    assert [minutes_of(time_of(each)) for each in (None, 0, 450, 1410)] == [None, 0, 450, 1410]
    assert minutes_of("24:00") == minutes_of("7:30") == minutes_of("-1") == -1


def test_the_zones_are_places() -> None:
    names = [name for name, _ in zones()]
    assert {"Europe/London", "Asia/Kathmandu", "America/New_York"} <= set(names)
    assert not [name for name in names if name.startswith("Etc/")]
