"""`brolly doctor` on the providers of text messages."""

from collections.abc import Iterator

import pytest

from cli.doctor import providers
from config.settings import Settings
from demo.gateway import Handle, running
from tests.messages.wires import nobody


@pytest.fixture(scope="module")
def gateway() -> Iterator[Handle]:
    with running() as handle:
        yield handle


def settings(url: str, **others: object) -> Settings:
    given: dict[str, object] = {
        "sms_second": "http",
        "http_sms_url": url,
        "http_sms_token": "token",
        "http_sms_secret": "secret",
        "http_sms_from": "Brolly",
    }
    return Settings.model_validate(given | others)


TWILIO: dict[str, object] = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "token",
    "twilio_from": "Brolly",
}


@pytest.mark.parametrize(
    ("others", "subjects", "role"),
    [
        ({}, ["text messages by http"], "the only provider"),
        (TWILIO, ["text messages by Twilio", "text messages by http"], "nothing is sent by it"),
        (
            TWILIO | {"sms_failover": True},
            ["text messages by Twilio", "text messages by http"],
            "takes over while Twilio falters",
        ),
    ],
)
def test_each_provider_is_named_with_what_it_is_there_for(
    gateway: Handle, others: dict[str, object], subjects: list[str], role: str
) -> None:
    found = list(providers(settings(gateway.json_url, **others)))
    assert [finding.subject for finding in found] == subjects
    assert [finding.trouble for finding in found] == [""] * len(found)
    assert role in found[-1].detail


def test_a_gateway_that_does_not_answer_is_wrong() -> None:
    with nobody() as address:
        (finding,) = providers(settings(f"http://{address}/send"))
    assert "BROLLY_HTTP_SMS_URL" in finding.trouble


def test_an_instance_that_sends_no_texts_is_told_how() -> None:
    (finding,) = providers(Settings())
    assert "off" in finding.trouble
