"""Every changing route, with bad forms of each kind: refused, and not one row is another.

The routes are those of the app itself: one that is added tomorrow is asked here without a word.
"""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from members.model import Role
from tests import given
from tests.web.forging import (
    FIELDS,
    Things,
    forgeries,
    raw_token,
    rows,
    things,
    token_made,
    who_may,
)
from tests.web.test_authorisation import access, routes, somebody
from tests.whole import Whole
from web.csrf import CHANGING

NEEDS_NO_TOKEN = {
    "/api/v1/oprf/evaluate",  # JSON, which another site cannot send
    "/api/v1/watch",
    "/sign-in/openid/ended",  # signed by the OpenID provider
    "/exit",  # a person who has to leave is never asked again
    "/unsubscribe/<token>",  # the address in the mail proves itself, also to mail programs
    "/webhooks/<name>-sms/<uuid:delivery_id>",  # signed by the provider
    "/webhooks/inbound",
    "/webhooks/sms/<uuid:delivery_id>",
}
SURELY_CHANGE = {  # the right request, so that a refusal says something
    "/account/close",
    "/account/data",
    "/account/name",
    "/account/passphrase",
    "/account/preferences",
    "/account/sign-ins/end",
    "/account/steps/begin",
    "/alerts/<uuid:alert_id>/counts.csv",
    "/check",
    "/desk/reports/<uuid:report_id>/open",
    "/desk/warnings/<uuid:warning_id>/publish",
    "/desk/warnings/<uuid:warning_id>/withdraw",
    "/join",
    "/report",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/enrol/begin",
    "/sign-out",
}


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What is refused before a view runs touches neither database."""
    return str(request.param)


@pytest.fixture
def lead(house: Whole) -> given.Person:
    return house.person(Role.LEAD)


@pytest.fixture
def there(house: Whole, lead: given.Person) -> Things:
    return things(house, lead)


def changing(house: Whole) -> Iterator[Rule]:
    for rule in routes(house):
        if CHANGING & (rule.methods or set()):
            yield rule


def asks_no_token(house: Whole, rule: Rule) -> bool:
    return bool(getattr(house.app.view_functions[rule.endpoint], "needs_no_token", False))


def test_only_what_is_declared_here_takes_no_token(house: Whole) -> None:
    assert {rule.rule for rule in changing(house) if asks_no_token(house, rule)} == NEEDS_NO_TOKEN


def test_a_forged_form_is_refused_and_changes_no_row(house: Whole, there: Things) -> None:
    _, others = browser(house, Role.MEMBER)
    askers = {who_may(access(house, rule)) for rule in changing(house)}
    browsers = {who: browser(house, who) for who in askers}
    before, asked = rows(house), 0
    for rule in changing(house):
        client, mine = browsers[who_may(access(house, rule))]
        for name, (token, headers) in forgeries(house, mine, others).items():
            if not headers and asks_no_token(house, rule):
                continue
            data = FIELDS if token is None else {**FIELDS, "csrf_token": token}
            answer = client.post(there.address(rule), data=data, headers=headers)
            assert answer.status_code == (403 if headers else 400), (rule.rule, name)
            assert rows(house) == before, (rule.rule, name)
            asked += 1
    assert asked > 6 * (len([*changing(house)]) - len(NEEDS_NO_TOKEN))


def test_the_same_forms_with_a_good_token_change_what_they_should(
    house: Whole, there: Things
) -> None:
    changed = set()
    for rule in changing(house):
        client, mine = browser(house, who_may(access(house, rule)))
        before = rows(house)
        data = {**FIELDS, "csrf_token": token_made(house, mine, at=house.now)}
        answer = client.post(there.address(rule), data=data)
        assert "nothing you typed is lost" not in answer.text, rule.rule
        assert answer.status_code < 500, rule.rule
        if rows(house) != before:
            changed.add(rule.rule)
    assert changed >= SURELY_CHANGE, SURELY_CHANGE - changed


def browser(house: Whole, who: str) -> tuple[FlaskClient, str]:
    client, _ = somebody(house, who)
    return client, raw_token(client)
