"""Every job that is queued by name is there."""

import ast
from collections.abc import Iterator

from tests.house.tree import ROOMS, parsed, python_files, relative
from workers import jobs


def queued() -> Iterator[tuple[str, str]]:
    for path in python_files():
        if relative(path).split("/")[0] not in ROOMS:
            continue
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Call(func=ast.Attribute(attr="wake"), args=[job, *_]):
                    yield relative(path), ast.unparse(job)


def test_every_queued_job_exists() -> None:
    for path, job in sorted({*queued()}):
        assert ast.literal_eval(job) in jobs.JOBS, f"{path} queues {job}"


def test_jobs_are_queued_at_all() -> None:
    assert list(queued())
