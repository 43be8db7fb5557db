"""Does time tell a working name that exists from one that does not? And what a sign-in costs.

Tries of known and of unknown names, in turn, all with a wrong passphrase: the area under the ROC
curve as in `timing`. With the real costs of argon2id 20,000 pairs would take hours, so they are
tried with the least that argon2id allows, which hides nothing else; and fewer (500) with the real
costs, through the page. `BENCH_PAIRS` and `BENCH_SIGN_INS` change how many.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import IPv6Address
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete
from sqlalchemy.orm import Session

from benchmarks.instance import a_server, an_instance, form_request
from benchmarks.tables import Row
from benchmarks.timing import DELAY_SECONDS, PAIRS, Line, area_under_the_curve
from cli.keys import create_missing_keys
from config.settings import Settings
from demo.accounts import member_name
from members import actions as members
from members.model import NewAccount, Role
from members.passphrases import STANDARD
from members.records import SignInTryRow
from members.refusals import WrongCredentials
from storage.engine import connect, writing
from storage.keys import Sealers
from storage.migrating import upgrade

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the least argon2id allows
SIGN_INS = int(os.environ.get("BENCH_SIGN_INS", "500"))
NAMES = 200
COSTS = 30  # sign-ins that are compared with one argon2id each
GOAL = 1.2
RIGHT, WRONG = "a kettle by the open window", "a kettle by the other window"
ADDRESSES = int(IPv6Address("2001:db8::"))  # each try through the page comes from a line of its own
A_LINE = 1 << 64

Took = tuple[float, float]
Try = Callable[[str, int], float]  # a name, and which try it is; returns seconds


def measure() -> list[Row]:
    """Return a row for each way of asking, its control, and one for what a sign-in costs."""
    with TemporaryDirectory(prefix="brolly-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        create_missing_keys(settings)
        upgrade(settings.database)
        engine = connect(settings.database)
        with writing(engine)() as session:
            rows = _quickly(session, Sealers.load(settings))
            costs = _costs(session, Sealers.load(settings))
        engine.dispose()
    return [*rows, *_by_the_page(), costs]


def _quickly(session: Session, sealers: Sealers) -> list[Row]:
    """Try with the least costs, as the page does: a try is committed before its hash."""
    now = datetime.now(UTC)
    known = [f"Known {number:03}" for number in range(NAMES)]
    for name in known:
        new = NewAccount(name=name, role=Role.MEMBER)
        members.create_account(session, sealers, new=new, passphrase=RIGHT, now=now, hasher=QUICK)
    session.commit()

    def a_try(name: str, number: int) -> float:
        if number % NAMES == 0:  # before anybody has to wait
            session.execute(delete(SignInTryRow))
            session.commit()
        session.expunge_all()
        began = time.perf_counter()
        counted = members.count_try(session, sealers, name=name, now=now)
        session.commit()
        with suppress(WrongCredentials):
            members.finish_sign_in(session, counted, passphrase=WRONG, now=now, hasher=QUICK)
        took = time.perf_counter() - began
        session.rollback()
        return took

    return _rows("a try, the least costs", a_try, known, pairs=PAIRS)


def _by_the_page() -> list[Row]:
    """Try with the real costs, by the form, each from an address of its own."""
    with (
        an_instance(members=SIGN_INS, listed=0) as settings,
        a_server(settings, "brolly") as port,
    ):
        line = Line(port, "")

        def a_try(name: str, number: int) -> float:
            post = form_request(port, "/sign-in", {"name": name, "passphrase": WRONG})
            sender = IPv6Address(ADDRESSES + number * A_LINE)
            through = f"\r\nX-Forwarded-For: {sender}\r\n".encode()
            return line.send(post.replace(b"\r\n", through, 1), status=422)[0]

        known = [member_name(number) for number in range(SIGN_INS)]
        rows = _rows("a try by the page, the real costs", a_try, known, pairs=SIGN_INS)
        line.close()
    return rows


def _rows(what: str, a_try: Try, known: Sequence[str], *, pairs: int) -> list[Row]:
    """Try a known and an unknown name in turn, the order of the two changing from pair to pair.

    The control is the same tries, those of known names a millisecond later.
    """
    took: tuple[list[float], list[float]] = ([], [])
    for at in range(pairs):
        name = known[at % len(known)]
        pair = (name, f"x{name[1:]}")
        for which in (0, 1) if at % 2 else (1, 0):
            took[which].append(a_try(pair[which], 2 * at + which))
    late = [each + DELAY_SECONDS for each in took[0]]
    return [
        {
            "what": words,
            "pairs": pairs,
            "area under the curve": area_under_the_curve(of_known, took[1]),
            "median, ms": statistics.median(of_known) * 1000,
        }
        for words, of_known in ((what, took[0]), (f"the control: {what}, 1 ms later", late))
    ]


def _costs(session: Session, sealers: Sealers) -> Row:
    """Compare whole sign-ins with one argon2id each, with the costs of an instance."""
    new, now = NewAccount(name="Ruth", role=Role.CASEWORKER), datetime.now(UTC)
    members.create_account(session, sealers, new=new, passphrase=RIGHT, now=now)
    session.commit()
    alone: list[Took] = []
    whole: list[Took] = []
    for _ in range(COSTS):
        with _timing(alone):
            hash_secret_raw(
                RIGHT.encode(),
                bytes(STANDARD.salt_len),
                time_cost=STANDARD.time_cost,
                memory_cost=STANDARD.memory_cost,
                parallelism=STANDARD.parallelism,
                hash_len=STANDARD.hash_len,
                type=Type.ID,
            )
        with _timing(whole):
            members.sign_in(session, sealers, name="Ruth", passphrase=RIGHT, now=datetime.now(UTC))
            session.commit()
    one, all_of_it = (
        [statistics.median(each) for each in zip(*took, strict=True)] for took in (alone, whole)
    )
    return {
        "what": "a sign-in of a caseworker, of one argon2id",
        "median, ms": all_of_it[0] * 1000,
        "times": all_of_it[0] / one[0],
        "processor, ms": all_of_it[1] * 1000,
        "times by processor": all_of_it[1] / one[1],
        "goal": GOAL,
    }


@contextmanager
def _timing(took: list[Took]) -> Iterator[None]:
    """Add the seconds that something took, by the clock and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    took.append((time.perf_counter() - began, time.process_time() - worked))
