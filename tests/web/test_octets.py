"""What nobody types: a NUL is refused before the databases could differ on it."""

import pytest

from members.model import Role
from tests.reports.browser import Page
from tests.whole import Whole

NUL = "%00"


@pytest.mark.parametrize(
    "address",
    [f"/updates/{NUL}", f"/reports/mine/{NUL}", f"/desk/audit?reference={NUL}", f"/?{NUL}=1"],
)
def test_an_address_with_a_nul_is_no_address(house: Whole, address: str) -> None:
    lead = house.sign_in(house.person(Role.LEAD))
    assert lead.client.get(address).status_code == 404


def test_a_nul_that_was_pasted_into_a_form_is_dropped(house: Whole) -> None:
    person = house.person()
    client = house.app.test_client()
    token = Page(client.get("/sign-in").text).forms[-1].fields["csrf_token"]
    typed = {"name": f"{person.name[:2]}\0{person.name[2:]}", "passphrase": "wrong\0"}
    answer = client.post("/sign-in", data={"csrf_token": token, **typed})
    assert answer.status_code == 422
    assert Page(answer.text).forms[-1].fields["name"] == person.name


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "-1", "1.5", "\u0663", "\u00b2"])
def test_a_place_in_the_audit_that_cannot_be_is_passed_over(house: Whole, number: str) -> None:
    lead = house.sign_in(house.person(Role.LEAD))
    answer = lead.client.get("/desk/audit", query_string={"before": number})
    assert answer.status_code == 200
