"""A browser without JavaScript: follows links and redirects, keeps what forms hold, sends them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

VOID = {"checkbox", "radio"}


@dataclass
class Form:
    """A form of a page: where it goes and what stands in its fields."""

    action: str
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms and the visible words of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._inside_area: str | None = None
        self._inside_select: str | None = None
        self.feed(markup)

    @property
    def text(self) -> str:
        """Return the words with single spaces."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in forms and their fields."""
        given = {name: value or "" for name, value in attrs}
        take = getattr(self, f"_{tag}", None)
        if take:
            take(given)

    def handle_endtag(self, tag: str) -> None:
        """Leave a field."""
        if tag == "textarea":
            self._inside_area = None
        elif tag == "select":
            self._inside_select = None

    def handle_data(self, data: str) -> None:
        """Take in words, and what stands in a text area (less its first line break)."""
        if self._inside_area:
            self.forms[-1].fields[self._inside_area] += data.removeprefix("\n")
        elif not self._inside_select:
            self.words.append(data)

    def _form(self, given: dict[str, str]) -> None:
        self.forms.append(Form(given.get("action", "")))

    def _input(self, given: dict[str, str]) -> None:
        if given.get("type") not in VOID or "checked" in given:
            self.forms[-1].fields.add(given["name"], given.get("value", ""))

    def _button(self, given: dict[str, str]) -> None:
        if given.get("name"):
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))

    def _textarea(self, given: dict[str, str]) -> None:
        self._inside_area = given["name"]
        self.forms[-1].fields[given["name"]] = ""

    def _select(self, given: dict[str, str]) -> None:
        self._inside_select = given["name"]

    def _option(self, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, self._inside_select or ""
        if "selected" in given or name not in fields:
            fields[name] = given.get("value", "")


class Browser:
    """Somebody who reads pages and fills in forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path = ""
        self.seen: list[str] = []

    def open(self, path: str) -> "Browser":
        """Open an address and follow where it leads."""
        return self._arrive(self.client.get(path, follow_redirects=True))

    def send(
        self, button: str = "", /, *, form: str = "", **fields: str | Iterable[str]
    ) -> "Browser":
        """Fill in a form of this page and press a button; `form` is how its action ends."""
        found = self.form(form)
        filled = found.fields.copy()
        for name, value in fields.items():
            known = name in filled or "-" in name
            values = [value] if isinstance(value, str) else [*value]
            filled.setlist(name if known else name.replace("_", "-"), values)
        if button:
            name, _, value = button.partition("=")
            filled.add(name, value or "yes")
        path = found.action or self.path
        return self._arrive(self.client.post(path, data=filled, follow_redirects=True))

    def form(self, action: str = "") -> Form:
        """Return the form of this page whose action ends so."""
        return next(each for each in self.page.forms if each.action.endswith(action))

    @property
    def text(self) -> str:
        """Return the words of the page."""
        return self.page.text

    def _arrive(self, response: TestResponse) -> "Browser":
        self.status = response.status_code
        assert self.status < HTTPStatus.INTERNAL_SERVER_ERROR, response.request.path
        self.headers = response.headers
        self.markup = response.get_data(as_text=True)
        self.page = Page(self.markup)
        query = response.request.query_string.decode()
        self.path = response.request.path + (f"?{query}" if query else "")
        self.seen += [each.request.path for each in (*response.history, response)]
        return self
