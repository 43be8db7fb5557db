"""A username or a plate in a report: linked with the same in another, listed, and found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.client import PrivateChecker
from checker.identifiers import as_written, read
from config.settings import Settings
from members import actions as members
from members.model import Role
from reports import actions
from tests.checker.asking import NOTHING, check
from tests.given_reports import an_identifier
from tests.web.served import serving
from tests.whole import Whole, open_report, whole

NAME = ("insta @amber.f", "https://www.instagram.com/Amber.F/?hl=en", "amber.f on Instagram")
PLATE = ("ab12 coe", "reg: AB12-C0E", "AB12 COE")
BOTH = pytest.mark.parametrize(
    ("reported", "spelt", "shown"), [NAME, PLATE], ids=["username", "plate"]
)


@pytest.fixture
def house(keys: Path, database_url: str, redis_url: str, scratch: Path) -> Iterator[Whole]:
    """Give an instance on each database."""
    settings = Settings(data_dir=keys, database_url=database_url, redis_url=redis_url)
    with whole(settings, scratch / "compiled") as house:
        house.refresh()
        yield house


@BOTH
def test_two_reports_of_it_find_each_other_and_the_desk_shows_it(
    house: Whole, reported: str, spelt: str, shown: str
) -> None:
    first = house.report(identifiers=(an_identifier(reported),))
    second = house.report(identifiers=(an_identifier(spelt),))
    house.report(identifiers=(an_identifier("insta @somebody_else"),))
    with house.services.reading() as session:
        [other] = actions.sharing(session, first.id)
    assert (other.id, other.identifiers) == (second.id, 1)
    caseworker = house.sign_in(house.person(Role.CASEWORKER))
    assert shown in open_report(caseworker, first.id).text


@BOTH
def test_a_check_finds_its_warning_on_the_server(
    house: Whole, reported: str, spelt: str, shown: str
) -> None:
    member = house.sign_in(house.person())
    assert NOTHING in check(member, spelt).text
    house.published(identifiers=(an_identifier(reported),))
    found = check(member, spelt)
    assert shown in found.text
    assert "Do not meet alone." in found.text
    assert NOTHING not in found.text
    assert shown not in found.title


@BOTH
def test_a_check_finds_its_warning_privately(
    house: Whole, reported: str, spelt: str, shown: str
) -> None:
    house.published(identifiers=(an_identifier(reported),))
    person = house.person()
    with house.writing() as session:
        token = members.create_token(session, account_id=person.id, now=house.now)
    [listed] = read(spelt, region="GB").identifiers
    [unlisted] = read("tiktok @amber.f", region="GB").identifiers
    with serving(house.app) as url:
        client = PrivateChecker(url, token)
        there, elsewhere = client.check([listed, unlisted])
        client.close()
    assert there.found is not None
    assert elsewhere.found is None
    assert as_written(there.identifier, home="GB") == shown


def test_a_bare_name_is_asked_about_and_then_found(house: Whole) -> None:
    house.published(identifiers=(an_identifier(NAME[0]),))
    member = house.sign_in(house.person())
    asked = check(member, "@amber.f")
    assert "Which one do you mean?" in asked.text
    assert "amber.f on TikTok" in asked.text
    asked.send("chosen=instagram:amber.f", form="/check")
    assert "Do not meet alone." in asked.text
