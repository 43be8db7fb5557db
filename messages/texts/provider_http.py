"""What senders share that reach their provider over HTTP: kept connections, and what breaks."""

from datetime import timedelta
from http import HTTPStatus

import certifi
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, SSLError

# The request never left, so the provider certainly took nothing.
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError)
# Without a code that says otherwise these are the operator's to mend, and no recipient's fault.
OPERATORS_STATUS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class NotGenuine(Exception):
    """A callback is not signed by the provider that it says it comes from."""


def open_pool(url: str, *, connections: int, timeout: float) -> urllib3.HTTPConnectionPool:
    """Return connections to a provider, kept open for its threads; nothing is opened yet.

    Nothing is tried twice here: whether a message may be sent again is not for HTTP to decide.
    """
    trust = {"ca_certs": certifi.where()} if url.startswith("https:") else {}
    return urllib3.connection_from_url(
        url,
        maxsize=connections,
        timeout=urllib3.Timeout(total=timeout),
        retries=False,
        **trust,
    )


def asked_wait(value: str) -> timedelta | None:
    """Read the seconds of a Retry-After (RFC 9110, 10.2.3).

    A date is rare enough to fall back on our own wait.
    """
    return timedelta(seconds=int(value)) if value.isdecimal() else None
