"""What an instance leaves behind, and a search through it for what must never be there."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from storage.base import Base
from tests.members.visits import Visitor

COUNTRY = "+44"
HASHES = ("md5", "sha1", "sha256", "sha512", "blake2b")


def spellings(canary: str) -> set[str]:
    """Return the ways in which a name, a text, an address or a number may be written."""
    found = {canary, canary.casefold(), canary.upper()}
    if canary.startswith(COUNTRY):
        national = canary.removeprefix(COUNTRY)
        found |= {canary[1:], f"0{national}", f"00{canary[1:]}", national}
        found |= {f"0{national[:4]} {national[4:]}", f"{COUNTRY} {national[:4]} {national[4:]}"}
    return found


def encodings(canary: str) -> dict[str, set[bytes]]:
    """Return what to look for, by the name of the encoding."""
    found: dict[str, set[bytes]] = {}
    for spelling in spellings(canary):
        for name, needle in _encodings(spelling):
            found.setdefault(name, set()).add(needle)
    return {name: _shortest(needles) for name, needles in found.items()}


def _shortest(needles: set[bytes]) -> set[bytes]:
    """Leave out what cannot be there without another one."""
    return {
        each for each in needles if not any(other in each for other in needles if other != each)
    }


def _encodings(spelling: str) -> Iterator[tuple[str, bytes]]:
    plain = spelling.encode()
    yield "plain", plain
    yield "utf-16le", spelling.encode("utf-16-le")
    yield "utf-16be", spelling.encode("utf-16-be")
    yield "hex", plain.hex().encode()
    yield "hex", plain.hex().upper().encode()
    yield "url", quote(spelling, safe="").encode()
    yield "url", quote_plus(spelling).encode()
    yield "json", json.dumps(spelling).strip('"').encode()
    yield "reversed", plain[::-1]
    for shift in range(3):
        yield "base64", _in_base64(plain, shift)
        yield "base64", _in_base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))
    for shift in range(5):
        yield "base32", _in_base32(plain, shift)
    for level in (1, 6, 9):
        yield "zlib", zlib.compress(plain, level)
    for bare in HASHES:
        yield bare, hashlib.new(bare, plain).digest()
        yield bare, hashlib.new(bare, plain).hexdigest().encode()


def _in_base64(plain: bytes, shift: int) -> bytes:
    """Return the signs that are the same whatever stands around it, at one of three places."""
    whole = base64.b64encode(bytes(shift) + plain)
    return whole[(0, 2, 3)[shift] : (shift + len(plain)) * 8 // 6]


def _in_base32(plain: bytes, shift: int) -> bytes:
    """Return the signs that are the same whatever stands around it, at one of five places."""
    whole = base64.b32encode(bytes(shift) + plain)
    return whole[-(-shift * 8 // 5) : (shift + len(plain)) * 8 // 5]


def search(traces: Mapping[str, bytes], canaries: Mapping[str, str]) -> list[str]:
    """Return where which canary is found in which encoding."""
    lowered = {place: trace.lower() for place, trace in traces.items()}
    return [
        f"{name} in {place} as {encoding}"
        for name, canary in canaries.items()
        for encoding, needles in encodings(canary).items()
        for place, trace in traces.items()
        if any(needle in trace or needle in lowered[place] for needle in needles)
    ]


def cells(connection: Connection) -> bytes:
    """Return every column of every table."""
    found = []
    for table in Base.metadata.tables:
        rows = connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - our own names
        found += [_octets(cell) for row in rows for cell in row]
    return b"\0".join(found)


def files(folder: Path) -> bytes:
    """Return the names and contents of all files under a folder, sockets aside."""
    found = []
    for path in sorted(folder.rglob("*")):
        found.append(path.name.encode())
        if path.is_file():
            found.append(path.read_bytes())
    return b"\0".join(found)


def processes(pids: Iterable[int]) -> dict[str, bytes]:
    """Return what everybody on the machine sees of programs, and what their environments hold."""
    shown = {"command lines": "cmdline", "environments": "environ"}
    return {
        place: b"\0".join((Path("/proc") / str(pid) / file).read_bytes() for pid in pids)
        for place, file in shown.items()
    }


def redis_contents(client: Any) -> bytes:  # noqa: ANN401 - half of redis has no types
    """Return every key with its value, as it is and as Redis would dump it."""
    read: dict[Any, Callable[[Any], object]] = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
    }
    found = []
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        found += [_octets(key), client.dump(key) or b"", _octets(read[kind](key))]
    return b"\0".join(found)


def _octets(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, Mapping):
        return _octets([*value.keys(), *value.values()])
    if isinstance(value, list | set | tuple):
        return b"\0".join(map(_octets, value))
    return str(value).encode()


@dataclass
class Seen:
    """What stays in browsers, proxies and histories."""

    addresses: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    cookies: list[bytes] = field(default_factory=list)

    def traces(self) -> dict[str, bytes]:
        """Return it by the place where it stays."""
        return {
            "addresses": "\n".join(self.addresses).encode(),
            "titles": "\n".join(self.titles).encode(),
            "cookies": b"\n".join(self.cookies),
        }


class Watched(Visitor):
    """Somebody with a browser, looked at over their shoulder."""

    seen_by: Seen

    def _arrive(self, response: TestResponse) -> "Watched":
        super()._arrive(response)
        for each in (*response.history, response):
            self.seen_by.addresses += [each.request.url, each.headers.get("Location", "")]
            for cookie in each.headers.getlist("Set-Cookie"):
                self.seen_by.cookies += [cookie.encode(), *opened(cookie)]
        self.seen_by.titles.append(self.title)
        return self


def opened(cookie: str) -> Iterable[bytes]:
    """Return what the signed cookie holds: anybody who finds it can read it."""
    value = cookie.partition("=")[2].partition(";")[0]
    yield unquote_to_bytes(value)
    packed, value = value.startswith("."), value.removeprefix(".").partition(".")[0]
    if value:
        payload = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        yield zlib.decompress(payload) if packed else payload
