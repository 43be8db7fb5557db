"""What the tests of text senders ask for."""

from collections.abc import Iterator

import pytest

from demo.gateway import Handle, running


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    """Give a gateway that posts no callbacks."""
    with running(callbacks="suppressed") as handle:
        yield handle
