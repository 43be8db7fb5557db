"""Does time tell a hit from a miss? Checks of a listed and an unlisted number, in turn.

For each pair of evaluations, of buckets fetched and of answers of the trusted way, the chance that
the hit took longer (the area under the ROC curve): 0.5 tells nothing. The control answers a hit a
millisecond later, and must be seen. `BENCH_PAIRS` changes how many pairs (20,000).
"""

import json
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from benchmarks.instance import a_server, an_instance, signed_in_request
from benchmarks.tables import Row
from checker import voprf
from checker.derivation import derive, input_of
from checker.encoding import to_base64url
from checker.evaluator import RegisterKeys
from checker.model import Identifier, IdentifierKind
from checker.packing import Layout
from checker.voprf import Mode, Scalar
from config.settings import Settings
from demo.accounts import demo_token, member_name
from storage.keys import Sealers

PAIRS = int(os.environ.get("BENCH_PAIRS", "20000"))
LISTED_NUMBERS = 1_000
LISTED = Identifier(IdentifierKind.PHONE, "+447700800500")
UNLISTED = Identifier(IdentifierKind.PHONE, "+447700899999")
DELAY_SECONDS = 0.001
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "

Timed = tuple[list[float], set[int]]


class Line:
    """One connection that is kept."""

    def __init__(self, port: int, head: str) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = head

    def asking(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Return the octets of a program's request."""
        typed = "Content-Type: application/json\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{typed}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def send(self, request: bytes, *, status: int = 200) -> tuple[float, int]:
        """Return how long the answer took, and how long it is in octets."""
        began = time.perf_counter()
        self._socket.sendall(request)
        received = bytearray()
        while not _is_whole(received):
            received += self._socket.recv(65536)
        took = time.perf_counter() - began
        if int(received[9:12]) != status:
            message = f"answered {bytes(received[9:12]).decode()}"
            raise RuntimeError(message)
        return took, len(received)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def measure() -> list[Row]:
    """Return a row for each thing that a check asks for, and for the control."""
    with (
        an_instance(members=20, listed=LISTED_NUMBERS) as settings,
        a_line(settings) as line,
    ):
        hits, misses = (_requests(line, settings, each) for each in (LISTED, UNLISTED))
        rows = [
            _row(f"privately: {what}", *_in_turn(line, hits[what], misses[what])) for what in hits
        ]
        hit, miss = (_posts(line, each) for each in (LISTED, UNLISTED))
        rows.append(_row("the trusted way", *_in_turn(line, hit, miss)))
        buckets = hits["fetch the bucket"], misses["fetch the bucket"]
        late = _in_turn(line, *buckets, delay=DELAY_SECONDS)
        rows.append(_row("the control: a bucket 1 ms later for a hit", *late))
    return rows


@contextmanager
def a_line(settings: Settings) -> Iterator[Line]:
    """Give a line to a server, with a demo member's token."""
    token = demo_token(Sealers.load(settings).members, member_name(0))
    with a_server(settings, "brolly") as port:
        line = Line(port, f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n")
        yield line
        line.close()


def _requests(line: Line, settings: Settings, identifier: Identifier) -> dict[str, list[bytes]]:
    """Return evaluations of a number, each blinded anew, and fetches of its bucket."""
    asked = input_of(identifier)
    point = voprf.hash_to_group(asked, Mode.VOPRF)
    secret: Scalar = RegisterKeys.load(settings.key_file("register")).current.secret
    tag = derive(voprf.multiply(secret, point), 1).tag
    number = Layout.of(LISTED_NUMBERS).number(tag)
    blinded = (to_base64url(voprf.multiply(voprf.random_scalar(), point)) for _ in range(PAIRS))
    return {
        "evaluate": [
            line.asking("POST", "/api/v1/oprf/evaluate", json.dumps({"blinded": [each]}).encode())
            for each in blinded
        ],
        "fetch the bucket": [line.asking("GET", f"/api/v1/register/1/bucket/{number:x}")] * PAIRS,
    }


def _posts(line: Line, identifier: Identifier) -> list[bytes]:
    """Return checks of a number by the page's form, by a member who is signed in."""
    return [signed_in_request(line.port, "/check", {"entry": identifier.value})] * PAIRS


def _in_turn(
    line: Line, hits: Sequence[bytes], misses: Sequence[bytes], *, delay: float = 0
) -> tuple[Timed, Timed]:
    """Ask for a hit and a miss in turn, the order of the two changing from pair to pair."""
    found: tuple[Timed, Timed] = ([], set()), ([], set())
    for at, pair in enumerate(zip(hits, misses, strict=True)):
        for which in (0, 1) if at % 2 else (1, 0):
            took, octets = line.send(pair[which])
            found[which][0].append(took + (delay if which == 0 else 0))
            found[which][1].add(octets)
    return found


def _row(what: str, hits: Timed, misses: Timed) -> Row:
    return {
        "what": what,
        "pairs": len(hits[0]),
        "area under the curve": area_under_the_curve(hits[0], misses[0]),
        "lengths of answers": len(hits[1] | misses[1]),
    }


def area_under_the_curve(hits: Sequence[float], misses: Sequence[float]) -> float:
    """Return the chance that a hit took longer than a miss (U of Mann and Whitney)."""
    ordered = sorted(chain(((each, 1) for each in hits), ((each, 0) for each in misses)))
    ranks = sum(rank for rank, (_, is_hit) in enumerate(ordered, start=1) if is_hit)
    return (ranks - len(hits) * (len(hits) + 1) / 2) / (len(hits) * len(misses))


def _is_whole(received: bytearray) -> bool:
    head, found, body = received.partition(END_OF_HEAD)
    if not found:
        return False
    at = head.lower().index(LENGTH) + len(LENGTH)
    return len(body) >= int(head[at:].split(b"\r\n", 1)[0])
