"""What sends: a provider behind one method, opened by the settings."""

from collections.abc import Mapping
from typing import Protocol

from config.settings import Settings
from messages.model import Channel, Outcome, Outgoing


class Sender(Protocol):
    """Hands one message to a provider; called by many threads at once."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once, within SEND_SECONDS, and say what came of it; never raises for the network."""
        ...

    def close(self) -> None:
        """Close connections that are kept open."""
        ...


def open_senders(settings: Settings) -> Mapping[Channel, Sender]:
    """Return a sender for each channel that is set up; imported here, as only workers send."""
    senders: dict[Channel, Sender] = {}
    if settings.twilio_account_sid:
        from messages.twilio_sms import TwilioSms  # noqa: PLC0415 - heavy, and only for workers

        senders[Channel.SMS] = TwilioSms.of(settings)
    if settings.smtp_url:
        from messages.smtp_mail import SmtpMail  # noqa: PLC0415 - only for workers

        senders[Channel.EMAIL] = SmtpMail.of(settings)
    return senders
