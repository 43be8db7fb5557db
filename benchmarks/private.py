"""The private check: the curve, the interface under load, a browser, ever larger registers.

`BENCH_MOST` changes the largest register (a million entries; ten million take 5 GB).
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from statistics import median

import pysodium
from playwright.sync_api import Page, sync_playwright

from benchmarks.instance import a_server, an_instance, form_post
from benchmarks.load import saturate
from benchmarks.tables import Row
from checker import voprf
from checker.encoding import to_base64url
from checker.evaluator import RegisterKeys, evaluated_by
from checker.model import RegisterState
from checker.packing import Layout
from checker.payload import ENTRY_OCTETS
from checker.register import Card, Register
from checker.voprf import Mode
from config.settings import Settings
from demo.accounts import PASSPHRASES, demo_token, member_name
from members.model import Role
from storage.keys import Sealers
from storage.redis_server import redis_client
from storage.redis_store import RedisStore

MOST = int(os.environ.get("BENCH_MOST", "1000000"))
SIZES = [size for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000) if size <= MOST]
LISTED = 1_000
CONNECTIONS, SECONDS = 16, 4.0
TIMES = 2_000
CHECKS = 25
BUCKETS_AT_ONCE = 64


def measure() -> list[Row]:
    """Return the rows."""
    rows = list(_curve())
    with an_instance(members=20, listed=LISTED) as settings:
        rows += _interface(settings)
        rows += _browser(settings)
        rows += _buckets(settings)
    return rows


def _curve() -> Iterator[Row]:
    pair = voprf.derive_key_pair(bytes(32), b"bench", Mode.VOPRF)
    point = voprf.hash_to_group(b"bench", Mode.VOPRF)
    known = evaluated_by(pair, [point]).evaluated

    def baseline() -> None:
        pysodium.crypto_scalarmult_ristretto255(pair.secret, point)
        pysodium.crypto_scalarmult_ristretto255(pair.secret, point)
        voprf.prove(pair, [point], known)

    two = _microseconds(baseline)
    yield _row("two scalar multiplications and a proof", two, two)
    for count in (1, 20):
        took = _microseconds(lambda count=count: evaluated_by(pair, [point] * count))  # type: ignore[misc] # bound now
        yield _row(f"evaluate and prove {count}", took, two)


def _microseconds(do: Callable[[], object]) -> float:
    found = []
    for _ in range(TIMES // 4):
        began = time.perf_counter()
        do()
        found.append(time.perf_counter() - began)
    return median(found) * 1e6


def _row(what: str, microseconds: float, baseline: float) -> Row:
    return {"what": what, "µs": microseconds, "of the baseline": microseconds / baseline}


def _interface(settings: Settings) -> list[Row]:
    """Return evaluations a second against a bare route's answers."""
    blinded = to_base64url(voprf.hash_to_group(b"bench", Mode.VOPRF))
    body = json.dumps({"blinded": [blinded]}).encode()
    token = demo_token(Sealers.load(settings).members, member_name(0))
    head = (
        "POST /api/v1/oprf/evaluate HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with a_server(settings, "bare") as bare, a_server(settings, "brolly") as brolly:
        asked = {
            "bare Flask route": (bare, form_post("/check", {"entry": "07700 800123"})),
            "evaluate one element": (brolly, head.encode() + body),
        }
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(3):
            for name, (port, octets) in asked.items():
                load = saturate(port, octets, connections=CONNECTIONS, seconds=SECONDS)
                if load.statuses != {200}:
                    message = f"{name} answered {sorted(load.statuses)}"
                    raise RuntimeError(message)
                rates[name].append(load.per_second)
    medians = {name: median(each) for name, each in rates.items()}
    base = medians["bare Flask route"]
    return [
        {"what": name, "per second": rate, "of the baseline": rate / base}
        for name, rate in medians.items()
    ]


def _browser(settings: Settings) -> list[Row]:
    """Return the median of checks in Chromium, on the server and private."""
    with a_server(settings, "brolly") as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        took = {}
        for name, without in (("check on the server, in Chromium", True), ("private check", False)):
            page = browser.new_page()
            if without:
                page.route("**/check.*.js", lambda route: route.fulfill(body=""))
            took[name] = median(_checks(page, port))
            page.close()
        browser.close()
    base = next(iter(took.values()))
    return [_row(name, each * 1e6, base * 1e6) for name, each in took.items()]


def _checks(page: Page, port: int) -> Iterator[float]:
    page.goto(f"http://127.0.0.1:{port}/sign-in")
    page.get_by_label("Working name").fill(member_name(0))
    page.get_by_label("Passphrase").fill(PASSPHRASES[Role.MEMBER])
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/check")
    page.wait_for_load_state("networkidle")
    for number in range(CHECKS):
        page.locator("#entry").fill(f"07700 8{number:05}")
        yield page.evaluate(TIMED) / 1000


TIMED = """() => new Promise((done) => {
  const began = performance.now();
  const answer = document.getElementById("answer");
  const watch = new MutationObserver(() => {
    if (answer.getAttribute("aria-busy") || !answer.children.length) return;
    watch.disconnect();
    done(performance.now() - began);
  });
  watch.observe(answer, { childList: true, attributes: true });
  document.querySelector("form[data-swap]").requestSubmit();
})"""


def _buckets(settings: Settings) -> Iterator[Row]:
    """Yield what a bucket takes to fetch and an entry to keep, and how fast buckets are packed."""
    key = RegisterKeys.load(settings.key_file("register")).current
    first = 0.0
    for size in SIZES:
        with redis_client(settings.redis) as redis:
            redis.flushall()
            empty = int(redis.info("memory")["used_memory"])
            layout, register = Layout.of(size), Register(RedisStore(lambda: redis))
            state = RegisterState(
                epoch=1,
                public_key=key.public,
                bucket_bits=layout.bits,
                pad=layout.pad,
                generation=0,
                rebuilt_at=None,
            )
            began = time.perf_counter()
            _fill(register, Card.of(state, build="bench"), size)
            packing = size / (time.perf_counter() - began)
            kept = int(redis.info("memory")["used_memory"]) - empty
            took = _microseconds_a_bucket(register, state, layout)
        first = first or took
        yield {
            "what": f"a bucket of {size:,} entries",
            "µs": took,
            "of the baseline": took / first,
            "octets an entry": kept / size,
            "packed per second": packing,
        }


def _fill(register: Register, card: Card, size: int) -> None:
    layout, made = card.layout, 0
    for first in range(0, layout.buckets, BUCKETS_AT_ONCE):
        some = {}
        for number in range(first, min(first + BUCKETS_AT_ONCE, layout.buckets)):
            count = (number + 1) * size // layout.buckets - made
            made += count
            some[number] = layout.pack(number, [os.urandom(ENTRY_OCTETS) for _ in range(count)])
        register.write(card, some)
    register.publish(card)


def _microseconds_a_bucket(register: Register, state: RegisterState, layout: Layout) -> float:
    numbers = [random.randrange(layout.buckets) for _ in range(TIMES)]  # noqa: S311 - any will do
    found = []
    for number in numbers:
        began = time.perf_counter()
        register.bucket(number, state)
        found.append(time.perf_counter() - began)
    return median(found) * 1e6
