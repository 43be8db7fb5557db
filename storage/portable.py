"""Rows in a form that is the same for SQLite and PostgreSQL: what a backup is made of.

A row is a line of JSON; what JSON has no form for is text. Digests do not depend on the order of
rows, in which the two databases differ.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    Uuid,
    column,
    table,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.base import Moment

MODULUS = 1 << 256


class Kind(StrEnum):
    """What a column holds."""

    UUID = "uuid"
    MOMENT = "moment"
    DATE = "date"
    OCTETS = "octets"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    TEXT = "text"
    JSON = "json"


class UnknownKind(Exception):
    """A column of a type that nobody has said how to carry."""


TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.UUID: Uuid(),
    Kind.MOMENT: Moment(),
    Kind.DATE: Date(),
    Kind.OCTETS: LargeBinary(),
    Kind.BOOLEAN: Boolean(),
    Kind.INTEGER: BigInteger(),  # it takes smaller ones as well
    Kind.FLOAT: Float(),
    Kind.TEXT: String(),
    Kind.JSON: JSON(),
}
CLASSES: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Uuid, Kind.UUID),
    (DateTime, Kind.MOMENT),
    (Date, Kind.DATE),
    (LargeBinary, Kind.OCTETS),
    (Boolean, Kind.BOOLEAN),
    (Float, Kind.FLOAT),
    (Integer, Kind.INTEGER),
    (String, Kind.TEXT),
    (JSON, Kind.JSON),
)


def _octets(text: str) -> bytes:
    return b64decode(text, validate=True)


def _written(octets: bytes) -> str:
    return b64encode(octets).decode()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


OUT: Mapping[Kind, Callable[[Any], object]] = {
    Kind.UUID: lambda value: value.hex,
    Kind.MOMENT: _moment,
    Kind.DATE: date.isoformat,
    Kind.OCTETS: _written,
}
IN: Mapping[Kind, Callable[[Any], object]] = {
    Kind.UUID: UUID,
    Kind.MOMENT: datetime.fromisoformat,
    Kind.DATE: date.fromisoformat,
    Kind.OCTETS: _octets,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A table as it is carried: its columns, and those that point to other rows of the same."""

    name: str
    columns: Mapping[str, Kind]
    key: tuple[str, ...]
    later: tuple[str, ...]

    @classmethod
    def of(cls, found: Table) -> Self:
        """Describe a table; raises UnknownKind."""
        own = {key.parent.name for key in found.foreign_keys if key.column.table is found}
        return cls(
            name=found.name,
            columns={each.name: _kind(each.type) for each in found.columns},
            key=tuple(each.name for each in found.primary_key),
            later=tuple(sorted(own)),
        )

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what a line of an archive describes."""
        return cls(
            name=told["table"],
            columns={name: Kind(kind) for name, kind in told["columns"]},
            key=tuple(told["key"]),
            later=tuple(told["later"]),
        )

    def told(self) -> dict[str, object]:
        """Return what a line of an archive says of it."""
        return {
            "table": self.name,
            "columns": list(self.columns.items()),
            "key": self.key,
            "later": self.later,
        }

    def clause(self) -> TableClause:
        """Return the table for statements, whatever the models of this version say of it."""
        return table(self.name, *(column(name, TYPES[kind]) for name, kind in self.columns.items()))

    def pack(self) -> Callable[[Iterable[Any]], bytes]:
        """Return what makes a line of a row."""
        forms = [OUT.get(kind, _as_is) for kind in self.columns.values()]

        def line(row: Iterable[Any]) -> bytes:
            cells = [
                None if value is None else form(value)
                for form, value in zip(forms, row, strict=True)
            ]
            return json.dumps(cells, separators=(",", ":")).encode()

        return line

    def unpack(self) -> Callable[[bytes], dict[str, Any]]:
        """Return what makes a row of a line."""
        forms = [(name, IN.get(kind, _as_is)) for name, kind in self.columns.items()]

        def row(line: bytes) -> dict[str, Any]:
            return {
                name: None if value is None else form(value)
                for (name, form), value in zip(forms, json.loads(line), strict=True)
            }

        return row


@dataclass(slots=True)
class Sum:
    """How many rows a table has, and a digest of them in any order."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a row."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(sha256(line).digest())) % MODULUS

    def told(self) -> dict[str, object]:
        """Return what a manifest says of it."""
        return {"rows": self.rows, "digest": f"{self.total:064x}"}


def _kind(found: TypeEngine[Any]) -> Kind:
    plain = found.impl_instance if isinstance(found, TypeDecorator) else found
    for each, kind in CLASSES:
        if isinstance(plain, each):
            return kind
    raise UnknownKind(type(found).__name__)


def _as_is(value: object) -> object:
    return value
