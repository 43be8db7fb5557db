"""Passkeys: what is asked of a browser, which answers are taken, once, and what is kept."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url

from members import actions as members
from members import passkeys
from members.factors import FactorKind
from members.passkeys import Passkey, Place
from members.records import FactorRow
from members.refusals import CopiedPasskey, LastFactor, WrongCode, WrongPasskey
from storage.engine import writing
from storage.keys import Sealers
from tests import given
from tests.given import Person
from tests.members.devices import Device

PLACE = Place("people.example", "https://people.example")
NOT_NEUTRAL = re.compile(r"sex|work|harm|warn|check|report|police|danger|brolly", re.IGNORECASE)
Show = Callable[..., None]


def add(session: Session, sealers: Sealers, person: Person, now: datetime, device: Device) -> None:
    """Make a passkey on a device and let it count."""
    challenge = passkeys.new_challenge()
    passkey, count = passkeys.read_new(PLACE, challenge, device.makes(challenge))
    members.add_passkey(
        session, sealers, account_id=person.id, passkey=passkey, count=count, now=now, label="key"
    )
    session.commit()


@pytest.fixture
def device(session: Session, sealers: Sealers, ruth: Person, now: datetime) -> Device:
    """Give a device that keeps a passkey of Ruth's."""
    device = Device()
    add(session, sealers, ruth, now, device)
    return device


@pytest.fixture
def show(session: Session, sealers: Sealers, now: datetime) -> Show:
    """Give a way to show an answer as somebody."""

    def show(person: Person, challenge: bytes, answer: str) -> None:
        members.settle_passkey(
            session,
            sealers,
            account_id=person.id,
            place=PLACE,
            challenge=challenge,
            answer=answer,
            now=now,
        )
        session.commit()

    return show


@pytest.mark.parametrize(
    ("address", "name", "origin"),
    [
        ("https://people.example", "people.example", "https://people.example"),
        ("https://People.Example:443/", "people.example", "https://people.example"),
        ("https://people.example:8443", "people.example", "https://people.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_a_place_is_what_a_browser_calls_it(address: str, name: str, origin: str) -> None:
    assert passkeys.place_of(address) == Place(name, origin)
    assert Place(name, origin).has_passkeys


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://[::1]:8000"])
def test_a_bare_address_of_a_machine_has_no_passkeys(address: str) -> None:
    assert not passkeys.place_of(address).has_passkeys


def test_what_a_phone_lists_says_nothing_and_names_nobody(ruth: Person) -> None:
    one, other = (
        json.loads(passkeys.creation_options(PLACE, passkeys.new_challenge(), [])) for _ in range(2)
    )
    shown = (one["rp"]["name"], one["user"]["name"], one["user"]["displayName"])
    assert shown == ("Sign-in", "Account", "Account")
    assert not NOT_NEUTRAL.search(" ".join(shown))
    assert one["user"]["id"] != other["user"]["id"]
    assert ruth.name not in json.dumps(one)
    assert one["attestation"] == "none"
    chosen = one["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("discouraged", "preferred")


def test_what_is_known_is_asked_for_and_not_made_twice(
    session: Session, sealers: Sealers, ruth: Person, device: Device
) -> None:
    known = members.list_passkeys(session, sealers, account_id=ruth.id)
    own = bytes_to_base64url(device.credential_id)
    made = json.loads(passkeys.creation_options(PLACE, b"c" * 32, known))
    shown = json.loads(passkeys.request_options(PLACE, b"c" * 32, known))
    for listed in (made["excludeCredentials"], shown["allowCredentials"]):
        assert [(each["id"], each["transports"]) for each in listed] == [(own, ["usb"])]


def test_a_passkey_is_shown_again_and_again_each_time_for_its_challenge(
    session: Session, sealers: Sealers, ruth: Person, device: Device, show: Show
) -> None:
    for challenge in (b"1" * 32, b"2" * 32):
        show(ruth, challenge, device.shows(challenge))
    found = members.list_factors(session, sealers, account_id=ruth.id)
    (kept,) = (each for each in found if each.kind is FactorKind.PASSKEY)
    assert kept.label == "key"
    assert kept.last_used_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://people.example.org"},
        {"origin": "http://people.example"},
        {"name": "other.example"},
        {"flags": 0},
        {"key": Device().key},
        {"credential_id": b"another"},
    ],
    ids=["origin", "scheme", "name", "nobody there", "key", "id"],
)
def test_an_answer_that_differs_is_refused(
    ruth: Person, device: Device, show: Show, changed: dict[str, object]
) -> None:
    for name, value in changed.items():
        setattr(device, name, value)
    with pytest.raises(WrongPasskey):
        show(ruth, b"1" * 32, device.shows(b"1" * 32))


@pytest.mark.parametrize("changed", [{"origin": "https://evil.example"}, {"name": "evil.example"}])
def test_no_passkey_is_made_elsewhere(changed: dict[str, str]) -> None:
    with pytest.raises(WrongPasskey):
        passkeys.read_new(PLACE, b"1" * 32, Device(**changed).makes(b"1" * 32))  # type: ignore[arg-type] # texts


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "x" * 30_000, '{"id":"A","rawId":"A"}', "\x00"]
)
def test_what_is_no_answer_is_refused(ruth: Person, show: Show, answer: str) -> None:
    with pytest.raises(WrongPasskey):
        show(ruth, b"1" * 32, answer)
    with pytest.raises(WrongPasskey):
        passkeys.read_new(PLACE, b"1" * 32, answer)


def test_an_answer_to_another_challenge_or_question_is_refused(
    ruth: Person, device: Device, show: Show
) -> None:
    for answer in (device.shows(b"1" * 32), device.makes(b"2" * 32)):
        with pytest.raises(WrongPasskey):
            show(ruth, b"2" * 32, answer)


def test_a_passkey_of_another_account_opens_nothing(
    session: Session, sealers: Sealers, member: Person, device: Device, show: Show, now: datetime
) -> None:
    with pytest.raises(WrongPasskey):
        show(member, b"1" * 32, device.shows(b"1" * 32))
    with pytest.raises(WrongPasskey):
        add(session, sealers, member, now, device)


def test_a_count_that_goes_back_is_refused_and_told_apart(
    ruth: Person, device: Device, show: Show
) -> None:
    copy = Device(key=device.key, credential_id=device.credential_id)
    show(ruth, b"1" * 32, device.shows(b"1" * 32))
    show(ruth, b"2" * 32, device.shows(b"2" * 32))
    for challenge in (b"3" * 32, b"4" * 32):  # 1, and then 2 as before
        with pytest.raises(CopiedPasskey):
            show(ruth, challenge, copy.shows(challenge))
    copy.count = -1
    with pytest.raises(CopiedPasskey):
        show(ruth, b"5" * 32, copy.shows(b"5" * 32))
    show(ruth, b"6" * 32, device.shows(b"6" * 32))


def test_passkeys_that_do_not_count_say_nought_each_time(
    ruth: Person, device: Device, show: Show
) -> None:
    for challenge in (b"1" * 32, b"2" * 32):
        device.count = -1
        show(ruth, challenge, device.shows(challenge))


def test_a_challenge_is_taken_once_on_its_own_sign_in_within_five_minutes(
    session: Session, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    here, there = (given.a_sign_in(session, sealers, ruth, now=now) for _ in range(2))
    first = members.begin_challenge(session, token=here, now=now)
    challenge = members.begin_challenge(session, token=here, now=now)
    assert (len(challenge), challenge == first) == (32, False)
    with pytest.raises(WrongPasskey):
        members.take_challenge(session, token=there, now=now)
    with pytest.raises(WrongPasskey):
        members.take_challenge(session, token=here, now=now + timedelta(minutes=5))
    assert members.take_challenge(session, token=here, now=now) == challenge
    with pytest.raises(WrongPasskey):
        members.take_challenge(session, token=here, now=now)


def test_of_two_requests_with_one_challenge_one_goes_on(
    session: Session, engine: Engine, sealers: Sealers, ruth: Person, now: datetime
) -> None:
    token = given.a_sign_in(session, sealers, ruth, now=now)
    members.begin_challenge(session, token=token, now=now)
    session.commit()

    def one(_number: int) -> bool:
        with writing(engine)() as own:
            try:
                members.take_challenge(own, token=token, now=now)
            except WrongPasskey:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == [False, False, False, True]


def test_neither_the_passkey_nor_its_name_is_in_the_row_in_plain(
    session: Session, device: Device
) -> None:
    row = session.scalars(select(FactorRow).where(FactorRow.kind == FactorKind.PASSKEY)).one()
    kept = row.sealed_label + row.sealed_secret
    assert device.credential_id not in kept + (row.credential_fingerprint or b"")
    assert bytes_to_base64url(device.credential_id).encode() not in kept


def test_a_passkey_is_no_app_and_counts_as_the_last_factor(
    session: Session, sealers: Sealers, ruth: Person, device: Device, now: datetime
) -> None:
    found = {each.kind: each for each in members.list_factors(session, sealers, account_id=ruth.id)}
    app, passkey = found[FactorKind.TOTP], found[FactorKind.PASSKEY]
    members.remove_factor(session, account_id=ruth.id, factor_id=app.id)
    with pytest.raises(WrongCode):
        members.settle_code(session, sealers, account_id=ruth.id, code=given.codes(now)[1], now=now)
    with pytest.raises(LastFactor):
        members.remove_factor(session, account_id=ruth.id, factor_id=passkey.id)
    assert device.count == 0


def test_what_is_packed_is_unpacked() -> None:
    passkey = Passkey(credential_id=b"\x00\xff", public_key=b"key", transports=("usb", "nfc"))
    assert Passkey.unpacked(passkey.packed()) == passkey
    assert "key" not in repr(passkey).partition("(")[2]
