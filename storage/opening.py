"""Trying sealed columns after a restore: the key files open what they should, and no more."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from sqlalchemy import Connection, MetaData, RowMapping, Table, select

from storage import envelopes, sealing
from storage.base import SealedBytes
from storage.sealing import CannotOpen, Sealed, Sealer

SAMPLE = 50  # rows of each table
BOXES = frozenset(  # libsodium's sealed boxes: no key file opens them
    {
        ("register_ledger", "sealed_element"),
        ("register_ledger", "next_sealed_element"),
        ("record_key", "wrapped"),
    }
)


@dataclass(slots=True)
class Tried:
    """What was tried: values that opened, that should have, and that no key file may open."""

    opened: int = 0
    shut: int = 0
    closed: int = 0
    leaked: int = 0


def try_sample(connection: Connection, metadata: MetaData, sealers: Sequence[Sealer]) -> Tried:
    """Try some sealed values of every table.

    Those of a record's own key, of a passphrase or of a token must stay closed to all key files.
    """
    tried = Tried()
    for table in metadata.sorted_tables:
        for column, sealed, rows in _sealed_values(connection, table):
            opens = _opens(sealers, sealed, table.name, column, rows)
            if sealed[:1] == envelopes.VERSION:
                tried.leaked += opens
                tried.closed += not opens
            elif sealed[:1] == sealing.VERSION:
                tried.opened += opens
                tried.shut += not opens
            else:
                tried.shut += 1
    return tried


def _sealed_values(
    connection: Connection, table: Table
) -> Iterator[tuple[str, Sealed, Collection[str]]]:
    """Yield the column, a value, and what may stand for its row in the associated data."""
    names = [
        each.name
        for each in table.columns
        if isinstance(each.type, SealedBytes) and (table.name, each.name) not in BOXES
    ]
    if not names:
        return
    for row in connection.execute(select(table).limit(SAMPLE)).mappings():
        rows = _identities(row)
        for name in names:
            if row[name] is not None:
                yield name, row[name], rows


def _identities(row: RowMapping) -> list[str]:
    return [str(value) for value in row.values() if isinstance(value, UUID | int)]


def _opens(
    sealers: Iterable[Sealer], sealed: Sealed, table: str, column: str, rows: Collection[str]
) -> bool:
    names = (column, column.removeprefix("sealed_"))  # rooms call their places by either
    for sealer, name, row in product(sealers, names, rows):
        try:
            sealer.unseal(sealed, table=table, column=name, row=row)
        except CannotOpen:
            continue
        return True
    return False
