"""What the settings of sending need of one another."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings


def what_sending_lacks(settings: "Settings") -> str:
    """Return what is missing, naming its setting, or nothing."""
    return next((words for lacks, words in _needs(settings) if lacks), "")


def _needs(given: "Settings") -> Iterator[tuple[bool, str]]:
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
