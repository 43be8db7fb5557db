"""Bounces: what a mail server sends back for a mail that it took and cannot deliver (RFC 3464)."""

import smtplib
from email.utils import formatdate, make_msgid

SECONDS = 5
DELAYED = "4"  # RFC 3463: the class of what may yet arrive

REPORT = """\
From: Mail Delivery System <mailer-daemon@localhost>
To: {to}
Subject: {subject}
Date: {date}
Message-ID: {id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=us-ascii

The loopback gateway took this mail and could not deliver it.

--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; localhost
Arrival-Date: {date}

Original-Recipient: rfc822; {recipient}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} {status} {words}

--{boundary}
Content-Type: text/rfc822-headers

{headers}

--{boundary}--
"""


def report(*, to: str, recipient: str, status: str, content: bytes) -> bytes:
    """Return the report on a mail, to its envelope sender."""
    delayed = status.startswith(DELAYED)
    lines = REPORT.format(
        to=to,
        recipient=recipient,
        status=status,
        action="delayed" if delayed else "failed",
        subject="Delayed mail" if delayed else "Undelivered mail returned to sender",
        code=450 if delayed else 550,
        words="Try again later" if delayed else "No such mailbox here",
        date=formatdate(),
        id=make_msgid(domain="localhost"),
        boundary=f"report-{make_msgid(domain='localhost')[1:20]}",
        headers=content.partition(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n"),
    )
    return lines.replace("\n", "\r\n").encode("ascii", "replace")


def send_back(address: str, *, to: str, recipient: str, status: str, content: bytes) -> None:
    """Hand a report over to a server at host:port; raises OSError and SMTPException.

    Its envelope sender is empty, so that no bounce is ever bounced (RFC 5321, 6.1).
    """
    host, _, port = address.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=SECONDS) as smtp:
        message = report(to=to, recipient=recipient, status=status, content=content)
        smtp.sendmail("", [to], message)
