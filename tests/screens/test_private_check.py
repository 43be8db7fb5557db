"""The private check in a browser: the same answers as on the server, and nothing said to it."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect
from sqlalchemy import text

from storage.redis_server import redis_client
from tests.given_reports import an_identifier
from tests.screens.conftest import Opened
from tests.screens.serving import Site

pytestmark = pytest.mark.browser

PRIVATELY = "Checked privately"
ON_OUR_SERVER = "Checked on our server"
ENTRIES = {
    "listed": "O7700 900 123",
    "not listed": "07700 900124",
    "several": "07700 900124, 07700 900123 and +33 1 70 18 99 00",
    "an address": "Dave.B@Example.org",
    "an unknown range": "+44 7111 111111",
    "another alphabet": "joe@bücher.example",
    "a username": "insta @Amber.F and 07700 900124",
    "a plate": "reg: ab12 coe",
    "a plate from elsewhere": "plate PL WX 12345",
    "a name": "Dave from Salford",
    "nothing": "   ",
    "half a number": "07700",
    "premium": "+44 909 879 0123",
}
# The answer before, which must not be taken for the next one.
FORGET = "document.querySelector('#answer').replaceChildren()"
# All that a private check needs has been fetched.
FETCHED = """() => {
const { client, reader, plans, patterns } = document.querySelector("script[data-client]").dataset;
return [client, reader, plans, patterns].every((each) =>
  performance.getEntriesByName(new URL(each, location).href).some((found) => found.responseEnd));
}"""


def answer_to(page: Page, entry: str) -> str:
    """Check, and return the words and links of the answer, without the one that says the way."""
    page.evaluate(FORGET)
    page.locator("#entry").fill(entry)
    page.locator("form[data-swap] button").first.click()
    settled(page)
    page.locator("#answer > *").first.wait_for()
    return words_of(page)


def settled(page: Page) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)


def words_of(page: Page) -> str:
    markup = page.locator("#answer").inner_html()
    markup = re.sub(r"<p class=\"note\">Checked.*?</p>", "", markup)
    markup = re.sub(
        r"<input[^>]*>| data-(?:choose|watch)=\"\"| id=\"watch-\d+\"| method=\"post\"[^>]*",
        "",
        markup,
    )
    markup = re.sub(r"<button([^>]*?) name=\"chosen\"", r"<button\1", markup)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(markup.split()))


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def phone(opened: Opened, site: Site, heard: list[str]) -> Page:
    """Give the page of the check, and write down what the server is told from then on."""
    page = site.sign_in(opened())
    page.goto(f"{site.url}/check")
    page.wait_for_function(FETCHED)

    def hear(request: Request) -> None:
        heard.append(unquote(f"{request.method} {request.url} {request.post_data or ''}"))

    page.context.on("request", hear)
    return page


@pytest.fixture
def trusted(opened: Opened, site: Site) -> Page:
    """Give the same page in a browser whose private check is switched off."""
    context: BrowserContext = opened()
    context.route("**/check.*.js", lambda route: route.fulfill(body=""))
    page = site.sign_in(context)
    page.goto(f"{site.url}/check")
    return page


def test_the_answer_is_that_of_the_server(phone: Page, trusted: Page, heard: list[str]) -> None:
    for kind, entry in ENTRIES.items():
        heard.clear()
        private = answer_to(phone, entry)
        assert private == answer_to(trusted, entry), kind
        posted = [each for each in heard if "POST" in each and "/oprf/evaluate" not in each]
        assert posted == [], kind
        if PRIVATELY in phone.locator("#answer").inner_text():
            assert ON_OUR_SERVER in trusted.locator("#answer").inner_text(), kind
        else:
            assert heard == [], kind  # what cannot be read is not asked about


def test_what_is_typed_is_said_to_nobody(phone: Page, heard: list[str]) -> None:
    for entry in ("O7700 900 123", "07700 900 124", "dave@example.org", "insta @amber.f, AB12 CDE"):
        answer_to(phone, entry)
    assert len(heard) >= 8
    said = " ".join(heard)
    typed = ("7700", "900123", "900124", "dave", "example.org", "amber", "AB12", "ab12")
    for secret in (*typed, "tel|", "eml|", "usr|", "vrm|"):
        assert secret not in said
    assert phone.url.endswith("/check")


def test_an_ambiguous_number_is_asked_about_on_the_phone(
    phone: Page, trusted: Page, heard: list[str]
) -> None:
    entry = "49 30 901820"
    assert answer_to(phone, entry) == answer_to(trusted, entry)
    assert heard == []
    for page in (phone, trusted):
        page.locator("#answer button").last.click()
        settled(page)
        expect(page.locator("#answer")).to_contain_text("No warning found")
    assert words_of(phone) == words_of(trusted)


@pytest.mark.parametrize(
    ("reported", "entry", "shown"),
    [
        ("https://instagram.com/amber.f", "amber.f on insta", "amber.f on Instagram"),
        ("AB12 C0E", "reg ab12-coe", "AB12 COE"),
    ],
)
def test_a_warning_about_a_username_or_a_plate_is_found_on_the_phone(
    phone: Page, trusted: Page, site: Site, reported: str, entry: str, shown: str
) -> None:
    site.house.published(identifiers=(an_identifier(reported),))
    assert answer_to(phone, entry) == answer_to(trusted, entry)
    expect(phone.locator("#answer .card.danger")).to_have_count(1)
    expect(phone.locator("#answer .above")).to_have_text(shown)


def test_a_bare_name_is_asked_about_and_found_on_the_phone(
    phone: Page, trusted: Page, site: Site, heard: list[str]
) -> None:
    site.house.published(identifiers=(an_identifier("insta @amber.f"),))
    assert answer_to(phone, "@amber.f") == answer_to(trusted, "@amber.f")
    assert heard == []
    for page in (phone, trusted):
        page.get_by_role("button", name="amber.f on Instagram").click()
        settled(page)
        expect(page.locator("#answer .card.danger")).to_have_count(1)
    assert words_of(phone) == words_of(trusted)


def test_more_than_twenty_are_too_many(phone: Page, heard: list[str]) -> None:
    entry = ", ".join(f"07700 9003{number:02}" for number in range(21))
    assert "Enter at most 20" in answer_to(phone, entry)
    assert heard == []


def test_twenty_are_answered_in_one_round(phone: Page, heard: list[str]) -> None:
    entry = ", ".join(f"07700 9001{number:02}" for number in range(10, 30))
    answer_to(phone, entry)
    assert phone.locator("#answer .above").count() == 20
    assert phone.locator("#answer .card.danger").count() == 1
    for path in ("/oprf/evaluate", "/bucket/"):  # all of them lie in one bucket
        assert len([each for each in heard if path in each]) == 1


def flush(site: Site) -> None:
    with redis_client(site.house.services.settings.register) as redis:
        redis.flushall()


def change_the_key(site: Site) -> None:
    with site.house.writing() as session:
        session.execute(text("UPDATE register_state SET epoch = 7"))


@pytest.mark.parametrize("harm", [flush, change_the_key])
def test_a_register_that_cannot_answer_is_never_no_warning(
    phone: Page, site: Site, harm: Callable[[Site], None]
) -> None:
    answer_to(phone, "07700 900123")
    harm(site)
    words = answer_to(phone, "07700 900123")
    assert "Cannot check now" in words
    assert "No warning" not in words


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("**/oprf/evaluate", '{"epoch": 1, "evaluated": [], "proof": "", "others": []}'),
        ("**/oprf/evaluate", "no JSON"),
        ("**/bucket/*", ""),
    ],
)
def test_an_answer_that_was_tampered_with_is_not_shown(phone: Page, path: str, body: str) -> None:
    headers = {"Brolly-Layout": layout_of(phone)}
    phone.route(path, lambda route: route.fulfill(body=body, headers=headers))
    words = answer_to(phone, "07700 900123")
    assert "not as it should be" in words
    assert "No warning" not in words


def layout_of(page: Page) -> str:
    key = page.evaluate("fetch('/api/v1/oprf/key').then((reply) => reply.json())")
    return f"{key['bucket_bits']}-{key['pad']}"


def test_whoever_cannot_check_privately_is_asked_before_the_server_is(
    opened: Opened, site: Site
) -> None:
    context = opened()
    context.route("**/private_check.*.js", lambda route: route.abort())
    page = site.sign_in(context)
    page.goto(f"{site.url}/check")
    assert "cannot check privately" in answer_to(page, "07700 900123")
    page.get_by_role("button", name="Check on our server").click()
    expect(page.locator("#answer")).to_contain_text("Danger")
    expect(page.locator("#answer")).to_contain_text(ON_OUR_SERVER)


def test_without_scripts_the_server_answers_and_says_so(opened: Opened, site: Site) -> None:
    page = site.sign_in(opened(java_script_enabled=False))
    page.goto(f"{site.url}/check")
    page.locator("#entry").fill("07700 900123")
    page.locator("form[data-swap] button").first.click()
    expect(page.locator("#answer")).to_contain_text("Danger")
    expect(page.locator("#answer")).to_contain_text(ON_OUR_SERVER)


def test_whoever_was_signed_out_comes_to_the_sign_in(phone: Page, site: Site) -> None:
    with site.house.writing() as session:
        session.execute(text("DELETE FROM sign_in"))
    phone.locator("#entry").fill("07700 900123")
    phone.locator("form[data-swap] button").first.click()
    phone.wait_for_url("**/sign-in")
