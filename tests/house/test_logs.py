"""Every event that is logged stands in docs/logs.md, and nothing there is made up."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import ROOMS, ROOT

LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
ROW = re.compile(r"^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|", re.MULTILINE)


def is_a_log(node: ast.expr) -> bool:
    """Whether something is one of our loggers."""
    if isinstance(node, ast.Name):
        return node.id == "log"
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "structlog.get_logger"


def events() -> Iterator[ast.expr]:
    """Yield what is logged, everywhere."""
    for room in sorted(ROOMS):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if node.func.attr in LEVELS and is_a_log(node.func.value):
                    yield node.args[0]


def test_the_list_of_logs_names_every_event_and_no_other() -> None:
    logged = {ast.literal_eval(event) for event in events()}
    listed = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8")
    named = [name for row in ROW.findall(listed) for name in row.replace("`", "").split(", ")]
    assert sorted(named) == sorted(logged)
