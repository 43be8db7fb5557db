"""What every table is built from: the base class and the column types."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from storage.sealing import Sealed


class Base(DeclarativeBase):
    """The base of all rows; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: aware going in, aware coming out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; SQLite stores the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's wall time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class SealedBytes(TypeDecorator[Sealed]):
    """Bytes that a `Sealer` made; anything else is refused, so plain text cannot slip in."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> bytes | None:
        """Refuse whatever was not sealed."""
        del dialect
        if value is None:
            return None
        if not isinstance(value, Sealed):
            message = "only sealed bytes may be stored in a sealed column"
            raise TypeError(message)
        return bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """Mark what comes back as sealed."""
        del dialect
        return None if value is None else Sealed(value)


class ids_along(FunctionElement[UUID]):  # noqa: N801 - reads as the SQL function it is
    """A fresh UUID for each row of an INSERT ... SELECT that is ordered by the given column.

    SQLite's rise with that column, so that removing the rows touches each page of the index of ids
    once and not once for each id; half of their bits are random, and the start of the count is too:
    an id tells nobody how many there are. PostgreSQL's are random: it leaves its index to vacuum.
    """

    type = Uuid()
    inherit_cache = True


@compiles(ids_along)
def _default(element: ids_along, compiler: SQLCompiler, **kw: Any) -> str:
    del element, compiler, kw
    return "gen_random_uuid()"


@compiles(ids_along, "sqlite")
def _sqlite(element: ids_along, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.clauses, **kw)
    start, row = "(SELECT random() & 1073741823)", f"row_number() OVER (ORDER BY {column})"
    rising = f"printf('%08x%08x', unixepoch(), {start} + {row})"
    return f"{rising} || lower(hex(randomblob(8)))"  # the form in which Uuid is stored on SQLite


def new_id() -> UUID:
    """Return a fresh random id."""
    return uuid4()
