"""The settings of signing in with a provider: all or none, and never less than two factors."""

import pytest

from config.settings import SettingsError, load_settings

ALL = {
    "BROLLY_OIDC_ISSUER": "https://id.example.org",
    "BROLLY_OIDC_CLIENT_ID": "brolly",
    "BROLLY_OIDC_CLIENT_SECRET_FILE": "/etc/brolly/client.secret",
    "BROLLY_OIDC_NAME": "Harbour Trust",
    "BROLLY_OIDC_REQUIRED_AMR": "mfa",
}
SECOND_FACTOR = "BROLLY_OIDC_REQUIRED_AMR"


def test_all_of_them_are_read() -> None:
    assert load_settings(ALL).oidc_name == "Harbour Trust"
    assert load_settings({}).oidc_issuer == ""


@pytest.mark.parametrize("name", sorted(ALL))
def test_one_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({each: value for each, value in ALL.items() if each != name})


def test_a_class_of_authentication_stands_for_its_methods() -> None:
    without = {name: value for name, value in ALL.items() if name != SECOND_FACTOR}
    assert load_settings(without | {"BROLLY_OIDC_REQUIRED_ACR": "phr"}).oidc_required_acr == "phr"
    with pytest.raises(SettingsError, match="second factor"):
        load_settings(ALL | {SECOND_FACTOR: "  "})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.org",
        "id.example.org",
        "https://id.example.org/?tenant=1",
        "https://id.example.org/#part",
        "https://somebody@id.example.org",
        "https://id.example.org:0",
    ],
)
def test_an_issuer_that_others_could_read_or_change_is_refused(issuer: str) -> None:
    with pytest.raises(SettingsError, match="BROLLY_OIDC_ISSUER") as refused:
        load_settings(ALL | {"BROLLY_OIDC_ISSUER": issuer})
    assert issuer not in str(refused.value)


def test_on_this_machine_an_issuer_needs_no_https() -> None:
    assert load_settings(ALL | {"BROLLY_OIDC_ISSUER": "http://127.0.0.1:9000"}).oidc_issuer
