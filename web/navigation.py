"""Ways between rooms: a template names an endpoint, and gets an address if it may be opened."""

from collections.abc import Iterator

from flask import Flask, current_app

from members.guard import Access, access_of, current
from web.languages import sentence

Ways = dict[str, tuple[str, Access]]


def N_(source: str) -> str:  # noqa: N802 - what gettext looks for
    """Mark a sentence for translators; it is translated where it is shown."""
    return source


DOORS = (
    ("checker.check", N_("Check")),
    ("alerts.updates", N_("Warnings")),
    ("reports.begin", N_("Report harm")),
    ("home.get_help", N_("Get help")),
)
DOORS_OF_STAFF = (
    ("reports.queue", N_("Desk")),
    ("casework.cases", N_("Cases")),
    ("checker.check", N_("Check")),
    ("alerts.overview", N_("Alerts")),
    ("directory.keep", N_("Directory")),
    ("members.applicants", N_("Applicants")),
    ("members.approvals", N_("Approvals")),
    ("members.staff_list", N_("Staff")),
    ("members.access", N_("Access")),
    ("audit.look", N_("Audit")),
)


class UndeclaredRoute(Exception):
    """A route does not say who may open it; the text names it and what to do."""


def set_up_navigation(app: Flask) -> None:
    """Learn every view's address and access; raise UndeclaredRoute for one that declares none.

    Call it when every view is registered. Templates get `way(endpoint)` and `doors()`.
    """
    addresses = app.url_map.bind("")
    ways: Ways = {}
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None:
            message = f"{rule.endpoint} ({rule.rule}): declare who may open it, see members.guard"
            raise UndeclaredRoute(message)
        if not rule.arguments and rule.endpoint not in ways:
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            ways[rule.endpoint] = (addresses.build(rule.endpoint, method=method), access)
    app.extensions["ways"] = ways
    app.extensions["addresses"] = frozenset(address for address, _ in ways.values())
    app.jinja_env.globals.update(way=way, doors=doors)


def way(endpoint: str) -> str:
    """Return the address of a page without parameters, or "" if this account may not open it."""
    ways: Ways = current_app.extensions["ways"]
    if endpoint not in ways:
        return ""
    address, access = ways[endpoint]
    return address if access.allows(current()) else ""


def is_a_way(path: str) -> bool:
    """Whether this is the address of a page without parameters."""
    addresses: frozenset[str] = current_app.extensions["addresses"]
    return path in addresses


def doors() -> Iterator[tuple[str, str]]:
    """Yield the address and words of each link at the top of the page, for whoever is looking."""
    account = current()
    staff = account is not None and account.is_caseworker
    for endpoint, words in DOORS_OF_STAFF if staff else DOORS:
        address = way(endpoint)
        if address:
            yield address, sentence(words)
