"""`brolly doctor` on the OpenID provider."""

from pathlib import Path

import pytest

from cli.doctor import openid
from config.settings import Settings
from storage.sealing import write_secret
from tests.openid import Provider, providing


def settings(provider: Provider, secret: Path) -> Settings:
    return Settings(
        oidc_issuer=provider.url,
        oidc_client_id="brolly",
        oidc_client_secret_file=secret,
        oidc_name="Harbour Trust",
        oidc_required_amr="otp",
    )


def test_the_provider_and_the_secret_are_looked_at(tmp_path: Path) -> None:
    secret = tmp_path / "client.secret"
    with providing("http://127.0.0.1:8000/sign-in/openid/back") as provider:
        (missing,) = openid(settings(provider, secret))
        assert "BROLLY_OIDC_CLIENT_SECRET_FILE" in missing.trouble
        write_secret(secret, "secret")
        (well,) = openid(settings(provider, secret))
        assert (well.subject, well.trouble) == ("signing in with Harbour Trust", "")
        wrong = settings(provider, secret)
        provider.url += "/"
        (other,) = openid(wrong)
        assert "names another issuer" in other.trouble
    (away,) = openid(settings(provider, secret))
    assert "does not answer" in away.trouble


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_secret_that_others_may_read_is_told(tmp_path: Path, mode: int) -> None:
    secret = tmp_path / "client.secret"
    write_secret(secret, "secret")
    secret.chmod(mode)
    (found,) = openid(settings(Provider(url="http://127.0.0.1:1"), secret))
    assert "chmod 600" in found.trouble


def test_without_a_provider_nothing_is_said() -> None:
    assert list(openid(Settings())) == []
