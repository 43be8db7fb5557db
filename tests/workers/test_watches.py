"""Watching from the wish to the message: over HTTP, published by two, sent by the worker."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from checker.client import PrivateChecker
from checker.identifiers import read
from checker.records import WatchRow
from config.settings import Settings
from demo.gateway import Handle, running
from members import actions as members
from members.model import Preferences, Role
from messages.model import Queue
from messages.providers import open_senders
from reports.model import Consent
from tests import given, given_reports
from tests.members.visits import Visitor
from tests.web.served import serving
from tests.whole import Whole, press, whole
from workers import jobs
from workers.shift import Shift

REGISTER_ONLY = frozenset({Consent.REGISTER})
OTHER = "07700 900124"
TEXT, MAIL = "+447700900801", "watches801@example.org"
Messages = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Town:
    """An instance, its gateway, and who watches, publishes and works in it."""

    house: Whole
    gateway: Handle
    url: str

    def member(self, number: int = 801, **preferences: object) -> given.Person:
        """Return somebody who is reached by text and mail, and hears of no area."""
        chosen = {"by_sms": True, "by_email": True} | preferences
        with self.house.writing() as session:
            return given.a_member(
                session,
                self.house.services.sealers,
                now=self.house.now,
                phone=f"+447700900{number}",
                email=f"watches{number}@example.org",
                preferences=Preferences(**chosen),  # type: ignore[arg-type] # fields
            )

    def watch_privately(self, person: given.Person, phone: str = given_reports.PHONE) -> None:
        """Check and ask to be told, by a program."""
        with self.house.writing() as session:
            token = members.create_token(session, account_id=person.id, now=self.house.now)
        with closing(PrivateChecker(self.url, token)) as checker:
            watching = checker.watch(checker.check(read(phone, region="GB").identifiers))
        assert watching.reachable

    def watch_here(self, person: given.Person, phone: str = given_reports.PHONE) -> Visitor:
        """Check and ask to be told, on the page and without JavaScript."""
        visitor = self.house.sign_in(person)
        visitor.open("/check").send(form="/check", entry=phone)
        assert phone.rsplit(maxsplit=1)[-1] not in visitor.send(form="/check/watch").markup
        assert "We will tell you if it is, until" in visitor.text
        assert "No message can reach you" not in visitor.text
        return visitor

    def publish(self) -> UUID:
        """Report, verify and publish on the pages, by two people, for the register alone."""
        ruth, sol = (self.house.person(Role.CASEWORKER) for _ in range(2))
        warning = self.house.proposed(ruth, consents=REGISTER_ONLY)
        visitor = press(self.house.sign_in(sol), f"/desk/warnings/{warning.id}/publish")
        assert visitor.status == 200
        for word in ("watch", "Watch", "asked to be told"):
            assert word not in visitor.markup
        return warning.id

    def send(self) -> Messages:
        """Let workers send what is due; return who has got what so far."""
        senders = open_senders(self.house.services.settings)
        for queue in Queue:
            shift = Shift(
                name=uuid4().hex, queue=queue, services=self.house.services, senders=senders
            )
            jobs.look(shift)
        for sender in senders.values():
            sender.close()
        return sorted(
            (each["to"], each["body"])
            for kind in ("sms", "email")
            for each in self.gateway.messages(kind)
        )

    def told(self) -> list[str]:
        """Let workers send what is due; return the addresses that got something so far."""
        return [to for to, _ in self.send()]


@pytest.fixture
def town(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Town]:
    with running(ledger=scratch / f"{uuid4().hex}.ledger", callbacks="suppressed") as gateway:
        settings = Settings(
            data_dir=keys,
            database_url=database_url,
            redis_url=redis_url,
            time_zone="UTC",
            twilio_account_sid=gateway.account_sid,
            twilio_auth_token=gateway.auth_token,
            twilio_from="+447700900999",
            twilio_api_base=gateway.url,
            smtp_url=gateway.smtp_url,
            mail_from="updates@example.org",
            sms_segments_per_second=1000,
        )
        with whole(settings, scratch / "compiled") as house:
            house.refresh()
            with serving(house.app) as url:
                yield Town(house, gateway, url)


def test_whoever_watches_privately_is_told_once_and_nobody_else(town: Town) -> None:
    town.watch_privately(town.member())
    town.watch_privately(town.member(802), phone=OTHER)
    town.member(803)
    assert town.told() == []
    with capture_logs() as logged:
        warning_id = town.publish()
        told = town.send()
    assert [to for to, _ in told] == [TEXT, MAIL]
    assert [each["event"] for each in logged] == ["drained", "drained"]
    assert not [word for word in ("watch", str(warning_id)) if word in str(logged)]
    for _, body in told:
        assert f"{town.house.services.settings.public_url}/check" in body
        assert "900123" not in body
    town.publish()
    assert town.send() == told


def test_whoever_watches_the_trusted_way_is_told_once(town: Town) -> None:
    town.watch_here(town.member())
    town.publish()
    assert town.told() == [TEXT, MAIL]
    town.publish()
    assert town.told() == [TEXT, MAIL]


def test_after_thirty_days_nothing_comes_and_nothing_is_kept(town: Town) -> None:
    town.watch_privately(town.member())
    past = datetime.now(UTC) - timedelta(seconds=1)
    with town.house.writing() as session:
        session.execute(update(WatchRow).values(expires_at=past))
    town.publish()
    assert town.told() == []
    with town.house.services.reading() as session:
        assert session.execute(text("SELECT count(*) FROM watch")).scalar_one() == 0


@pytest.mark.parametrize("form", ["one", "all"])
def test_after_stop_nothing_comes(town: Town, form: str) -> None:
    visitor = town.watch_here(town.member())
    visitor.open("/account/preferences")
    assert "We watch for 1," in visitor.text
    stop = visitor.form("/account/watches/stop")
    [(name, value)] = [each for each in stop.buttons if (each[0] == "all") is (form == "all")]
    visitor.send(form="/account/watches/stop", **{name: value})
    assert visitor.path == "/account/preferences"
    assert "Nothing now." in visitor.text
    town.publish()
    assert town.told() == []


def test_whoever_left_hears_nothing_and_leaves_nothing(town: Town) -> None:
    person = town.member()
    town.watch_privately(person)
    with town.house.writing() as session:
        members.leave(
            session, town.house.services.sealers, account_id=person.id, now=town.house.now
        )
    town.publish()
    assert town.told() == []
    with town.house.services.reading() as session:
        assert session.execute(text("SELECT count(*) FROM watch")).scalar_one() == 0


@pytest.mark.parametrize(("allowed", "told"), [(True, [TEXT, MAIL]), (False, [MAIL])])
def test_danger_rings_in_quiet_hours_for_those_who_allowed_it(
    town: Town, *, allowed: bool, told: list[str]
) -> None:
    now = datetime.now(UTC)
    begins = 60 * now.hour + 30 * (now.minute // 30)
    person = town.member(
        quiet_from=begins, quiet_until=(begins + 120) % 1440, danger_in_quiet=allowed
    )
    town.watch_privately(person)
    town.publish()
    assert town.told() == told


def test_a_new_key_is_told_of_once(town: Town) -> None:
    town.watch_privately(town.member())
    with town.house.writing() as session:
        session.execute(text("UPDATE register_state SET epoch = 2"))
    visitor = town.house.sign_in(town.house.person())
    assert "Nothing now." in visitor.open("/account/preferences").text
    town.send()  # the sweep that ends it
    told = town.send()
    assert [to for to, _ in told] == [TEXT, MAIL]
    assert "ended early" in told[0][1]
    assert town.send() == told
