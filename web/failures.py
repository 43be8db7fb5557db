"""What each failure is called on a page; rooms' exceptions get their words here."""

from dataclasses import dataclass
from http import HTTPStatus

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from alerts.actions import NoSuchAlert
from checker.evaluator import EvaluatorUnavailable
from checker.model import RegisterUnavailable, WrongRegisterKey
from members.guard import NotForThisAccount
from reports.actions import NoSuchReport, NoSuchWarning
from reports.model import ConsentMissing, NotInThisState


@dataclass(frozen=True, slots=True)
class Failure:
    """The status, the title and what a person can do about it."""

    status: HTTPStatus
    title: LazyString
    words: LazyString


NOT_UNDERSTOOD = Failure(
    HTTPStatus.BAD_REQUEST,
    _("We could not read that"),
    _("Something did not arrive as expected. Please go back and try once more."),
)
FROM_ELSEWHERE = Failure(
    HTTPStatus.FORBIDDEN,
    _("That did not come from this site"),
    _("For your safety nothing was changed. Open the page again here and send it from there."),
)
NOT_THERE = Failure(
    HTTPStatus.NOT_FOUND,
    _("There is nothing here"),
    _("The page may have moved, or it may not be open to you. Nothing is wrong on your side."),
)
NOT_THIS_WAY = Failure(
    HTTPStatus.METHOD_NOT_ALLOWED,
    _("That does not work here"),
    _("This page cannot be used in that way. Please go back and use the buttons on the page."),
)
TOO_LONG = Failure(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    _("That is more than we can take at once"),
    _("Nothing was saved. Go back, copy what you wrote, and send it in shorter parts."),
)
TOO_OFTEN = Failure(
    HTTPStatus.TOO_MANY_REQUESTS,
    _("That was a lot at once"),
    _("Please wait a little and try again. If it is urgent, talk to a caseworker."),
)
OURS = Failure(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    _("Something broke on our side"),
    _(
        "It is not your fault. We do not know whether what you sent was saved: "
        "please look before you send it again."
    ),
)
NOT_NOW = Failure(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("We cannot do that just now"),
    _("Nothing was saved. Please try again in a minute. If it is urgent, talk to a caseworker."),
)

MOVED_ON = Failure(
    HTTPStatus.CONFLICT,
    _("Somebody was quicker"),
    _("This has moved on since the page was opened. Go back, look again, and go on from there."),
)
NOT_AGREED = Failure(
    HTTPStatus.CONFLICT,
    _("The reporter did not agree to this"),
    _("Neither the register nor an alert was allowed, so nothing can be published."),
)

BY_STATUS = {
    failure.status: failure
    for failure in (
        NOT_UNDERSTOOD,
        FROM_ELSEWHERE,
        NOT_THERE,
        NOT_THIS_WAY,
        TOO_LONG,
        TOO_OFTEN,
        OURS,
        NOT_NOW,
    )
}

BY_EXCEPTION: dict[type[Exception], Failure] = {
    ConsentMissing: NOT_AGREED,
    EvaluatorUnavailable: NOT_NOW,
    NoSuchAlert: NOT_THERE,
    NoSuchReport: NOT_THERE,
    NoSuchWarning: NOT_THERE,
    NotForThisAccount: NOT_THERE,
    NotInThisState: MOVED_ON,
    RegisterUnavailable: NOT_NOW,
    WrongRegisterKey: NOT_NOW,
    OperationalError: NOT_NOW,
    InterfaceError: NOT_NOW,
    PoolExhausted: NOT_NOW,
}


def failure_for(status: int) -> Failure:
    """Return the words for a status, or those of its class: 4xx as 400, 5xx as 500."""
    known = BY_STATUS.get(HTTPStatus(status))
    return known or (OURS if status >= HTTPStatus.INTERNAL_SERVER_ERROR else NOT_UNDERSTOOD)
