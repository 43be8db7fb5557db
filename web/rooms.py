"""The rooms whose pages the app serves."""

from flask import Blueprint

import alerts.pages
import checker.pages
import demo.pages
import members.pages
import messages.pages
import reports.pages
from config.settings import Settings
from web import health, home, leave

HOUSE: tuple[Blueprint, ...] = (
    home.pages,
    leave.pages,
    health.pages,
    members.pages.pages,
    checker.pages.pages,
    reports.pages.pages,
    alerts.pages.pages,
    messages.pages.pages,
)


def rooms_of(settings: Settings) -> tuple[Blueprint, ...]:
    """Return the blueprints of an instance; the demo's only where it is one."""
    return (*HOUSE, demo.pages.pages) if settings.demo else HOUSE
