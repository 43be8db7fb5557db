"""Requests a second of pages with all guards, against the same pages without them.

What is left out stands in `unguarded`. Both apps run beside each other on one instance, and are
asked in turn; the ratio is the median of the pairs.
"""

import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmarks.instance import a_server, an_instance
from benchmarks.load import pace, saturate
from benchmarks.people import BROWSER, Person, signed_in
from benchmarks.tables import Row
from benchmarks.unguarded import unguarded as take_off
from demo.accounts import STAFF, member_name
from members import actions as members
from members.model import Role
from reports.records import ReportRow
from storage.audit_chain import Act
from web.app import create_app
from workers.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CONNECTIONS = 8
ASKED = 200
SECONDS = 3.0
ROUNDS = 7
FEW = 8.0
LISTED = 1_000
GOAL = 0.8
ENTRY = "07700 800123"
VISIT = b"GET /tips HTTP/1.1\r\nHost: 127.0.0.1\r\n" + BROWSER + b"\r\n"


def measure() -> list[Row]:
    """Return a row for each page."""
    with (
        an_instance(members=20, listed=LISTED) as settings,
        a_server(settings, "brolly") as guarded,
        a_server(settings, "unguarded") as unguarded,
        Services.open(settings) as services,
    ):
        pages, apps = _pages(services), (create_app(services), take_off(services))
        return [
            _row(what, guarded, unguarded, request) | _by_processor(apps, request)
            for what, request in pages.items()
        ]


def _pages(services: Services) -> dict[str, bytes]:
    member = signed_in(services, member_name(0), Role.MEMBER)
    ruth = signed_in(services, STAFF[Role.CASEWORKER][0], Role.CASEWORKER)
    report_id = _opened(services, ruth)
    return {
        "a light page (tips), nobody signed in": VISIT,
        "the same page, signed in": member.get("/tips"),
        "the desk": ruth.get("/desk"),
        "a check, by the form": member.post("/check", entry=ENTRY),
        "a report that was opened": ruth.get(f"/desk/reports/{report_id}"),
    }


def _opened(services: Services, ruth: Person) -> UUID:
    """Open a report for a reason, so that its page is shown."""
    now = datetime.now(UTC)
    with services.reading() as opened:
        account = members.resume(opened, services.sealers, token=ruth.token, now=now)
        report_id = opened.scalars(select(ReportRow.id)).first()
    assert account  # noqa: S101 - she signed in just now
    assert report_id  # noqa: S101 - the demo has some
    services.auditor.record_alone(Act.REPORT_OPENED, by=account.id, on=report_id, now=now)
    return report_id


def _row(what: str, guarded: int, unguarded: int, request: bytes) -> Row:
    """Ask both in turn; a few requests, and the first round, warm up."""
    for port in (guarded, unguarded):
        pace(port, request, per_second=FEW, seconds=1)
    pairs = [(_rate(guarded, request), _rate(unguarded, request)) for _ in range(ROUNDS + 1)][1:]
    ratios = [with_all / without for with_all, without in pairs]
    return {
        "what": what,
        "a second": statistics.median(with_all for with_all, _ in pairs),
        "without guards": statistics.median(without for _, without in pairs),
        "ratio": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
        "goal": GOAL,
    }


def _rate(port: int, request: bytes) -> float:
    load = saturate(port, request, connections=CONNECTIONS, seconds=SECONDS)
    if load.statuses != {200}:
        message = f"answered {sorted(load.statuses)}"
        raise RuntimeError(message)
    return load.per_second


def _by_processor(apps: tuple[Flask, Flask], request: bytes) -> Row:
    """Ask both in this process, in turn: its processor knows nothing of what else runs."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(ASKED):
        for app, times in zip(apps, took, strict=True):
            environ = _environ(request)
            began = time.process_time()
            run_wsgi_app(app, environ, buffered=True)
            times.append(time.process_time() - began)
    with_all, without = (statistics.median(times) * 1000 for times in took)
    return {
        "processor, ms": with_all,
        "without, ms": without,
        "ratio by processor": without / with_all,
    }


def _environ(request: bytes) -> "WSGIEnvironment":
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split()
    headers = Headers()
    for line in lines:
        name, _, value = line.partition(": ")
        headers[name] = value
    return EnvironBuilder(path, method=method, headers=headers, data=body or None).get_environ()
