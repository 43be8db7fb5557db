"""`brolly demo load`, `accounts` and `publish`, as somebody types them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from alerts import actions as alerts
from demo.accounts import PASSPHRASES
from demo.commands import demo
from members import actions as members
from members import factors
from members.model import STAFF, Role
from messages.records import CauseTextRow
from storage.engine import Singly, reading, writing
from storage.keys import Sealers
from storage.redis_server import redis_client
from workers.running import Running, hold


class Brolly:
    """The commands on one database."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def demo(self, *words: str, **changes: str) -> Result:
        environment = {**self.environment, **changes}
        return CliRunner().invoke(demo, words, env=environment)

    def says(self, *words: str) -> dict[str, Any]:
        done = self.demo(*words)
        assert done.exit_code == 0, done.output
        said: dict[str, Any] = json.loads(done.stdout)
        return said


@pytest.fixture
def brolly(keys: Path, database_url: str, redis_url: str) -> Brolly:
    return Brolly(
        {
            "BROLLY_DATA_DIR": str(keys),
            "BROLLY_DATABASE_URL": database_url,
            "BROLLY_REDIS_URL": redis_url,
        }
    )


@pytest.fixture
def loaded(brolly: Brolly) -> Brolly:
    done = brolly.demo("load", "--members", "60", "--seed", "5")
    assert done.exit_code == 0, done.output
    assert done.stdout == "Loaded 60 members, staff and warnings (seed 5).\n"
    return brolly


def test_demo_data_goes_into_an_empty_database_only(loaded: Brolly) -> None:
    again = loaded.demo("load", "--members", "1")
    assert again.exit_code == 1
    assert "an empty database only" in again.stderr


def test_accounts_are_listed_by_role_with_passphrases_that_sign_in(
    loaded: Brolly, engine: Engine, sealers: Sealers
) -> None:
    found = loaded.says("accounts", "--json")
    assert set(found) == set(PASSPHRASES)
    assert len(found[Role.MEMBER]) + len(found[Role.PRACTITIONER]) == 60
    assert len(found[Role.CASEWORKER]) == 2
    for role, accounts in found.items():
        names = [account["name"] for account in accounts]
        assert names == sorted(names), "their order must not hang on the keys of an instance"
        more = "token" if role in {Role.MEMBER, Role.PRACTITIONER} else "totp_secret"
        assert set(accounts[0]) == {"name", "passphrase", more}
        with writing(engine).begin() as session:
            token = members.sign_in(
                session,
                sealers,
                name=accounts[0]["name"],
                passphrase=accounts[0]["passphrase"],
                now=datetime.now(UTC),
            )
            if role in STAFF:
                token = past_second_step(session, sealers, token, accounts[0]["totp_secret"])
        with reading(engine)() as session:
            account = members.resume(session, sealers, token=token, now=datetime.now(UTC))
        assert account is not None
        assert account.role == role


def past_second_step(session: Session, sealers: Sealers, token: str, secret: str) -> str:
    now = datetime.now(UTC)
    waits = members.waiting_sign_in(session, sealers, token=token, now=now)
    assert waits is not None
    _before, code, _next = factors.codes_at(secret, now)
    members.settle_code(session, sealers, account_id=waits.account.id, code=code, now=now)
    return members.finish_second_step(session, token=token, now=now)


def test_a_demo_members_token_is_theirs(loaded: Brolly, sealers: Sealers, singly: Singly) -> None:
    for shown in loaded.says("accounts", "--json")[Role.MEMBER][:3]:
        with singly.connect() as connection:
            owner = members.owner_of(connection, sealers, token=shown["token"])
        assert owner is not None
        assert owner.name == shown["name"]


def test_accounts_without_json_are_words(loaded: Brolly) -> None:
    words = loaded.demo("accounts").stdout
    assert f'lead (1), passphrase "{PASSPHRASES[Role.LEAD]}"' in words
    assert "Imogen Lead" in words


def test_an_empty_database_has_no_demo_accounts(brolly: Brolly) -> None:
    assert brolly.says("accounts", "--json") == {}


def deliveries(engine: Engine, alert_id: str) -> dict[str, int]:
    """Count the deliveries of an alert by channel."""
    rows = (
        "SELECT channel, count(*) AS number FROM delivery"
        " JOIN alert ON alert.cause_id = delivery.cause_id"
        " WHERE alert.id = :id GROUP BY channel"
    )
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        found = connection.execute(
            text(rows), {"id": alert_id.replace("-", "") if sqlite else alert_id}
        )
        return {row.channel: row.number for row in found}


def test_publishing_says_exactly_the_alert_and_its_audience(loaded: Brolly, engine: Engine) -> None:
    alerts = set()
    for _ in range(3):
        said = loaded.says("publish")
        assert set(said) == {"alert", "audience"}
        assert set(said["audience"]) == {"sms", "email"}
        assert sum(said["audience"].values()) > 0
        assert deliveries(engine, said["alert"]) == {
            channel: number for channel, number in said["audience"].items() if number
        }
        alerts.add(said["alert"])
    assert len(alerts) == 3


def test_publishing_wakes_the_danger_queue(loaded: Brolly, redis_url: str) -> None:
    loaded.says("publish")
    assert redis_client(redis_url).llen("rq:queue:danger") == 2


def test_publishing_works_while_redis_is_away(
    loaded: Brolly, engine: Engine, scratch: Path
) -> None:
    away = f"unix://{scratch / 'nobody.sock'}"
    done = loaded.demo("publish", BROLLY_REDIS_URL=away)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout.splitlines()[-1])
    assert sum(deliveries(engine, said["alert"]).values()) == sum(said["audience"].values())


def test_without_demo_data_publishing_says_what_to_do(brolly: Brolly) -> None:
    done = brolly.demo("publish")
    assert done.exit_code == 1
    assert "brolly demo load" in done.stderr


@pytest.mark.parametrize("port", ["8000", "9000"])
def test_publishing_leads_to_where_the_running_instance_answers(
    loaded: Brolly, keys: Path, engine: Engine, sealers: Sealers, port: str
) -> None:
    one = Running(process=1, url="http://127.0.0.1:8311", demo=True)
    with hold(keys, one):
        done = loaded.demo("publish", BROLLY_PORT=port)
    assert done.exit_code == 0, done.output
    with reading(engine)() as session:
        alert = alerts.alert(session, UUID(json.loads(done.stdout)["alert"]))
        rows = session.scalars(
            select(CauseTextRow).where(CauseTextRow.cause_id == alert.cause_id)
        ).all()
        for row in rows:
            body = sealers.contacts.text(
                row.sealed_body, row=row.id, table="cause_text", column="sealed_body"
            )
            assert f"http://127.0.0.1:8311/updates/{alert.reference}" in body
    assert rows
