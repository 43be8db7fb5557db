"""Tables: rows as dictionaries, printed with the columns they have."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

ENOUGH_DIGITS = 100
Row = dict[str, str | float | None]


def show(console: Console, rows: Sequence[Row]) -> None:
    """Print rows as a table; numbers to the right."""
    table = Table(show_edge=False)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for name in columns:
        words = not any(isinstance(row.get(name), int | float) for row in rows)
        table.add_column(name, justify="left" if words else "right")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    console.print(table)


def _cell(value: str | float | None) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, int) or abs(value) >= ENOUGH_DIGITS:
        return f"{value:,.0f}"
    return f"{value:,.2f}"
