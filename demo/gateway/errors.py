"""Errors in Twilio's words: code, HTTP status and text, as its dictionary of errors has them."""

from http import HTTPStatus
from types import MappingProxyType

FIRST_AFTER_ACCEPTANCE = 30000
LAST_AFTER_ACCEPTANCE = 40000

_BAD = HTTPStatus.BAD_REQUEST
ERRORS = MappingProxyType(
    {
        20001: (_BAD, "Invalid parameter value"),
        20003: (HTTPStatus.UNAUTHORIZED, "Authentication Error - invalid username"),
        20009: (HTTPStatus.CONFLICT, "Cannot delete this resource before it is complete"),
        20404: (HTTPStatus.NOT_FOUND, "The requested resource was not found"),
        20429: (HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests"),
        20500: (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error"),
        20503: (HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable"),
        21211: (_BAD, "Invalid 'To' Phone Number"),
        21212: (_BAD, "Invalid 'From' Number"),
        21602: (_BAD, "Message body is required"),
        21603: (_BAD, "A 'From' or 'MessagingServiceSid' is required to send a message"),
        21604: (_BAD, "A 'To' phone number is required"),
        21609: (_BAD, "Invalid 'StatusCallback' URL"),
        21610: (_BAD, "Attempt to send to unsubscribed recipient"),
        21614: (_BAD, "'To' number is not a valid mobile number"),
        21617: (_BAD, "The concatenated message body exceeds the 1600 character limit"),
        90007: (_BAD, "Invalid validity period value"),
        30003: (_BAD, "Unreachable destination handset"),
        30005: (_BAD, "Unknown destination handset"),
        30006: (_BAD, "Landline or unreachable carrier"),
        30007: (_BAD, "Message filtered"),
        30008: (_BAD, "Unknown error"),
    }
)


class Refusal(Exception):
    """A request the API answers with an error, having accepted nothing."""

    def __init__(self, code: int, *, retry_after: int | None = None) -> None:
        """Take the error's code and, for 429, the seconds to wait."""
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


def after_acceptance(code: int) -> bool:
    """Whether an error shows only in the callback, the message having been accepted."""
    return FIRST_AFTER_ACCEPTANCE <= code < LAST_AFTER_ACCEPTANCE
