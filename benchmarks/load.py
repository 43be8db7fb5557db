"""A load generator: keep-alive connections that send one prepared request again and again.

Raw sockets and a selector in one process: a client library would cost more than the server.
"""

import selectors
import socket
import time
from dataclasses import dataclass, field

HEADER_END = b"\r\n\r\n"
LENGTH = b"content-length: "
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Load:
    """What a run came to: answers a second and the seconds that each took."""

    per_second: float
    latencies: list[float] = field(repr=False)
    statuses: set[int]

    def percentile(self, share: float) -> float:
        """Return the latency in seconds that this share of requests stayed under."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.received.clear()
        self.socket.sendall(request)

    def complete(self) -> bool:
        """Take what has come; whether the answer is whole."""
        part = self.socket.recv(CHUNK)
        if not part:
            message = "the server closed the connection"
            raise ConnectionError(message)
        self.received += part
        head, found, body = self.received.partition(HEADER_END)
        if not found:
            return False
        at = head.lower().index(LENGTH) + len(LENGTH)
        return len(body) >= int(head[at:].split(b"\r\n", 1)[0])

    @property
    def status(self) -> int:
        return int(self.received[9:12])


def saturate(port: int, request: bytes, *, connections: int, seconds: float) -> Load:
    """Keep every connection busy and count what the server answers."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = _open(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(request)
    started = time.perf_counter()
    latencies: list[float] = []
    statuses: set[int] = set()
    while time.perf_counter() - started < seconds:
        for key, _events in selector.select(timeout=1):
            connection = key.data
            if connection.complete():
                latencies.append(time.perf_counter() - connection.began)
                statuses.add(connection.status)
                connection.send(request)
    elapsed = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return Load(len(latencies) / elapsed, latencies, statuses)


def pace(port: int, request: bytes, *, per_second: float, seconds: float) -> Load:
    """Send at a fixed rate, whatever the server does; latency counts from when it was due."""
    connection = _open(port)
    started = time.perf_counter()
    latencies: list[float] = []
    statuses: set[int] = set()
    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        time.sleep(max(due - time.perf_counter(), 0))
        connection.send(request)
        while not connection.complete():
            pass
        latencies.append(time.perf_counter() - due)
        statuses.add(connection.status)
    connection.socket.close()
    return Load(len(latencies) / (time.perf_counter() - started), latencies, statuses)


def _open(port: int) -> _Connection:
    opened = socket.create_connection(("127.0.0.1", port), timeout=10)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Connection(opened)
