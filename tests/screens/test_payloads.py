"""What was typed stays text: 500 that want to act do nothing, with the policy and without it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Route

from tests.screens.conftest import Opened
from tests.screens.payloads import MOST, payloads
from tests.screens.serving import Site
from tests.screens.shown_again import Hall, Place, Who

pytestmark = pytest.mark.browser

POLICY = "content-security-policy"
# A page of ours has no handler, no style of its own, no address that is a script, nothing foreign.
MADE = """
(markup) => {
  const page = markup ? new DOMParser().parseFromString(markup, "text/html") : document;
  const foreign = "animate audio base embed foreignobject frame iframe img marquee math object" +
    " own-element style template video xmp";
  const acts = /^\\s*(javascript|vbscript|data):/i;
  const made = [];
  for (const each of page.querySelectorAll("*")) {
    const name = each.localName.toLowerCase();
    const from = each.getAttribute("src") || each.getAttribute("href") || "";
    const ours = !/^(script|link)$/.test(name) || /^[/](?![/])/.test(from);
    const refreshes = name === "meta" && each.httpEquiv;
    if (foreign.split(" ").includes(name) || !ours || refreshes) made.push(each.outerHTML);
    for (const { name: attribute, value } of each.attributes) {
      const address = /^(href|src|action|formaction|data|xlink:href)$/.test(attribute);
      if (/^on|^style$|^srcdoc$/.test(attribute)) made.push(each.outerHTML);
      if (address && (acts.test(value) || /elsewhere/.test(value))) made.push(each.outerHTML);
    }
  }
  return made.map((each) => each.slice(0, 200));
}
"""
SHOWN = """
() => [document.body.textContent,
  ...[...document.querySelectorAll("input, textarea")].map((each) => each.value)].join("\\n")
"""
SEND = """
([path, form, withToken]) => {
  const token = document.querySelector("[name=csrf_token]");
  const made = document.createElement("form");
  Object.assign(made, { method: "post", action: path });
  for (const [name, value] of withToken ? [["csrf_token", token.value], ...form] : form) {
    const area = document.createElement("textarea");
    Object.assign(area, { name, value });
    made.append(area);
  }
  document.body.append(made);
  HTMLFormElement.prototype.submit.call(made);
}
"""
WITH_A_TOKEN = {"lead": "/account/name", "member": "/account/name", "nobody": "/join"}


@dataclass
class Watch:
    """What a browser did that it was not asked for."""

    url: str
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> Page:
        """Return a page that is watched; nothing leaves this machine."""
        page = context.new_page()
        context.route(lambda address: not address.startswith(self.url), self._stop)
        context.on("request", self._asked)
        page.on("dialog", self._spoke)
        page.on("console", self._wrote)
        return page

    def _stop(self, route: Route) -> None:
        route.abort()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.url):
            self.seen.append(f"request {request.url[:200]}")

    def _spoke(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _wrote(self, message: ConsoleMessage) -> None:
        if "the server responded with a status of 4" not in message.text:  # a form was refused
            self.seen.append(f"console {message.text[:200]}")


def strip_policy(app: Flask) -> None:
    """Send no policy along, so that escaping stands alone."""
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *others: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            kept = [each for each in headers if each[0].lower() != POLICY]
            return start(status, kept, *others)

        return inner(environ, begin)

    app.wsgi_app = outer  # type: ignore[method-assign, assignment] # as Flask's documentation wraps it


def pages_of(site: Site, hall: Hall, opened: Opened, watch: Watch) -> Iterator[tuple[Who, Page]]:
    for who, visitor in hall.visitors.items():
        context = opened()
        cookie = visitor.client.get_cookie("brolly")
        if cookie:
            context.add_cookies([{"name": "brolly", "value": cookie.value, "url": site.url}])
        yield who, watch.over(context)


def go(page: Page, site: Site, place: Place) -> str:
    """Open a place and return all that it shows."""
    if place.form:
        if not page.locator("[name=csrf_token]").count():  # the page before may have one
            page.goto(f"{site.url}{WITH_A_TOKEN[place.who]}")
        with page.expect_navigation():
            page.evaluate(SEND, [place.path, [*place.form], place.token])
    else:
        page.goto(f"{site.url}{place.path}")
    page.wait_for_timeout(50)  # for what acts a little later
    return flat(str(page.evaluate(SHOWN)))


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_was_typed_does_nothing_wherever_it_is_shown(opened: Opened, site: Site) -> None:
    hall, watch = Hall(site.house), Watch(site.url)
    places, pages = [*hall.places()], dict(pages_of(site, hall, opened, watch))
    for policy in ("with the policy", "escaping alone"):
        for place in places:
            page = pages[place.who]
            shown = go(page, site, place)
            missing = [text for text in place.shows if flat(text) not in shown]
            assert not missing, (policy, place.path, page.url)
            assert page.evaluate(MADE) == [], (policy, place.path)
            assert watch.seen == [], (policy, place.path)
        strip_policy(site.house.app)


def test_most_would_make_something_on_a_page_that_does_not_escape(opened: Opened) -> None:
    page = opened().new_page()
    around = ("<p>{}</p>", '<input value="{}">', "<a href='{}'>x</a>", "<textarea>{}</textarea>")
    alive = [
        text
        for text in payloads()
        if any(page.evaluate(MADE, each.format(text)) for each in around)
    ]
    assert len(alive) > MOST // 2


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("<img src=x onerror=alert(7)>", "dialog 7"),
        ("<script>console.log(7)</script>", "console 7"),
        ("<img src=//elsewhere.invalid/7>", "request http://elsewhere.invalid/7"),
    ],
)
def test_what_acts_is_seen(opened: Opened, site: Site, markup: str, seen: str) -> None:
    strip_policy(site.house.app)
    watch = Watch(site.url)
    page = watch.over(opened())
    page.goto(f"{site.url}/help")
    page.evaluate("(markup) => { document.open(); document.write(markup); }", markup)
    for _ in range(200):
        if seen in watch.seen:
            break
        page.wait_for_timeout(50)
    assert seen in watch.seen
