"""A real browser, whose URL and Unicode are its own, reads entries as the server does."""

import json
from base64 import b64encode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.checker.comparing import ODD_PLACES, SPELLINGS, Entry, Result, differences, odd_addresses
from tests.checker.entries import entries
from tests.checker.javascript import NORMALISER, PLANS
from tests.checker.names import named_entries

pytestmark = pytest.mark.browser

LOAD = """async ([code, plans]) => {
  const { read } = await import("data:text/javascript;base64," + code);
  globalThis.result = ([text, region]) => {
    try {
      return read(text, region, plans);
    } catch (error) {
      return { error: error.code ?? String(error) };
    }
  };
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        code = b64encode(NORMALISER.read_bytes()).decode("ascii")
        page.evaluate(LOAD, [code, json.loads(PLANS.read_text())])
        yield page
        browser.close()


def test_chromium_reads_spellings_chance_entries_and_odd_domains_alike(page: Page) -> None:
    def reads(given: list[Entry]) -> list[Result]:
        results: list[Result] = page.evaluate("given => given.map(result)", [*map(list, given)])
        return results

    given = [(row["input"], row["region"]) for row in SPELLINGS]
    given += [*entries(4, 2000), *named_entries(4, 2000)]
    given += [*(each for place in ODD_PLACES for each in odd_addresses(place))]

    assert not differences(reads, given)
