"""Somebody with a browser on the pages of members."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from werkzeug.test import TestResponse

from tests.reports.browser import Browser


class Visitor(Browser):
    """Somebody who reads pages and fills in forms whose fields have underscores in their names."""

    def open(self, path: str) -> "Visitor":
        """Open an address and follow where it leads."""
        super().open(path)
        return self

    def fill(self, form: str = "", **answers: str | Iterable[str]) -> "Visitor":
        """Send a form of this page, by the end of its address, with some answers changed."""
        self._arrive(self._post(form, answers, follow=True))
        return self

    def goes_to(self, path: str, form: str, **answers: str) -> str:
        """Send a form of a page, and return only where it leads."""
        self.open(path)
        response = self._post(form, answers, follow=False)
        assert response.status_code == HTTPStatus.SEE_OTHER
        return response.headers["Location"]

    def _post(
        self, form: str, answers: Mapping[str, str | Iterable[str]], *, follow: bool
    ) -> TestResponse:
        found = self.form(form)
        fields = found.fields.copy()
        for name, value in answers.items():
            fields.setlist(name, [value] if isinstance(value, str) else [*value])
        return self.client.post(found.action or self.path, data=fields, follow_redirects=follow)

    @property
    def title(self) -> str:
        """Return the page's title."""
        return self.markup.partition("<title>")[2].partition("</title>")[0]
