"""The rooms whose pages the app serves."""

from flask import Blueprint

from alerts.pages import pages as alerts
from casework.pages import pages as casework
from checker.pages import api as checker_api
from checker.pages import pages as checker
from config.settings import Settings
from demo.pages import pages as demo
from directory.pages import pages as directory
from members.pages import pages as members
from messages.pages import pages as messages
from reports.pages import pages as reports
from web import audit, health, home, leave, metrics, own_data, sending

HOUSE: tuple[Blueprint, ...] = (
    home.pages,
    leave.pages,
    health.pages,
    sending.pages,
    audit.pages,
    own_data.pages,
    metrics.pages,
)
ROOMS: tuple[Blueprint, ...] = (
    members,
    checker,
    checker_api,
    directory,
    reports,
    casework,
    alerts,
    messages,
)


def rooms_of(settings: Settings) -> tuple[Blueprint, ...]:
    """Return the blueprints of an instance; the demo's only where it is one."""
    return (*HOUSE, *ROOMS, demo) if settings.demo else (*HOUSE, *ROOMS)
