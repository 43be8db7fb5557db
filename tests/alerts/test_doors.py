"""Who may come in: the desk, alerts and updates, route by route, for every role."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from members.guard import MAY_CHECK, PUBLIC, access_of
from members.model import Role
from reports.model import WarningState
from tests import given
from tests.members.visits import Visitor
from tests.whole import Whole, press

SIGNED_OUT = "You were signed out"


def routes(house: Whole) -> Iterator[Rule]:
    """Yield the routes of the desk and of alerts."""
    for rule in house.app.url_map.iter_rules():
        if rule.rule.startswith(("/desk", "/alerts", "/updates")):
            yield rule


def addresses(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield method and address of a route, for nothing that exists."""
    names = {name: str(uuid4()) if name.endswith("_id") else "W-2222" for name in rule.arguments}
    _, address = rule.build(names) or ("", "")
    for method in (rule.methods or set()) & {"GET", "POST"}:
        yield method, address


def test_the_desk_is_closed_to_all_but_caseworkers(house: Whole) -> None:
    found = {access_of(house.app.view_functions[rule.endpoint]) for rule in routes(house)}
    assert PUBLIC not in found
    assert len([*routes(house)]) >= 15


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRACTITIONER, Role.OPERATOR, Role.RESEARCHER])
def test_to_who_is_no_caseworker_the_desk_is_not_there(house: Whole, role: Role) -> None:
    visitor = house.sign_in(house.person(role))
    for rule in routes(house):
        access = access_of(house.app.view_functions[rule.endpoint])
        if access is MAY_CHECK and role in {Role.MEMBER, Role.PRACTITIONER}:
            continue
        for method, address in addresses(rule):
            status = (
                press(visitor, address).status if method == "POST" else visitor.open(address).status
            )
            assert status == 404, (method, rule.rule)
            assert "There is nothing here" in visitor.text


def test_a_real_warning_answers_a_member_as_one_that_is_not_there(
    house: Whole, verifier: given.Person
) -> None:
    warning = house.proposed(verifier)
    member = house.sign_in(house.person())
    real, absent = (publish_and_read(member, warning_id) for warning_id in (warning.id, uuid4()))
    assert real == absent
    assert house.warning(warning).state is WarningState.PROPOSED


def publish_and_read(visitor: Visitor, warning_id: UUID) -> tuple[int, str]:
    press(visitor, f"/desk/warnings/{warning_id}/publish", reason="Because.")
    return visitor.status, visitor.text


def test_a_visitor_is_asked_to_sign_in(house: Whole) -> None:
    visitor = house.visitor()
    token = visitor.open("/sign-in").page.forms[0].fields["csrf_token"]
    for rule in routes(house):
        for method, address in addresses(rule):
            if method == "GET":
                assert visitor.open(address).path == "/sign-in", rule.rule
            else:
                sent = visitor.client.post(address, data={"csrf_token": token, "step": "take"})
                assert sent.status_code == 403, rule.rule
                assert SIGNED_OUT in sent.get_data(as_text=True)


def test_caseworkers_find_nothing_where_nothing_is(colleague: Visitor) -> None:
    for path in (
        f"/desk/warnings/{uuid4()}",
        f"/desk/reports/{uuid4()}",
        f"/desk/reports/{uuid4()}/warning",
        f"/alerts/{uuid4()}",
        "/updates/W-2222",
    ):
        assert colleague.open(path).status == 404, path
    for path in (
        f"/desk/warnings/{uuid4()}/publish",
        f"/desk/warnings/{uuid4()}/withdraw",
        f"/desk/reports/{uuid4()}/warning",
        f"/alerts/{uuid4()}",
    ):
        assert press(colleague, path, step="pause").status == 404, path
