"""The blueprint that every page of alerts is on, and what its pages share."""

from flask import Blueprint

from alerts.model import Price
from config.settings import Settings
from members.guard import staff
from members.model import Role

pages = Blueprint("alerts", __name__, template_folder="../templates")
caseworkers = staff(Role.CASEWORKER, Role.LEAD)


def link_base(settings: Settings) -> str:
    """Return the address under which members read warnings."""
    return f"{settings.public_url}/updates"


def check_link(settings: Settings) -> str:
    """Return the address at which members check."""
    return f"{settings.public_url}/check"


def price(settings: Settings) -> Price:
    """Return what the instance pays and how fast it may send."""
    return Price(
        per_segment=settings.sms_segment_price,
        currency=settings.sms_price_currency,
        segments_per_second=settings.sms_segments_per_second,
    )
