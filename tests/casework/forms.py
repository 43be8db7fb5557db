"""Somebody who fills the form on harm by a professional in a browser without JavaScript."""

from collections.abc import Iterable
from typing import TypeVar

from tests.reports.browser import Browser
from tests.reports.reporter import CODE

Somebody = TypeVar("Somebody", bound=Browser)

STORY = "He said I should call 07700 900123 or write to him at vole@example.org, or else."


def code_on(browser: Browser) -> str:
    """Return the code that a page shows."""
    found = CODE.search(browser.text)
    assert found, browser.text
    return found[0]


def begin(browser: Somebody) -> Somebody:
    """Open the first question."""
    browser.open("/professionals").send(form="/professionals")
    assert browser.path == "/professionals/what-happened"
    return browser


def answer(browser: Somebody, button: str = "", **answers: str | Iterable[str]) -> Somebody:
    """Answer the question of this page, also where somebody is signed in."""
    browser.page.forms = [form for form in browser.page.forms if not form.action]
    browser.send(button, form="", **answers)
    return browser


def filled(browser: Somebody) -> Somebody:
    """Answer every question, up to the check."""
    begin(browser)
    who = {"their-role": "officer", "their-organisation": "Met", "their-number": "PC 1234"}
    day = {"day-day": "3", "day-month": "2", "day-year": "2026"}
    answer(browser, story=STORY)
    answer(browser, sector="police", **who)
    answer(browser, done=["racism", "outing"])
    answer(browser, **{"when-words": "at night"}, **day)
    answer(browser, **{"where-words": "the station"}, nation="GB-ENG")
    answer(browser, witnesses="Ann, 07700 900456")
    answer(browser, wanted=["heard", "changed_practice"], **{"wanted-words": "training"})
    answer(browser, **{"handled-by": "independent"})
    answer(browser, reach="call", **{"reach-address": "020 7946 0018", "safe-word": "kettle"})
    assert browser.path == "/professionals/check"
    return browser


def sent(browser: Somebody) -> Somebody:
    """Send a form with every answer."""
    filled(browser).send(form="/professionals/send")
    assert browser.path == "/professionals/receipt"
    return browser
