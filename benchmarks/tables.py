"""Tables: rows as dictionaries, printed with the columns they have."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

Row = dict[str, str | float | int | None]


def show(console: Console, rows: Sequence[Row]) -> None:
    """Print rows as a table; numbers to the right."""
    table = Table(show_edge=False)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for name in columns:
        words = all(isinstance(row.get(name), str | None) for row in rows)
        table.add_column(name, justify="left" if words else "right")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    console.print(table)


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004 - digits that matter
    return f"{value:,}" if isinstance(value, int) else value
