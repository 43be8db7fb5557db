"""The pages of passkeys without a browser: what is refused there, and what stays as it was."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes

from config.settings import Settings
from members import actions as members
from members import factors, passkeys
from members.factors import FactorKind
from members.records import SignInRow
from storage.keys import Sealers
from tests import given
from tests.given import PASSPHRASE, Person
from tests.members.conftest import SignIn
from tests.members.devices import Device
from tests.members.visits import Visitor


@pytest.fixture
def device(session: Session, sealers: Sealers, ruth: Person, keys: Path) -> Device:
    """Give a device that keeps a passkey of Ruth's, made where the app stands."""
    place, challenge = passkeys.place_of(Settings(data_dir=keys).public_url), b"c" * 32
    device = Device(name=place.name, origin=place.origin)
    passkey, count = passkeys.read_new(place, challenge, device.makes(challenge))
    now = datetime.now(UTC)
    members.add_passkey(session, sealers, account_id=ruth.id, passkey=passkey, count=count, now=now)
    session.commit()
    return device


def asked(visitor: Visitor, path: str) -> bytes:
    """Ask for a challenge, as the script of the page does."""
    token = visitor.page.forms[-1].fields["csrf_token"]
    answer = visitor.client.post(path, data={"csrf_token": token})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return base64url_to_bytes(answer.get_json()["challenge"])


def show_passphrase(visitor: Visitor, person: Person) -> Visitor:
    """Go as far as the passphrase goes."""
    visitor.open("/sign-in")
    return visitor.fill("/sign-in", name=person.name, passphrase=person.passphrase)


def test_a_passkey_signs_in_and_its_answer_does_so_once(
    visitor: Visitor, ruth: Person, device: Device
) -> None:
    show_passphrase(visitor, ruth)
    challenge = asked(visitor, "/sign-in/passkey/ask")
    answer = device.shows(challenge)
    refused = visitor.fill("", second_passkey=Device(device.name, device.origin).shows(challenge))
    assert (refused.status, "did not open it" in refused.text) == (422, True)
    visitor.fill("", second_passkey=answer)  # the challenge went with the first answer
    assert visitor.status == 422
    answer = device.shows(asked(visitor, "/sign-in/passkey/ask"))
    visitor.goes_to("/sign-in/code", "", second_passkey=answer)
    assert visitor.open("/account").path == "/account"
    visitor.open("/account/steps").fill("/sign-out")
    show_passphrase(visitor, ruth)
    asked(visitor, "/sign-in/passkey/ask")
    assert visitor.fill("", second_passkey=answer).status == 422


def test_a_copy_is_told_and_a_code_still_opens(
    visitor: Visitor, ruth: Person, device: Device
) -> None:
    show_passphrase(visitor, ruth)
    device.count = 7
    visitor.fill("", second_passkey=device.shows(asked(visitor, "/sign-in/passkey/ask")))
    visitor.open("/account/steps").fill("/sign-out")
    show_passphrase(visitor, ruth)
    device.count = 7
    visitor.fill("", second_passkey=device.shows(asked(visitor, "/sign-in/passkey/ask")))
    assert (visitor.status, "may have a copy" in visitor.text) == (422, True)
    visitor.goes_to("/sign-in/code", "", code=given.codes()[1])


def test_wrong_passkeys_get_slow_as_wrong_codes_do(
    visitor: Visitor, ruth: Person, device: Device
) -> None:
    show_passphrase(visitor, ruth)
    device.name = "elsewhere.example"
    for _ in range(20):
        visitor.fill("", second_passkey=device.shows(asked(visitor, "/sign-in/passkey/ask")))
        if "one try too many" in visitor.text:
            return
    pytest.fail("nothing got slow")


def test_a_passkey_shows_who_one_is_and_what_was_typed_goes_on(
    signed_in: SignIn, session: Session, sealers: Sealers, ruth: Person, device: Device
) -> None:
    visitor = signed_in(ruth)
    session.execute(update(SignInRow).values(proved_at=datetime.now(UTC) - factors.FRESH))
    session.commit()
    visitor.open("/account/name").fill("/name", name="Ruth of Salford")
    assert 'data-ask="/account/steps/passkey/ask"' in visitor.markup
    answer = device.shows(asked(visitor, "/account/steps/passkey/ask"))
    visitor.fill("/name", passphrase="not it at all", second_passkey=answer)
    assert (visitor.status, answer[:30] in visitor.markup) == (403, False)
    visitor.fill("/name", passphrase=PASSPHRASE, second_passkey=answer)
    assert visitor.path == "/account"
    name = members.get_account(session, sealers, account_id=ruth.id).name
    assert name.startswith("Ruth of Salford ")


def test_a_passkey_is_added_and_taken_away(
    signed_in: SignIn, session: Session, sealers: Sealers, member: Person, keys: Path
) -> None:
    visitor = signed_in(member).open("/account/steps/passkey")
    assert visitor.fill("/passkey").status == 422  # without a script nothing is made
    assert "No passkey was made" in visitor.text
    place = passkeys.place_of(Settings(data_dir=keys).public_url)
    device = Device(name=place.name, origin=place.origin)
    made = device.makes(asked(visitor, "/account/steps/passkey/new"))
    visitor.fill("/passkey", label="my key", credential=made)
    assert visitor.markup.count('class="code"') == factors.CODES
    (kept,) = members.list_factors(session, sealers, account_id=member.id)
    session.rollback()
    assert (kept.kind, kept.label) == (FactorKind.PASSKEY, "my key")
    visitor.open("/account/steps").fill("/remove")
    assert members.list_factors(session, sealers, account_id=member.id) == []
