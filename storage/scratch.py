"""A scratch place for a drill: a database of the same kind, which is gone when the drill ends."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from storage.engine import connect

NAME = "brolly_drill"


@contextmanager
def scratch_database(url: str, data_dir: Path) -> Iterator[str]:
    """Give the address of an empty database: SQLite in the data folder, else a schema of its own.

    What a drill that was killed has left goes first.
    """
    here = _schema(url) if make_url(url).get_backend_name() == "postgresql" else _folder(data_dir)
    with here as address:
        yield address


@contextmanager
def _folder(data_dir: Path) -> Iterator[str]:
    folder = data_dir.absolute() / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield f"sqlite:///{folder / 'drill.sqlite3'}"
    finally:
        shutil.rmtree(folder)


@contextmanager
def _schema(url: str) -> Iterator[str]:
    drop = f"DROP SCHEMA IF EXISTS {NAME} CASCADE"
    _run(url, drop, f"CREATE SCHEMA {NAME}")
    try:
        own = make_url(url).update_query_dict({"options": f"-csearch_path={NAME}"})
        yield own.render_as_string(hide_password=False)
    finally:
        _run(url, drop)


def _run(url: str, *statements: str) -> None:
    engine = connect(url)
    try:
        with engine.begin() as connection:
            for each in statements:
                connection.execute(text(each))
    finally:
        engine.dispose()
