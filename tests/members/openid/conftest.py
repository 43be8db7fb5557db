"""What the tests of signing in with a provider share: it, an app that knows it, people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from config.settings import PORT, Settings
from members.vouching import BACK
from storage.keys import Sealers
from storage.sealing import write_secret
from tests import given
from tests.given import Person
from tests.members.openid.ways import SUBJECT, Way, link
from tests.members.visits import Visitor
from tests.openid import CLIENT, SECRET, Provider, providing


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Give a provider that sends people back here."""
    with providing(f"http://127.0.0.1:{PORT}{BACK}") as provider:
        yield provider


@pytest.fixture
def settings(keys: Path, provider: Provider, tmp_path: Path) -> Settings:
    """Give the settings of an instance whose staff sign in with it."""
    write_secret(tmp_path / "client.secret", f"{SECRET}\n")
    return Settings(
        data_dir=keys,
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=tmp_path / "client.secret",
        oidc_name="Harbour Trust",
        oidc_required_amr="otp mfa",
    )


@pytest.fixture
def way(visitor: Visitor, provider: Provider) -> Way:
    """Give a browser and its way to the provider."""
    return Way(visitor, provider)


@pytest.fixture
def linked(session: Session, sealers: Sealers, provider: Provider, ruth: Person) -> Person:
    """Give a caseworker whose account is linked."""
    link(session, sealers, provider, ruth, SUBJECT)
    return ruth


@pytest.fixture
def operator(session: Session, sealers: Sealers, provider: Provider) -> Person:
    """Give an operator whose account is linked."""
    person = given.an_operator(session, sealers, now=datetime.now(UTC))
    link(session, sealers, provider, person, "operator")
    return person
