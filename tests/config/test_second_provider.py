"""The settings of a second provider of text messages."""

import pytest

from config.settings import SettingsError, load_settings

WHOLE = {
    "BROLLY_SMS_SECOND": "http",
    "BROLLY_HTTP_SMS_URL": "https://sms.example.org/send",
    "BROLLY_HTTP_SMS_TOKEN": "token",
    "BROLLY_HTTP_SMS_SECRET": "a secret of callbacks",
    "BROLLY_HTTP_SMS_FROM": "Brolly",
}


def test_the_gateway_may_be_the_only_provider() -> None:
    settings = load_settings(WHOLE)
    assert settings.sms_second == "http"
    assert "token" not in repr(settings).replace("_token", "")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"BROLLY_HTTP_SMS_URL": ""}, "BROLLY_HTTP_SMS_URL is needed"),
        ({"BROLLY_HTTP_SMS_TOKEN": ""}, "BROLLY_HTTP_SMS_TOKEN is needed"),
        ({"BROLLY_HTTP_SMS_SECRET": ""}, "BROLLY_HTTP_SMS_SECRET is needed"),
        ({"BROLLY_HTTP_SMS_FROM": ""}, "set BROLLY_HTTP_SMS_FROM"),
        ({"BROLLY_HTTP_SMS_URL": "http://sms.example.org"}, "BROLLY_HTTP_SMS_URL must start"),
        ({"BROLLY_HTTP_SMS_URL": "https://"}, "BROLLY_HTTP_SMS_URL must start"),
        ({"BROLLY_SMS_SECOND": "pigeon"}, "BROLLY_SMS_SECOND"),
        ({"BROLLY_SMS_FAILOVER": "on"}, "BROLLY_SMS_FAILOVER needs two providers"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings(WHOLE | changes)
