"""Leave: the quick exit."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from members import actions as members
from storage.keys import Sealers
from tests.web.conftest import NEUTRAL, BuildApp, carry


def cookie_of(client: FlaskClient) -> dict[str, object]:
    with client.session_transaction() as cookie:
        return dict(cookie)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_leaving_ends_the_session_on_the_server(
    build: BuildApp, engine: Engine, session: Session, sealers: Sealers, token: str, method: str
) -> None:
    client = build(engine=engine).test_client()
    carry(client, token)
    client.open("/exit", method=method)
    assert members.resume(session, sealers, token=token, now=datetime.now(UTC)) is None
    assert not cookie_of(client)


def test_the_link_leads_somewhere_neutral(build: BuildApp) -> None:
    answer = build().test_client().get("/exit")
    assert (answer.status_code, answer.headers["Location"]) == (303, NEUTRAL)


def test_the_beacon_needs_no_token_and_gets_no_page(build: BuildApp) -> None:
    answer = build().test_client().post("/exit", headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.data) == (204, b"")


def test_another_site_cannot_sign_people_out_by_a_beacon(build: BuildApp) -> None:
    answer = build().test_client().post("/exit", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_one_gets_away_even_when_the_database_is_gone(build: BuildApp) -> None:
    client = build().test_client()  # a database without tables
    carry(client, "some token")
    with capture_logs() as logged:
        answer = client.get("/exit")
    assert answer.headers["Location"] == NEUTRAL
    assert not cookie_of(client)
    assert logged[0]["errors"][0] == "OperationalError"


def test_every_page_has_the_way_out(build: BuildApp) -> None:
    client = build().test_client()
    for page in ("/", "/help", "/tips", "/data", "/accessibility", "/not-there"):
        html = client.get(page).text
        assert 'id="leave" href="/exit"' in html
        assert f'data-to="{NEUTRAL}"' in html
