"""The private check's JavaScript client as browsers get it, driven from here."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from tests.house.tree import ROOT

BUNDLE = ROOT / "web" / "static" / "private_check.js"
NORMALISER = ROOT / "web" / "static" / "normalise.js"
NORMALISER_SOURCE = ROOT / "checker" / "client_js" / "src" / "normalise.js"
PLANS = ROOT / "web" / "static" / "phone_plans.json"
TESTS = ROOT / "checker" / "client_js" / "test"
VECTORS = Path(__file__).parent / "vectors" / "rfc9497-ristretto255-sha512.json"


Came = Any  # what came back in JSON


class ClientRefused(Exception):
    """The client raised Refused; the argument is its `why`."""


def node() -> str:
    """Return the Node.js that comes with Playwright, so that none has to be installed."""
    return str(compute_driver_executable()[0])


def environment() -> dict[str, str]:
    """Return what the client's own tests are told."""
    return {
        **os.environ,
        "BUNDLE": BUNDLE.as_uri(),
        "VECTORS": str(VECTORS),
        "NORMALISER": NORMALISER.as_uri(),
        "PLANS": str(PLANS),
    }


@dataclass(frozen=True, slots=True)
class Client:
    """One Node.js that runs a bundle."""

    process: "subprocess.Popen[str]"

    def __call__(self, verb: str, **words: object) -> Came:
        """Have it do something; raises ClientRefused."""
        given, taken = self.process.stdin, self.process.stdout
        assert given
        assert taken
        given.write(json.dumps({"verb": verb, **words}) + "\n")
        given.flush()
        said = json.loads(taken.readline())
        if "refused" in said:
            raise ClientRefused(said["refused"])
        return said["came"]


@contextmanager
def running(bridge: str = "bridge.js", **changed: str) -> Iterator[Client]:
    """Run a bundle behind its bridge, its environment perhaps changed."""
    process = subprocess.Popen(  # noqa: S603 - our own script
        [node(), str(TESTS / bridge)],
        env=environment() | changed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        yield Client(process)
        assert process.stdin
        process.stdin.close()
