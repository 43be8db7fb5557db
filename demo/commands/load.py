"""`brolly demo load`: fictional staff, members and warnings in an empty database."""

from contextlib import suppress
from datetime import UTC, datetime

import click

from checker import actions as checker
from checker.model import RegisterUnavailable
from config.areas import load_areas
from config.settings import load_settings
from demo.cases import load_cases
from demo.listings import load_listings
from demo.loading import is_empty, load_people, load_reports
from directory import actions as directory
from workers.services import Services


@click.command()
@click.option(
    "--members", "number", type=click.IntRange(0, 1_000_000), default=300, show_default=True
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same data."
)
def load(number: int, seed: int) -> None:
    """Load fictional staff, members and warnings into the configured database."""
    with Services.open(load_settings()) as services:
        if not load_once(services, number=number, seed=seed):
            message = "there are accounts here already: demo data goes into an empty database only"
            raise click.ClickException(message)
    click.echo(f"Loaded {number} members, staff and warnings (seed {seed}).")


def load_once(services: Services, *, number: int, seed: int) -> bool:
    """Load the demo in one transaction, if nobody has an account yet; whether it did."""
    now = datetime.now(UTC)
    with services.writing() as session:
        if not is_empty(session):
            return False
        desk = load_people(session, services.sealers, number=number, seed=seed, now=now)
        load_reports(session, services.sealers, services.evaluator, desk=desk, seed=seed, now=now)
        load_cases(session, services.sealers, desk=desk, now=now)
        settings = services.settings
        areas, region = load_areas(settings), settings.home_region
        load_listings(session, areas=areas, home_region=region, now=now)
        directory.add_publications(session, directory.shipped_publications())
        session.commit()
        with suppress(RegisterUnavailable):  # the sweep refreshes it again
            checker.refresh(session, services.register, now=now)
            session.commit()
    return True
