"""The settings of sending: providers of text messages, mail, pace and price."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from config.addresses import require_port_or_none, require_safe

DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.IGNORECASE)


class SendingSettings(BaseSettings):
    """How messages leave."""

    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", repr=False)
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_base: str = ""
    sms_second: Literal["", "http"] = ""
    sms_failover: bool = False
    http_sms_url: str = ""
    http_sms_token: str = Field(default="", repr=False)
    http_sms_secret: str = Field(default="", repr=False)
    http_sms_from: str = ""
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    bounce_domain: str = ""
    bounce_port: int = Field(default=8025, ge=1, le=65535)
    sms_segments_per_second: float = Field(default=10, gt=0)
    sms_segment_price: float = Field(default=0.04, ge=0)
    sms_price_currency: str = "GBP"
    sending_concurrency: int = Field(default=16, ge=1, le=64)
    operator_mail: str = Field(default="", repr=False)
    look_after_seconds: int = Field(default=15 * 60, ge=1, le=24 * 60 * 60)
    routine_delay_minutes: int = Field(default=60, ge=0, le=24 * 60)

    @field_validator("http_sms_url", "twilio_api_base")
    @classmethod
    def _is_safe_or_empty(cls, value: str) -> str:
        if value:
            require_safe(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            message = "must start with smtp://, smtps:// or smtp+starttls://"
            raise ValueError(message)
        if value and not urlsplit(value).hostname:
            message = "names no server: write it like smtp://mail.example.org:587"
            raise ValueError(message)
        require_port_or_none(value)
        return value

    @field_validator("bounce_domain")
    @classmethod
    def _is_a_domain(cls, value: str) -> str:
        if value and not DOMAIN.fullmatch(value):
            message = "must be a domain in ASCII letters, such as bounces.example.org"
            raise ValueError(message)
        return value.lower()

    @field_validator("operator_mail")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if value and not (local and domain):
            message = "must be an address such as operator@example.org"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        for lacks, words in _needs(self):
            if lacks:
                raise ValueError(words)
        return self

    @property
    def takes_replies(self) -> bool:
        """Whether our text messages can be replied to: names cannot, numbers can."""
        return bool(self.twilio_messaging_service_sid) or self.twilio_from.startswith("+")

    @property
    def look_after(self) -> timedelta:
        """How long after it became unknown, and then again, a delivery is looked for."""
        return timedelta(seconds=self.look_after_seconds)


def _needs(given: SendingSettings) -> Iterator[tuple[bool, str]]:
    """Yield each need: whether it is not met, and what to say then."""
    twilio, http = bool(given.twilio_account_sid), given.sms_second == "http"
    yield (
        twilio and not given.twilio_auth_token,
        "BROLLY_TWILIO_AUTH_TOKEN is needed with BROLLY_TWILIO_ACCOUNT_SID",
    )
    yield (
        twilio and not (given.twilio_from or given.twilio_messaging_service_sid),
        (
            "set BROLLY_TWILIO_FROM or BROLLY_TWILIO_MESSAGING_SERVICE_SID: "
            "who a text message comes from"
        ),
    )
    yield (
        given.sms_failover and not (twilio and given.sms_second),
        (
            "BROLLY_SMS_FAILOVER needs two providers: set BROLLY_SMS_SECOND "
            "and BROLLY_TWILIO_ACCOUNT_SID"
        ),
    )
    for name in ("http_sms_url", "http_sms_token", "http_sms_secret"):
        words = f"BROLLY_{name.upper()} is needed with BROLLY_SMS_SECOND=http"
        yield http and not getattr(given, name), words
    yield (
        http and not (given.http_sms_from or given.twilio_from),
        "set BROLLY_HTTP_SMS_FROM: who a text message comes from",
    )
    yield (
        bool(given.smtp_url) and "@" not in given.mail_from,
        "BROLLY_MAIL_FROM is needed with BROLLY_SMTP_URL: who a mail comes from",
    )
