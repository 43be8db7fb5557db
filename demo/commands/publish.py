"""`brolly demo publish`: one more warning to its audience."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import click

from alerts.model import Price
from alerts.waking import wake
from checker import actions as checker
from checker.model import RegisterUnavailable
from config.settings import load_settings
from demo.loading import demo_desk
from demo.publishing import publish_one_more
from workers.running import running
from workers.services import Services


@click.command()
def publish() -> None:
    """Publish one more warning of danger and print its audience as JSON."""
    settings = load_settings()
    instance = running(settings.data_dir)  # it may answer on another port than this shell sets
    now = datetime.now(UTC)
    with Services.open(settings) as services, services.writing() as session:
        desk = demo_desk(session, services.sealers)
        if desk is None:
            message = "there is no demo data here: run `brolly demo load` first"
            raise click.ClickException(message)
        alert = publish_one_more(
            session,
            services.sealers,
            services.evaluator,
            desk=desk,
            public_url=instance.url if instance else settings.public_url,
            price=Price(
                per_segment=settings.sms_segment_price,
                currency=settings.sms_price_currency,
                segments_per_second=settings.sms_segments_per_second,
            ),
            time_zone=settings.time_zone,
            now=now,
        )
        session.commit()
        wake(services.queue, alert)
        with suppress(RegisterUnavailable):  # the sweep refreshes it again
            checker.refresh(session, services.register, now=now)
            session.commit()
    audience = {
        "sms": alert.estimate.sms_recipients,
        "email": alert.estimate.email_recipients,
    }
    click.echo(json.dumps({"alert": str(alert.id), "audience": audience}))
