"""Static files."""

import gzip
import re
from collections.abc import Iterator

from flask.testing import FlaskClient

from tests.web.conftest import BuildApp

FIRST_LOAD = 50_000  # octets on the wire


def addresses(client: FlaskClient) -> Iterator[str]:
    yield from re.findall(r"\"(/static/[^\"]+)\"", client.get("/").text)


def test_every_file_a_page_names_is_there_for_ever(build: BuildApp) -> None:
    client = build().test_client()
    for address in addresses(client):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)


def test_a_file_is_packed_for_those_who_unpack(build: BuildApp) -> None:
    client = build().test_client()
    address = next(each for each in addresses(client) if each.endswith(".css"))
    packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    plain = client.get(address)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_what_is_written_in_letters_says_in_which(build: BuildApp) -> None:
    client = build().test_client()
    types = {client.get(address).headers["Content-Type"] for address in addresses(client)}
    assert {"text/css; charset=utf-8", "text/javascript; charset=utf-8"} <= types
    assert all("charset" in each for each in types if not each.startswith("image/png"))


def test_another_name_is_not_there(build: BuildApp) -> None:
    client = build().test_client()
    for name in ("brolly.css", "brolly.000000000000.css", "../app.py", "%2e%2e/app.py"):
        assert client.get(f"/static/{name}").status_code == 404


def test_the_first_load_is_small(build: BuildApp) -> None:
    client = build().test_client()
    octets = {
        address: len(client.get(address, headers={"Accept-Encoding": "gzip"}).data)
        for address in addresses(client)
    }
    script = sum(size for address, size in octets.items() if address.endswith(".js"))
    style = sum(size for address, size in octets.items() if address.endswith(".css"))
    assert script < 3_000
    assert style < 6_000
    assert sum(octets.values()) + len(client.get("/").data) < FIRST_LOAD


def test_the_style_names_no_other_address(build: BuildApp) -> None:
    client = build().test_client()
    style = next(client.get(each).text for each in addresses(client) if each.endswith(".css"))
    assert "url(" not in style
    assert "@import" not in style
