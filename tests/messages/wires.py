"""Servers that misbehave in ways the loopback gateway does not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answering = Callable[[socket.socket], None]


@contextmanager
def a_server(answer: Answering) -> Iterator[str]:
    """Listen on a free port and do `answer` with each connection; give host and port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def nobody() -> Iterator[str]:
    """Give an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"127.0.0.1:{port}"


def saying(answer: bytes) -> Answering:
    """Read what comes first, then say this and hang up."""

    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return say


def reset(connection: socket.socket) -> None:
    """Read what comes first, then cut the connection."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def silent(connection: socket.socket) -> None:
    """Take everything and say nothing until the other side goes."""
    while connection.recv(65536):
        pass


def talking(lines: dict[str, str], *, greeting: str = "220 ready") -> Answering:
    """Speak SMTP: for a line that starts so, answer so; "." stands for the end of the text.

    An answer of "cut" closes the connection, one of "silence" says nothing more.
    """

    def talk(connection: socket.socket) -> None:
        with connection.makefile("rwb") as wire:
            wire.write(f"{greeting}\r\n".encode())
            wire.flush()
            in_text = False
            for raw in wire:
                line = raw.decode().rstrip("\r\n")
                if in_text and line != ".":
                    continue
                answer = next(
                    (said for start, said in lines.items() if line.upper().startswith(start)),
                    "250 ok",
                )
                in_text = answer.startswith("354")
                if answer == "cut":
                    return
                if answer == "silence":
                    silent(connection)
                    return
                wire.write(f"{answer}\r\n".encode())
                wire.flush()

    return talk
