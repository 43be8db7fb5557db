"""Checks a second through the server, against a bare route and against a plain table.

Brolly and the plain table answer as an open page's script asks, with what stands under the field;
the last row is the whole page, as browsers without JavaScript get it.
"""

from collections.abc import Callable

from sqlalchemy import text

from benchmarks.instance import a_server, an_instance, form_post, form_request, signed_in_request
from benchmarks.load import Load, pace, saturate
from benchmarks.tables import Row
from checker.pages import ANSWER, SWAP
from config.settings import Settings
from storage.engine import connect

ENTRY = "07700 800123"
LISTED = 10_000
CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 3
RATE = 50.0


Requests = dict[str, tuple[int, bytes]]


def measure() -> list[Row]:
    """Return the rows; medians of alternating rounds."""
    with an_instance(members=20, listed=LISTED) as settings:
        _fill_plain_table(settings)
        with (
            a_server(settings, "bare") as bare_port,
            a_server(settings, "least") as least_port,
            a_server(settings, "plain") as plain_port,
            a_server(settings, "brolly") as brolly_port,
        ):
            fields = {"entry": ENTRY}
            whole_page = signed_in_request(brolly_port, "/check", fields)
            over_table = signed_in_request(plain_port, "/check", fields).replace(
                b"POST /check", b"POST /plain", 1
            )
            requests = {
                "bare Flask route": (bare_port, form_post("/check", fields)),
                "the least page": (least_port, form_request(least_port, "/check", fields)),
                "same page, plain table": (plain_port, _by_script(over_table)),
                "Brolly's check": (brolly_port, _by_script(whole_page)),
                "the whole page": (brolly_port, whole_page),
            }
            full = _alternating(
                requests,
                lambda port, octets: saturate(
                    port, octets, connections=CONNECTIONS, seconds=SECONDS
                ),
            )
            paced = _alternating(
                requests, lambda port, octets: pace(port, octets, per_second=RATE, seconds=SECONDS)
            )
    return _rows(full, paced)


def _by_script(post: bytes) -> bytes:
    """Return a form post as the page's script sends it."""
    return post.replace(b"\r\n", f"\r\n{SWAP}: {ANSWER}\r\n".encode(), 1)


def _alternating(requests: Requests, run: Callable[[int, bytes], Load]) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = {name: [] for name in requests}
    for _ in range(ROUNDS):
        for name, (port, octets) in requests.items():
            load = run(port, octets)
            if load.statuses != {200}:
                message = f"{name} answered {sorted(load.statuses)}"
                raise RuntimeError(message)
            found[name].append(load)
    return found


def _rows(full: dict[str, list[Load]], paced: dict[str, list[Load]]) -> list[Row]:
    rates = {name: _median([load.per_second for load in loads]) for name, loads in full.items()}
    tails = {
        name: _median([load.percentile(0.99) for load in loads]) for name, loads in paced.items()
    }
    bare, least, plain, *_ = rates
    return [
        {
            "what": name,
            "per second": rates[name],
            "of the bare route": rates[name] / rates[bare],
            "of the least page": rates[name] / rates[least],
            "of the plain table": rates[name] / rates[plain],
            f"p99 at {RATE:.0f}/s, ms": tails[name] * 1000,
            "p99, times the bare route's": tails[name] / tails[bare],
        }
        for name in rates
    ]


def _median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def _fill_plain_table(settings: Settings) -> None:
    engine = connect(settings.database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain_number (number TEXT PRIMARY KEY)"))
        connection.execute(
            text("INSERT INTO plain_number VALUES (:number)"),
            [{"number": f"+4477008{number:05}"} for number in range(LISTED)],
        )
    engine.dispose()


if __name__ == "__main__":
    from rich.console import Console

    from benchmarks.tables import show

    show(Console(), measure())
