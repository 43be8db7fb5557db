"""How sending stands: for staff on a page, for Prometheus behind a token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text

from config.settings import Settings, SettingsError, load_settings
from members.model import Role
from messages.records import ProviderCopyRow
from storage.redis_server import redis_client
from tests.alerts.published import publish_danger
from tests.members.visits import Visitor
from tests.whole import Whole, whole
from workers.queues import beat

TOKEN = "a-token-that-nobody-guesses"
LABELS = ("queue", "channel")
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give an instance with a token, an alert of five minutes ago, and a worker for danger."""
    settings = Settings(
        data_dir=keys, database_url=database_url, redis_url=redis_url, metrics_token=TOKEN
    )
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        with house.writing() as session:
            publish_danger(
                session,
                house.services.sealers,
                house.services.evaluator,
                now=house.now - timedelta(minutes=5),
            )
            now = house.now
            is_sqlite = house.services.engine.dialect.name == "sqlite"
            session.execute(
                text(
                    "UPDATE delivery SET state = 'accepted', left_at = :now WHERE channel = 'email'"
                ),
                {"now": now.replace(tzinfo=None) if is_sqlite else now},
            )
        beat(redis_client(redis_url), "worker:danger:one")
        yield house


@pytest.fixture
def caseworker(house: Whole) -> Visitor:
    """Give the browser of a caseworker."""
    return house.sign_in(house.person(Role.CASEWORKER))


def scraped(house: Whole, token: str = TOKEN) -> Samples:
    answer = house.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return {
        (sample.name, *(sample.labels[key] for key in LABELS if key in sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_staff_see_what_is_due_what_leaves_and_who_works(caseworker: Visitor) -> None:
    page = caseworker.open("/desk/sending").text
    assert "due now 1" in page or "1 due now" in page
    assert "Danger Text messages 1 5 minutes 0 1" in page
    assert "Routine Mails 0 \N{EN DASH} 0 none" in page
    assert "Text messages 0 0 0" in page
    assert "Mails 1 0 0" in page


def test_failures_and_what_nobody_knows_are_counted_apart(
    house: Whole, caseworker: Visitor
) -> None:
    with house.writing() as session:
        now = house.now
        is_sqlite = house.services.engine.dialect.name == "sqlite"
        for channel, state in (("sms", "unknown"), ("email", "failed")):
            session.execute(
                text(
                    "UPDATE delivery SET state = :state, updated_at = :now WHERE channel = :channel"
                ),
                {
                    "state": state,
                    "channel": channel,
                    "now": now.replace(tzinfo=None) if is_sqlite else now,
                },
            )
    page = caseworker.open("/desk/sending").text
    assert "Text messages 0 0 1" in page
    assert "Mails 1 1 0" in page
    found = scraped(house)
    assert found["brolly_failed_24h", "email"] == found["brolly_unknown_24h", "sms"] == 1
    assert found["brolly_failed_24h", "sms"] == found["brolly_unknown_24h", "email"] == 0


def test_without_redis_the_page_still_says_what_the_database_knows(
    house: Whole, scratch: Path
) -> None:
    here = house.services.settings
    settings = Settings(
        data_dir=here.data_dir,
        database_url=here.database_url,
        redis_url="redis://127.0.0.1:1/0",
        metrics_token=TOKEN,
    )
    with whole(settings, scratch / "compiled") as other:
        page = other.sign_in(other.person(Role.CASEWORKER)).open("/desk/sending").text
        assert "Redis does not answer" in page
        assert "not known" in page
        assert "due now" in page
        assert "brolly_workers" not in {name for name, *_ in scraped(other)}


def test_prometheus_reads_the_same_figures(house: Whole) -> None:
    found = scraped(house)
    assert found["brolly_due", "danger", "sms"] == 1
    assert found["brolly_due", "routine", "sms"] == 0
    assert found["brolly_oldest_due_seconds", "danger", "sms"] >= 300
    assert found["brolly_left_5m", "email"] == 1
    assert found["brolly_workers", "danger"] == 1
    assert found["brolly_workers", "routine"] == 0
    assert found["brolly_late",] == 0


def test_texts_that_providers_still_keep_are_counted(house: Whole, caseworker: Visitor) -> None:
    now = datetime.now(UTC)
    with house.writing() as session:
        copy = {"provider_id": "SM1", "delivery_id": uuid4(), "listed_at": now, "next_at": now}
        session.execute(insert(ProviderCopyRow).values(copy))
    assert "to be wiped at providers 1" in caseworker.open("/desk/sending").text
    assert scraped(house)["brolly_provider_copies",] == 1


def test_labels_are_queues_and_channels_and_nothing_personal(house: Whole) -> None:
    allowed = {"danger", "routine", "service", "sms", "email"}
    assert {label for _name, *labels in scraped(house) for label in labels} <= allowed


@pytest.mark.parametrize("shown", ["", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}é"])
def test_whoever_does_not_show_the_token_reads_nothing(house: Whole, shown: str) -> None:
    headers = {"Authorization": shown.encode().decode("latin-1")} if shown else {}
    answer = house.app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "brolly_" not in answer.get_data(as_text=True)


def test_without_a_token_there_are_no_metrics(house: Whole, scratch: Path) -> None:
    settings = house.services.settings.model_copy(update={"metrics_token": ""})
    with whole(settings, scratch / "compiled") as other:
        answer = other.app.test_client().get("/metrics", headers={"Authorization": "Bearer "})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("name", "value"), [("METRICS_TOKEN", "short"), ("OPERATOR_MAIL", "nobody")]
)
def test_a_token_to_guess_and_an_address_that_is_none_stop_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({f"BROLLY_{name}": value})
