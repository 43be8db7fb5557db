"""The audience: those at risk who want to hear of it, each once a channel, with the reason."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as over
from hypothesis import strategies as some
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from members import actions as members
from members.cover import Cover
from members.model import AT_RISK, AccountState, Enrolment, Preferences, Role, Severity, WorkSetting
from members.records import AccountRow
from messages.model import Channel
from messages.records import ContactRow
from storage.base import new_id
from storage.engine import writing
from storage.keys import Sealers
from storage.sealing import Sealed
from tests import given

AREAS = ("GB-GMP", "GB-MER", "GB-MET", "GB-WYK")

HOME = "Europe/London"

Recipient = tuple[UUID, Channel, str, str, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """An account as the property sees it."""

    role: Role
    state: AccountState
    preferences: Preferences
    verified: bool
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a warning says of whom it concerns."""

    areas: tuple[str, ...]
    severity: Severity
    settings: tuple[WorkSetting, ...]


some_areas = some.lists(some.sampled_from(AREAS), max_size=3, unique=True)

some_settings = some.lists(some.sampled_from(WorkSetting), max_size=2, unique=True)

usually = some.sampled_from([True] * 5 + [False])

some_preferences = some.builds(
    Preferences,
    areas=some_areas.map(frozenset),
    everywhere=some.sampled_from([False, False, False, True]),
    danger=usually,
    risk=usually,
    settings=some_settings.map(frozenset),
    by_sms=usually,
    by_email=usually,
    cover=some.sampled_from(Cover),
    quiet_from=some.sampled_from([None, 9 * 60, 12 * 60, 22 * 60]),
    quiet_until=some.sampled_from([10 * 60, 12 * 60 + 30, 18 * 60]),
    danger_in_quiet=some.booleans(),
    time_zone=some.sampled_from([None, HOME, "Asia/Kathmandu", "America/New_York"]),
    digest_at=some.sampled_from([None, None, None, 18 * 60]),
)

somebody = some.builds(
    Somebody,
    role=some.sampled_from([*AT_RISK, *AT_RISK, *Role]),
    state=some.sampled_from([*[AccountState.VETTED] * 6, *AccountState]),
    preferences=some_preferences,
    verified=usually,
    bad=usually.map(lambda fine: not fine),
)

warning = some.builds(
    Asked,
    areas=some_areas.map(tuple),
    severity=some.sampled_from([Severity.DANGER, Severity.DANGER, Severity.RISK, *Severity]),
    settings=some_settings.map(tuple),
)


def wants(one: Somebody, asked: Asked) -> bool:
    """Read the rule in Python, from the domain's words and not from the query."""
    chosen = one.preferences
    if one.state is not AccountState.VETTED or one.role not in {Role.MEMBER, Role.PRACTITIONER}:
        return False
    severe = {Severity.DANGER: chosen.danger, Severity.RISK: chosen.risk}
    if not severe.get(asked.severity, False):
        return False
    near = not asked.areas or chosen.everywhere or bool(chosen.areas & set(asked.areas))
    fits = not asked.settings or not chosen.settings or bool(chosen.settings & set(asked.settings))
    return near and fits


def reason(one: Somebody, asked: Asked) -> str:
    """Say in Python why somebody was chosen."""
    shared = sorted(one.preferences.areas & set(asked.areas))
    place = f"area {shared[0]}" if shared else "everywhere"
    where = place if asked.areas else "any area"
    fitting = sorted(one.preferences.settings & set(asked.settings))
    return f"{where}; {asked.severity}; {fitting[0] if fitting else 'any setting'}"


@over(people=some.lists(somebody, min_size=4, max_size=8), asked=warning)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_query_chooses_whom_the_rule_in_words_chooses(
    engine: Engine, sealers: Sealers, now: datetime, people: list[Somebody], asked: Asked
) -> None:
    with writing(engine)() as session:
        contacts = put(session, sealers, people, now)
        expected = Counter(
            recipient
            for one, own in zip(people, contacts, strict=True)
            for recipient in recipients(one, own, asked, now)
        )
        whole: dict[str, Any] = {
            "areas": asked.areas,
            "severity": asked.severity,
            "settings": asked.settings,
            "quiet": members.quiet_at(session, at=now, time_zone=HOME),
        }
        rows = session.execute(members.audience(**whole)).all()
        sizes = members.audience_size(session, **whole)
        session.rollback()
    assert Counter(tuple(row) for row in rows) == expected
    assert sizes == Counter(
        (Channel(row.channel), row.text_key, row.not_before is not None) for row in rows
    )
    assert max((len(row.why) for row in rows), default=0) <= 120


def quiet_until(one: Somebody, asked: Asked, now: datetime) -> datetime | None:
    """Look at somebody's clock; none of these days has a change of clocks."""
    chosen = one.preferences
    if chosen.quiet_from is None or chosen.quiet_until is None:
        return None
    if asked.severity is Severity.DANGER and chosen.danger_in_quiet:
        return None
    local = now.astimezone(ZoneInfo(chosen.time_zone or HOME))
    midnight = local.replace(hour=0, minute=0)
    for day in (-1, 0):
        begins = midnight + timedelta(days=day, minutes=chosen.quiet_from)
        over_night = chosen.quiet_until < chosen.quiet_from
        ends = midnight + timedelta(days=day + over_night, minutes=chosen.quiet_until)
        if begins <= local < ends:
            return ends.astimezone(UTC)
    return None


def recipients(
    one: Somebody, own: dict[Channel, UUID], asked: Asked, now: datetime
) -> list[Recipient]:
    """Return by which of their contacts somebody is to be told, why, and when at the earliest."""
    chosen = one.preferences
    wanted = {Channel.SMS: chosen.by_sms, Channel.EMAIL: chosen.by_email}
    if not one.verified or one.bad or not wants(one, asked):
        return []
    if asked.severity is Severity.RISK and chosen.digest_at is not None:
        return []
    waits = {Channel.SMS: quiet_until(one, asked, now), Channel.EMAIL: None}
    text_key = f"{chosen.language}/{chosen.cover}"
    return [
        (own[channel], channel, text_key, reason(one, asked), waits[channel])
        for channel in Channel
        if wanted[channel]
    ]


def put(
    session: Session, sealers: Sealers, people: list[Somebody], now: datetime
) -> list[dict[Channel, UUID]]:
    """Put people into the database; return their contacts."""
    contacts = [{channel: new_id() for channel in Channel} for _ in people]
    rows = [
        {
            "id": contact_id,
            "channel": channel,
            "sealed_address": Sealed(b"not opened here"),
            "fingerprint": contact_id.bytes,
            "created_at": now,
            "verified_at": now if one.verified else None,
            "bad_since": now if one.bad else None,
        }
        for one, own in zip(people, contacts, strict=True)
        for channel, contact_id in own.items()
    ]
    session.execute(insert(ContactRow), rows)
    enrolments = [
        Enrolment(
            name=f"Somebody {number}",
            passphrase_hash="",
            role=one.role,
            preferences=one.preferences,
            sms_contact_id=own[Channel.SMS],
            email_contact_id=own[Channel.EMAIL],
        )
        for number, (one, own) in enumerate(zip(people, contacts, strict=True))
    ]
    ids = members.enrol(session, sealers, enrolments=enrolments, now=now)
    for one, account_id in zip(people, ids, strict=True):
        account = update(AccountRow).where(AccountRow.id == account_id)
        session.execute(account.values(state=one.state))
    return contacts


STREET, ONLINE = WorkSetting.STREET, WorkSetting.ONLINE

BURY, HULL = "GB-GMP", "GB-HUM"


@pytest.mark.parametrize(
    ("wish", "asked", "why"),
    [
        ({"areas": {BURY}}, {"areas": [BURY, HULL]}, "area GB-GMP; danger; any setting"),
        ({"areas": {BURY}}, {"areas": []}, "any area; danger; any setting"),
        ({"areas": {BURY}}, {"areas": [HULL]}, None),
        ({"areas": set()}, {"areas": [HULL]}, None),
        ({"everywhere": True}, {"areas": [HULL]}, "everywhere; danger; any setting"),
        (
            {"everywhere": True, "areas": {HULL}},
            {"areas": [HULL]},
            "area GB-HUM; danger; any setting",
        ),
        ({"settings": set()}, {"settings": [STREET]}, "any area; danger; any setting"),
        ({"settings": {STREET}}, {"settings": []}, "any area; danger; any setting"),
        ({"settings": {STREET}}, {"settings": [STREET, ONLINE]}, "any area; danger; street"),
        ({"settings": {STREET}}, {"settings": [ONLINE]}, None),
        ({"danger": False}, {}, None),
        ({"risk": False}, {}, "any area; danger; any setting"),
        ({"risk": False}, {"severity": Severity.RISK}, None),
        ({"danger": False}, {"severity": Severity.RISK}, "any area; risk; any setting"),
        ({}, {"severity": Severity.NUISANCE}, None),
        ({"by_sms": False}, {}, None),
    ],
)
def test_each_choice_alone_decides(
    session: Session,
    sealers: Sealers,
    now: datetime,
    wish: dict[str, Any],
    asked: dict[str, Any],
    why: str | None,
) -> None:
    sets: dict[str, Any] = {
        name: frozenset(wish[name]) for name in ("areas", "settings") if name in wish
    }
    wishes: dict[str, Any] = {"by_sms": True, "by_email": False, **wish, **sets}
    chosen = Preferences(**wishes)
    given.a_member(session, sealers, now=now, phone="+447700900123", preferences=chosen)
    whole: dict[str, Any] = {"areas": [], "severity": Severity.DANGER, "settings": [], **asked}
    rows = session.execute(members.audience(**whole)).all()
    assert [row.why for row in rows] == ([why] if why else [])
