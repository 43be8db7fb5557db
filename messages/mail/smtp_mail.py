"""Mail through a mail server (RFC 5321), over a few connections that are kept open.

Each step is taken by itself, because what a failure means depends on how far it got: until the
text is under way nothing was taken, after that only the server's answer can tell.
"""

import smtplib
import ssl
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Self
from urllib.parse import unquote, urlsplit

import idna
import structlog

from config.settings import Settings
from messages.mail.unsubscribing import PATH as STOP_PATH
from messages.mail.verp import return_path
from messages.model import (
    SEND_SECONDS,
    Accepted,
    Outcome,
    Outgoing,
    Postponed,
    Refused,
    Unknown,
)

log = structlog.get_logger()

RULES = SMTP.clone(cte_type="7bit")  # for servers without 8BITMIME (RFC 6152)
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
MESSAGES_EACH = 100  # then a connection is replaced: servers tire of long ones
IDLE_SECONDS = 20.0
DONE, PERMANENT, GO_ON = 2, 5, 354  # two classes of replies and one reply (RFC 5321, 4.2)
NO_SUCH_BOX = frozenset({550, 551, 553})
STOP_HEADERS = (
    "List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)


class NoConnection(Exception):
    """The server could not be reached, or did not let us in; nothing was sent."""


@dataclass(slots=True)
class Kept:
    """A connection with how much it has carried."""

    smtp: smtplib.SMTP
    carried: int = 0
    used_at: float = field(default_factory=time.monotonic)

    def is_fresh(self) -> bool:
        """Whether it is worth another message."""
        return self.carried < MESSAGES_EACH and time.monotonic() - self.used_at < IDLE_SECONDS

    def hang_up(self) -> None:
        """Say goodbye if anybody listens."""
        with suppress(OSError, smtplib.SMTPException):
            self.smtp.quit()
        self.smtp.close()


class SmtpMail:
    """Sends mail; one for a whole process, with a connection for each thread that sends."""

    def __init__(
        self,
        url: str,
        *,
        mail_from: str,
        public_url: str = "",
        bounce_domain: str = "",
        timeout: float = SEND_SECONDS,
    ) -> None:
        """Read the server's address; nothing is opened yet.

        Bounces come back to an address of their own for each mail if they have a domain.
        """
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._sign_in = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._from, self._timeout = mail_from, timeout
        self._domain = mail_from.rpartition("@")[2].rstrip(">")
        self._envelope_from = Address(addr_spec=_bare(mail_from)).addr_spec
        self._public_url, self._bounce_domain = public_url, bounce_domain
        self._idle: deque[Kept] = deque()  # the last used first; its ends are safe for threads

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the sender of an instance."""
        return cls(
            settings.smtp_url,
            mail_from=settings.mail_from,
            public_url=settings.public_url,
            bounce_domain=settings.bounce_domain,
        )

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send once and say what came of it."""
        try:
            recipient = ascii_address(outgoing.address)
            content = self._content(outgoing, recipient)
        except ValueError:  # UnicodeError and idna's own are ValueErrors
            return Refused(reason="bad_mailbox", bad_address=True)
        try:
            outcome = self._carry(self._return_path(outgoing), recipient, content)
        except NoConnection as error:
            return Postponed(reason=str(error))
        if isinstance(outcome, Accepted):
            return Accepted(provider_id=f"mail-{outgoing.delivery_id}")
        return outcome

    def close(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().hang_up()

    def _content(self, outgoing: Outgoing, recipient: str) -> bytes:
        """Return a mail as it is sent.

        The ways out (RFC 2369, RFC 8058) are put before it as they are: the email package would
        write an address that is longer than a line in encoded words, which nobody can follow.
        """
        content = self._message(outgoing, recipient).as_bytes(policy=RULES)
        if not outgoing.stop_token:
            return content
        address = f"{self._public_url}{STOP_PATH}{outgoing.stop_token}"
        return STOP_HEADERS.format(address=address).encode("ascii") + content

    def _message(self, outgoing: Outgoing, recipient: str) -> EmailMessage:
        message = EmailMessage(policy=RULES)
        message["From"] = self._from
        message["To"] = recipient
        message["Subject"] = outgoing.subject
        message["Message-ID"] = f"<{outgoing.delivery_id}@{self._domain}>"
        message["X-Delivery-Id"] = str(outgoing.delivery_id)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        message.set_content(outgoing.body)
        return message

    def _return_path(self, outgoing: Outgoing) -> str:
        if not self._bounce_domain or not outgoing.bounce_token:
            return self._envelope_from
        return return_path(outgoing.delivery_id, outgoing.bounce_token, domain=self._bounce_domain)

    def _carry(self, sender: str, recipient: str, content: bytes) -> Outcome:
        """Send over a connection; over another if a kept one had died before anything was sent.

        Raises NoConnection.
        """
        while True:
            kept = self._connection()
            try:
                outcome = _hand_over(kept.smtp, sender, recipient, content)
            except NoConnection:
                kept.smtp.close()
                if not kept.carried:
                    raise
            else:
                self._put_back(kept, outcome)
                return outcome

    def _connection(self) -> Kept:
        """Return a connection that was kept, or a new one; raises NoConnection."""
        while self._idle:
            with suppress(IndexError):  # another thread took the last one
                kept = self._idle.pop()
                if kept.is_fresh():
                    return kept
                kept.hang_up()
        try:
            return Kept(self._connect())
        except (OSError, smtplib.SMTPException) as error:
            if isinstance(error, smtplib.SMTPAuthenticationError):
                log.error("provider_refuses_us", provider="smtp", status=error.smtp_code)  # noqa: TRY400 - no text
            raise NoConnection(_reason(error)) from None

    def _connect(self) -> smtplib.SMTP:
        trust = ssl.create_default_context() if self._scheme != "smtp" else None
        if self._scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=trust
            )
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+starttls":
                smtp.starttls(context=trust)
            if self._sign_in[0]:
                smtp.login(*self._sign_in)
        except (OSError, smtplib.SMTPException):
            smtp.close()
            raise
        return smtp

    def _put_back(self, kept: Kept, outcome: Outcome) -> None:
        kept.carried += 1
        kept.used_at = time.monotonic()
        refused = isinstance(outcome, Refused)
        if isinstance(outcome, Accepted) or (refused and _starts_over(kept.smtp)):
            self._idle.append(kept)
        else:
            kept.smtp.close()


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> Outcome:
    """Go through MAIL, RCPT and DATA, then send the text; raises NoConnection up to then."""
    try:
        refusal = _introduce(smtp, sender, recipient)
    except (OSError, smtplib.SMTPException) as error:
        raise NoConnection(_reason(error)) from None
    if refusal is not None:
        return refusal
    try:
        smtp.send(_stuffed(content))
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Unknown(reason=f"no_answer_{type(error).__name__}")
    return outcome_of(code, words)


def _introduce(smtp: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """Say who sends to whom; return None once the server asks for the text."""
    code, _ = smtp.mail(sender)
    if code // 100 == PERMANENT:  # it is we who are refused, not the recipient
        log.error("provider_refuses_us", provider="smtp", status=code)
        return Postponed(reason=f"sender_{code}")
    if code // 100 != DONE:
        return outcome_of(code, b"")
    code, words = smtp.rcpt(recipient)
    if code // 100 != DONE:
        return outcome_of(code, words, recipient=True)
    code, words = smtp.docmd("DATA")
    return None if code == GO_ON else outcome_of(code, words)


def outcome_of(code: int, words: bytes, *, recipient: bool = False) -> Outcome:
    """Return what a reply means (RFC 5321, 4.2.1); an enhanced code (RFC 3463) says more.

    A mailbox is bad only if the reply was about the recipient, and not about a policy (5.7.x).
    """
    match code // 100:
        case 2:
            return Accepted(provider_id="")
        case 5:
            about_policy = words.startswith(b"5.") and not words.startswith(b"5.1.")
            bad = recipient and code in NO_SUCH_BOX and not about_policy
            return Refused(reason=f"refused_{code}", bad_address=bad)
        case 4:
            return Postponed(reason=f"later_{code}")
        case _:
            return Unknown(reason=f"reply_{code}")


def ascii_address(address: str) -> str:
    """Return an address with its domain in ASCII (RFC 5891); raises ValueError if it has none."""
    local, _, domain = address.rpartition("@")
    if not local or not local.isascii() or not domain:
        message = "there is no such mailbox, or it needs SMTPUTF8"
        raise ValueError(message)
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return Address(username=local, domain=domain).addr_spec


def _reason(error: Exception) -> str:
    return f"no_connection_{type(error).__name__}"


def _bare(mail_from: str) -> str:
    """Return the address inside `Name <address>`."""
    return mail_from.rpartition("<")[2].rstrip(">").strip()


def _stuffed(content: bytes) -> bytes:
    """Return the text with its dots doubled and its end marked (RFC 5321, 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    ending = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    return stuffed + ending


def _starts_over(smtp: smtplib.SMTP) -> bool:
    with suppress(OSError, smtplib.SMTPException):
        return smtp.rset()[0] // 100 == DONE
    return False
