"""A running instance, and the ways in which the walks use it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

STAFF = {
    "Imogen Lead": "keys on a long ribbon",
    "Ruth Casework": "kettle and open window",
    "Sol Casework": "kettle and open window",
}
MEMBER = ("Amber Finch", "umbrella in the rain")


@dataclass(frozen=True, slots=True)
class Instance:
    """Where it is, and what its commands are told."""

    url: str
    environment: dict[str, str]

    def brolly(self, *words: str) -> str:
        """Run a command of this instance and return what it prints."""
        command = [sys.executable, "-m", "cli", *words]
        done = subprocess.run(  # noqa: S603 - our own program
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def publish_one_more(self) -> dict[str, Any]:
        """Publish one more warning of the demo and return what the command says."""
        said: dict[str, Any] = json.loads(self.brolly("demo", "publish"))
        return said


def sign_in(page: Page, name: str, passphrase: str) -> None:
    """Sign somebody in."""
    page.goto("/sign-in")
    page.get_by_label("Working name").fill(name)
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def sign_in_staff(page: Page, name: str) -> None:
    """Sign a member of the demo's staff in, with the code that the demo's page shows."""
    sign_in(page, name, STAFF[name])
    phone = page.context.new_page()
    phone.goto("/demo")
    codes = phone.get_by_role("row", name=name).locator("bdi").all_inner_texts()
    phone.close()
    for code in codes:  # the first may have been used
        page.get_by_label("Code").fill(code)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        if "/sign-in" not in page.url:
            return


def check(page: Page, entry: str) -> str:
    """Check an entry and return the words of the answer."""
    page.get_by_label("Phone, email, username or number plate").fill(entry)
    page.get_by_role("main").get_by_role("button", name="Check").click()
    page.locator("#answer:not([aria-busy]) > *").first.wait_for()
    return page.locator("#answer").inner_text()
