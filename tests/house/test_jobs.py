"""Every job that is queued by name is there."""

import ast
from collections.abc import Iterator

import pytest

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


@pytest.mark.parametrize(("path", "job"), sorted(set(queued())))
def test_every_queued_job_exists(path: str, job: str) -> None:
    name = ast.literal_eval(job)
    assert name in jobs.JOBS, f"{path} queues {name}"


def test_jobs_are_queued_at_all() -> None:
    assert list(queued())
