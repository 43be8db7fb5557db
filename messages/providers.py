"""Who sends: the providers that the settings name, opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from config.settings import Settings
from messages.failover import Failover, Limits
from messages.model import Channel, Receipt
from messages.senders import Sender, TextSender
from messages.texts import http_json_sms

ReadCallback = Callable[[Settings, UUID, bytes, Mapping[str, str]], Receipt | None]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider beside Twilio: what sends by it, and what reads its callbacks.

    The latter raises NotGenuine for a callback that it did not sign.
    """

    open: Callable[[Settings], TextSender]
    read_callback: ReadCallback


# By the name in BROLLY_SMS_SECOND; its callbacks come to /webhooks/<name>-sms/<delivery id>.
PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {"http": Provider(http_json_sms.HttpJsonSms.of, http_json_sms.read_callback)}
)


def open_senders(settings: Settings) -> Mapping[Channel, Sender]:
    """Return a sender for each channel that is set up; imported here, as only workers send."""
    senders: dict[Channel, Sender] = {}
    texts = _open_text_sender(settings)
    if texts is not None:
        senders[Channel.SMS] = texts
    if settings.smtp_url:
        from messages.mail.smtp_mail import SmtpMail  # noqa: PLC0415 - only for workers

        senders[Channel.EMAIL] = SmtpMail.of(settings)
    return senders


def _open_text_sender(settings: Settings) -> TextSender | None:
    """Return Twilio, the second or both; the first is left only where the operator chose so."""
    second = PROVIDERS[settings.sms_second].open(settings) if settings.sms_second else None
    if not settings.twilio_account_sid:
        return second
    from messages.texts.twilio_sms import TwilioSms  # noqa: PLC0415 - heavy, and only for workers

    first = TwilioSms.of(settings)
    if second is None:
        return first
    return Failover(first, second, limits=Limits() if settings.sms_failover else None)
