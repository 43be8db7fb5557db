"""What the tests of workers ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.gateway import Handle, running
from messages.model import Queue
from messages.providers import open_senders
from tests.workers.crew import an_instance, sending_to, settings_of
from workers.services import Services
from workers.shift import Shift


@pytest.fixture
def gateway() -> Iterator[Handle]:
    """Give a gateway that posts no callbacks."""
    with running(callbacks="suppressed") as handle:
        yield handle


@pytest.fixture
def environment(keys: Path, database_url: str, redis_url: str, gateway: Handle) -> dict[str, str]:
    """Give the environment of an instance that sends through the gateway."""
    return an_instance(keys, database_url, redis_url, **sending_to(gateway))


@pytest.fixture
def services(environment: dict[str, str]) -> Iterator[Services]:
    """Give the services of that instance."""
    with Services.open(settings_of(environment)) as services:
        yield services


@pytest.fixture
def shift(services: Services) -> Iterator[Shift]:
    """Give a shift on the danger queue."""
    senders = open_senders(services.settings)
    yield Shift(name="test", queue=Queue.DANGER, services=services, senders=senders)
    for sender in senders.values():
        sender.close()
