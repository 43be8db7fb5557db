"""Health."""

import pytest

from tests.web.conftest import BuildApp, carry


def test_a_server_that_answers_is_alive(build: BuildApp) -> None:
    answer = build().test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"database": True, "queue": True, "register": True, "workers": True}, 200),
        ({"database": True, "queue": True, "register": True, "workers": False}, 503),
        ({"database": False, "queue": False, "register": False, "workers": False}, 503),
    ],
)
def test_it_is_ready_when_all_it_needs_is(
    build: BuildApp, found: dict[str, bool], status: int
) -> None:
    answer = build(found=found).test_client().get("/readyz")
    assert answer.status_code == status
    assert answer.json == {name: "ok" if well else "failing" for name, well in found.items()}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_answered_without_the_database(build: BuildApp, path: str) -> None:
    client = build().test_client()
    carry(client, "some token")
    assert client.get(path).status_code == 200
