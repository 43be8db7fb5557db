"""Whatever staff change is put on record: every view of theirs that changes something does so."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator

from flask import Flask

from members.guard import access_of
from tests.whole import Whole

RECORDS = {"put_on_record", "put_reading_on_record"}
SEARCHES = {"casework.find_service"}  # shows the case, on record where it is opened
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
View = Callable[..., object]


def of_staff(app: Flask) -> Iterator[tuple[str, View]]:
    """Yield each view that changes something and is for staff alone."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        access = access_of(view)
        is_for_staff = access is not None and ("caseworker" in access.name or "lead" in access.name)
        if is_for_staff and CHANGING & set(rule.methods or ()):
            yield rule.endpoint, view


def records(view: View) -> bool:
    """Whether a view, or a function beside it that it calls, puts something on record."""
    function = inspect.unwrap(view)
    called = {
        node.func.id
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    beside = {
        each
        for name, each in inspect.getmembers(inspect.getmodule(function), inspect.isfunction)
        if name in called and each.__module__ == function.__module__ and each is not function
    }
    return bool(called & RECORDS) or any(records(each) for each in beside)


def test_every_change_by_staff_is_put_on_record(house: Whole) -> None:
    views = dict(of_staff(house.app))
    assert "alerts.publish" in views
    assert {endpoint for endpoint, view in views.items() if not records(view)} == SEARCHES
