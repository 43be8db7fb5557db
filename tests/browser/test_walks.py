"""The five walks of the main job, as people take them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import MEMBER, Instance, check, sign_in, sign_in_staff

pytestmark = pytest.mark.browser
REPORTED = "07700 900460"


def test_a_member_checks_a_number(page: Page) -> None:
    sign_in(page, *MEMBER)
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.get_by_label("Phone, email, username or number plate")).to_be_focused()
    entries = page.evaluate("history.length")
    answer = check(page, "O7700 900 123")
    assert "+44 7700 900123" in answer
    assert "Danger" in answer
    assert "Physical assault" in answer
    expect(page.get_by_label("Phone, email, username or number plate")).to_have_value(
        "O7700 900 123"
    )
    page.get_by_label("Phone, email, username or number plate").fill("")
    answer = check(page, "07700 900999")
    assert "No warning found. That does not mean safe." in answer
    assert "Tell somebody you trust" in answer
    assert page.evaluate("history.length") == entries
    assert page.url.endswith("/check")


def report_harm(page: Page, number: str, story: str) -> str:
    """Report harm without an account, and return the receipt code."""
    main = page.get_by_role("main")

    def go_on() -> None:
        main.get_by_role("button", name="Continue").click()

    page.goto("/report")
    main.get_by_role("button", name="Begin").click()
    page.get_by_label("In your own words").fill(story)
    go_on()
    page.get_by_label("Physical assault").check()
    page.get_by_label("Not paid").check()
    go_on()
    page.get_by_label("I was hurt").first.check()
    go_on()
    page.get_by_label("Yesterday").check()
    go_on()
    page.get_by_label("Area").select_option(label="Greater Manchester")
    go_on()
    page.get_by_label("Phone, email, username or number plate").first.fill(number)
    main.get_by_role("button", name="Add another").click()
    page.get_by_label("Another one").first.fill(f"someone{number[-3:]}@example.org")
    go_on()
    page.get_by_label("Name they used").fill("Dave")
    page.get_by_label("Hair and beard").fill("short, grey")
    go_on()
    main.get_by_role("button", name="Skip").click()
    page.get_by_label("Put what you know them by on the register").check()
    page.get_by_label("Warn members near you").check()
    go_on()
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    assert "+44 7700 900" in main.inner_text()
    main.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name="Thank you. We have it.")).to_be_visible()
    found = re.search(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", main.inner_text())
    assert found
    return found[0]


def test_a_visitor_reports_harm_and_comes_back_with_the_code(page: Page, second_page: Page) -> None:
    code = report_harm(page, "07700 900461", "He pushed me and left without paying.")
    second_page.goto("/report/return")
    second_page.get_by_label("Your code").fill(code.replace("-", " ").lower())
    second_page.get_by_role("button", name="Open").click()
    expect(second_page.get_by_role("main")).to_contain_text("We have it")
    second_page.get_by_label("Add a line").fill("He drove a grey van.")
    second_page.get_by_role("button", name="Add it").click()
    expect(second_page.get_by_role("main")).to_contain_text("He drove a grey van.")


def test_two_caseworkers_publish_and_members_at_risk_are_warned(
    page: Page, second_page: Page
) -> None:
    report_harm(page, REPORTED, "He hit me when I asked for the money first.")
    page.context.clear_cookies()
    report_harm(page, "+44 (0)7700-900460", "He shoved me against the wall and did not pay.")
    page.context.clear_cookies()

    sign_in(page, *MEMBER)
    assert "No warning found" in check(page, REPORTED)

    desk = second_page
    sign_in_staff(desk, "Ruth Casework")
    expect(desk).to_have_url(re.compile("/desk$"))
    desk.get_by_role("row").filter(has_text="Physical assault, Not paid").filter(
        has_text="shared with 1 report"
    ).filter(has_text="Greater Manchester").get_by_role("link").first.click()
    desk.get_by_role("button", name="Take it and open it").click()
    expect(desk.get_by_role("main")).to_contain_text("+447700900460")
    expect(desk.get_by_role("main")).to_contain_text("2 identifiers in common")
    desk.get_by_role("button", name="Verify").click()
    desk.get_by_role("link", name="Write the warning").click()
    desk.get_by_label("What members read").fill("Becomes violent when asked to pay first.")
    desk.get_by_label("Advice, in a few words").fill("Do not meet alone.")
    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator("#preview")).to_contain_text("Becomes violent when asked to pay first.")
    desk.get_by_role("button", name="Hand over for publishing").click()
    expect(desk.get_by_role("main")).to_contain_text("You verified this report")
    address = desk.url
    desk.get_by_text("Is somebody in danger right now?").click()
    desk.get_by_role("button", name="Publish alone").click()
    expect(desk.get_by_role("main")).to_contain_text("somebody else must publish")

    desk.context.clear_cookies()
    sign_in_staff(desk, "Sol Casework")
    desk.goto(address)
    for term in ("text messages", "mails", "segments", "cost", "time to send"):
        expect(desk.locator("dl.figures")).to_contain_text(term)
    texts = int(desk.locator("dl.figures dd").nth(0).inner_text())
    mails = int(desk.locator("dl.figures dd").nth(1).inner_text())
    assert texts > 0
    assert mails > 0
    desk.get_by_role("button", name="Publish now").click()
    expect(desk.get_by_role("heading", name=re.compile("^Alert "))).to_be_visible()
    delivered = desk.get_by_role("row").filter(has_text="Delivered")
    expect(delivered).to_contain_text(str(texts), timeout=60_000)
    taken = desk.get_by_role("row").filter(has_text="Taken by the provider")
    expect(taken.get_by_role("cell").last).to_have_text(str(mails), timeout=60_000)
    reference = desk.get_by_role("heading", name=re.compile("^Alert ")).inner_text().split()[-1]

    answer = check(page, REPORTED)
    assert "Danger" in answer
    assert "2 to 4 reports" not in answer  # the other report is not verified yet
    page.goto("/demo/messages")
    expect(page.locator("#arrived")).to_contain_text(reference)
    assert "violent" not in page.locator("#arrived").inner_text().lower()


def test_an_applicant_is_vetted_and_gets_the_next_alert(
    instance: Instance, page: Page, second_page: Page
) -> None:
    name, passphrase = "Walking Robin", "rain on a tin roof tonight"
    page.goto("/join")
    page.get_by_label("Working name").fill(name)
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_label("I do sex work").check()
    page.get_by_label("How can we get to know you?").fill("My advert is on example.org.")
    page.get_by_role("main").get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/join/done$"))
    numbered = re.search(rf"You sign in as ({name} \d{{4}})", page.inner_text("main"))
    assert numbered
    name = numbered[1]

    sign_in_staff(second_page, "Imogen Lead")
    second_page.goto("/desk/applicants")
    second_page.get_by_role("link", name=name).click()
    second_page.get_by_label("An advert or profile was looked up").check()
    second_page.get_by_role("button", name="Accept").click()

    page.context.clear_cookies()
    sign_in(page, name, passphrase)
    page.goto("/account/phone")
    page.get_by_label("Mobile number").fill("07700 900 377")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(_code_that_arrived(second_page, "+447700900377"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("main")).to_contain_text("Confirmed")
    page.goto("/account/preferences")
    page.get_by_label("Everywhere").check()
    page.get_by_label("By text message").check()
    page.get_by_label("A newsletter").check()
    page.get_by_role("button", name="Save").click()

    instance.publish_one_more()
    second_page.goto("/demo/messages")
    mine = second_page.locator("#arrived article").filter(has_text="+447700900377")
    expect(mine.filter(has_text="Your local newsletter is out:")).to_have_count(1, timeout=60_000)


def _code_that_arrived(page: Page, phone: str) -> str:
    page.goto("/demo/messages")
    message = page.locator("#arrived article").filter(has_text=phone).first
    message.wait_for(timeout=60_000)
    found = re.search(r"\b\d{6}\b", message.locator(".said").inner_text())
    assert found
    return found[0]
