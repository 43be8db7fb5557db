"""Who may open what: every route by every method for everybody, as docs/authorisation.md says."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from members import actions as members
from members.guard import TOKEN, Access, access_of
from members.model import Role
from members.records import FactorRow
from tests import given
from tests.whole import Whole
from web.gate import OPEN

DOCUMENT = Path(__file__).parents[2] / "docs" / "authorisation.md"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOBODY, APPLICANT = "nobody", "applicant"
WAITING, ENROLLING = "waits for a second step", "sets a factor up"
NOT_YET = (WAITING, ENROLLING)  # the passphrase was right: no more than that
EVERYBODY = (NOBODY, APPLICANT, *NOT_YET, *Role)
APART = {
    "members.sign_out",  # these three end the very sign-in that asks
    "members.end_all_sign_ins",
    "leave.leave",
    "health.ready",  # it says 503 here, where no worker is alive
}
SIGNED_OUT = "You were signed out"


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Who may open what is the same on both databases."""
    return str(request.param)


def routes(house: Whole) -> list[Rule]:
    return sorted(house.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def access(house: Whole, rule: Rule) -> Access | None:
    """Return what a route declares; None for what anybody may fetch without being looked up."""
    if rule.endpoint in OPEN:
        return None
    found = access_of(house.app.view_functions[rule.endpoint])
    assert found, rule.rule
    return found


def listed(house: Whole) -> Iterator[str]:
    for rule in routes(house):
        methods = ", ".join(method for method in METHODS if method in (rule.methods or ()))
        who = access(house, rule)
        yield f"| `{rule.rule}` | {methods} | {who.name if who else 'anybody'} |"


def test_the_document_lists_every_route_and_who_may_open_it(house: Whole) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    documented = [line for line in lines if line.startswith("| `")]
    assert documented == list(listed(house))


def somebody(house: Whole, who: str) -> tuple[FlaskClient, str]:
    """Return a browser of somebody, and a token for its forms."""
    client = house.app.test_client()
    if who in NOT_YET:
        return not_yet(house, who)
    if who != NOBODY:
        with house.writing() as session:
            sealers, now = house.services.sealers, house.now
            person = (
                given.an_applicant(session, sealers, now=now)
                if who == APPLICANT
                else given.a_colleague(session, sealers, Role(who), now=now)
            )
            token = given.a_sign_in(session, sealers, person, now=now)
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
    page = client.get("/account" if who != NOBODY else "/join").text
    (form_token,) = {*re.findall(r'name="csrf_token" value="([^"]+)"', page)}
    return client, form_token


def not_yet(house: Whole, who: str) -> tuple[FlaskClient, str]:
    """Return a browser of a lead who has shown the passphrase alone."""
    lead = house.person(Role.LEAD)
    if who == ENROLLING:
        with house.writing() as session:
            session.execute(delete(FactorRow).where(FactorRow.account_id == lead.id))
    visitor = house.visitor()
    visitor.open("/sign-in")
    visitor.fill("/sign-in", name=lead.name, passphrase=lead.passphrase)
    return visitor.client, visitor.page.forms[-1].fields["csrf_token"]


def asked(client: FlaskClient, form_token: str, rule: Rule, method: str) -> TestResponse:
    """Ask for what is not there, by a form with a good token."""
    parts = {name: str(uuid4()) if name.endswith("_id") else "W-2222" for name in rule.arguments}
    parts |= dict.fromkeys(rule.arguments & {"epoch", "number", "year"}, "1")
    parts |= dict.fromkeys(rule.arguments & {"hexadecimal"}, "0000")
    parts |= dict.fromkeys(rule.arguments & {"slug"}, "narrative")
    _, address = rule.build({name: _typed(rule, name, part) for name, part in parts.items()}) or (
        "",
        "",
    )
    body = {"csrf_token": form_token} if method != "GET" else None
    return client.open(address, method=method, data=body)


def _typed(rule: Rule, name: str, part: str) -> str | int:
    return int(part) if f"<int:{name}>" in rule.rule else part


def may(who: str, found: Access | None) -> bool:
    """Whether the declaration lets somebody in: written out here, apart from the guard."""
    if found is None or found.name == "public":
        return True
    if who == NOBODY or who in NOT_YET:
        return found.name == who
    if found.name == "signed in":
        return True
    if found.name == "may check":
        return who in {Role.MEMBER, Role.PRACTITIONER, Role.CASEWORKER, Role.LEAD}
    return who in found.name.split(" or ")


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_is_declared_for_them_and_nothing_else(house: Whole, who: str) -> None:
    client, form_token = somebody(house, who)
    for rule in routes(house):
        for method in sorted({*METHODS} & (rule.methods or set())):
            if rule.endpoint in APART:
                continue
            answer = asked(client, form_token, rule, method)
            where = (who, method, rule.rule, answer.status_code)
            assert answer.status_code < 500, where
            sent_to_sign_in = answer.headers.get("Location", "") == "/sign-in"
            if may(who, access(house, rule)):
                assert not sent_to_sign_in, where
                assert SIGNED_OUT not in answer.text, where
            elif who == NOBODY or who in NOT_YET:
                asks = sent_to_sign_in or SIGNED_OUT in answer.text or answer.status_code == 401
                assert asks, where
            else:
                assert answer.status_code == 404, where


def test_a_route_answers_no_method_that_it_does_not_declare(house: Whole) -> None:
    client, form_token = somebody(house, Role.LEAD)
    for rule in routes(house):
        of_the_address = {
            method
            for other in routes(house)
            if other.rule == rule.rule
            for method in other.methods or ()
        }
        for method in {*METHODS} - of_the_address:
            answer = asked(client, form_token, rule, method)
            assert answer.status_code in {404, 405}, (method, rule.rule)


def test_an_account_that_is_suspended_gets_nothing(house: Whole) -> None:
    person = house.person(Role.LEAD)
    visitor = house.sign_in(person)
    assert visitor.client.get("/desk").status_code == 200
    with house.writing() as session:
        members.suspend(session, account_id=person.id, now=house.now)
    assert visitor.client.get("/desk").headers["Location"] == "/sign-in"


# Somebody else's is answered as what is not there


def plain(answer: TestResponse) -> str:
    """Return a page without its form's token, which holds the second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def test_anothers_sign_in_is_not_there(house: Whole) -> None:
    scarlet = house.person()
    theirs = house.sign_in(scarlet)
    with house.services.reading() as session:
        (sign_in,) = members.list_sign_ins(session, account_id=scarlet.id, token="", now=house.now)
    client, form_token = somebody(house, Role.MEMBER)
    body = {"csrf_token": form_token}
    real = client.post(f"/account/sign-ins/{sign_in.id}/end", data=body)
    absent = client.post(f"/account/sign-ins/{uuid4()}/end", data=body)
    assert real.status_code == absent.status_code == 404
    assert plain(real) == plain(absent)
    assert theirs.client.get("/account").status_code == 200
