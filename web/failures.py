"""What each failure is called on a page; rooms' exceptions get their words here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from alerts.actions import NoSuchAlert
from alerts.bulletin import NoSuchBulletin
from casework.consents import NotGiven
from casework.disclosing import NoSuchExport, NotAgreed
from casework.model import NoSuchCase
from checker.evaluator import EvaluatorUnavailable
from checker.model import (
    BudgetSpent,
    MalformedQuestion,
    NoSuchBucket,
    OtherEpoch,
    RegisterUnavailable,
    TooManyAtOnce,
    WrongRegisterKey,
)
from checker.voprf import NotAnElement
from checker.watches import MalformedWatch, TooManyWatches, WatchOutdated
from directory.model import NoSuchListing, NoSuchPublication, NoSuchSuggestion
from members.emergencies import EmergencyOver
from members.guard import NotForThisAccount
from members.model import NoSuchAccount, NotForThisRole, NotOneself
from members.refusals import (
    ApprovalOver,
    AskedAlready,
    NoSuchApproval,
    RecordsLocked,
    SecondPersonNeeded,
    TooManyCodes,
    TooManyTries,
)
from reports.actions import NoSuchReport, NoSuchWarning
from reports.refusals import (
    ConsentMissing,
    HeldUntilMatch,
    NoSuchReceipt,
    NotInThisState,
    TwoPeopleNeeded,
)
from reports.rights import LeadNeeded, NoSuchRequest
from storage.record_keys import NotOpenedYet


@dataclass(frozen=True, slots=True)
class Failure:
    """The status, the title and what a person can do about it."""

    status: HTTPStatus
    title: LazyString
    words: LazyString
    kind: str = "about:blank"  # what programs know it by, where the status does not say it all


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
    _(
        "If you were sending something, it has most likely not been saved: please try again in a "
        "minute. If it is urgent, talk to a caseworker."
    ),
)
NO_REGISTER = Failure(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("We cannot reach the register just now"),
    _(
        "This says nothing about any number or address. If you were deciding on a warning, look "
        "whether that is done before you do it again."
    ),
)
MOVED_ON = Failure(
    HTTPStatus.CONFLICT,
    _("This has changed in the meantime"),
    _("Somebody else, or another tab of yours, was quicker. Look at it again before you go on."),
)
TWO_PEOPLE = Failure(
    HTTPStatus.FORBIDDEN,
    _("This takes a second person"),
    _("Nobody decides alone on what they did themselves. Please ask a colleague."),
)
HOUR_OVER = Failure(
    HTTPStatus.FORBIDDEN,
    _("The hour is over"),
    _("Emergency access counts for 60 minutes. If it is still needed, ask for it again."),
)
WAITS = Failure(
    HTTPStatus.CONFLICT,
    _("The reporter wants this to wait"),
    _(
        "It is held until another report names the same number or address, and they say to go on. "
        "Nothing was published."
    ),
)
NOT_AGREED = Failure(
    HTTPStatus.CONFLICT,
    _("The reporter did not agree to that"),
    _("Nothing was changed. The report shows what they agreed to; ask them if you can."),
)

LOCKED = Failure(
    HTTPStatus.FORBIDDEN,
    _("This opens with your passphrase"),
    _("Sign out and in again: what is reported opens to you from then on, until you sign out."),
)
NOT_OPENED = Failure(
    HTTPStatus.FORBIDDEN,
    _("This report is not opened to you yet"),
    _(
        "It came in before you joined, or before you had a new passphrase. A lead who can read it "
        "opens it to you, under Access on the desk."
    ),
)

NO_ELEMENT = Failure(
    HTTPStatus.BAD_REQUEST,
    _("That is no element of the group"),
    _("Each element is 32 octets in base64url: a canonical one of ristretto255, not the identity."),
)
NOT_AS_DESCRIBED = Failure(
    HTTPStatus.BAD_REQUEST,
    _("That is not a question we know"),
    _('Send JSON, {"blinded": […]}, with 1 to 20 elements in base64url without padding.'),
)
KEY_CHANGED = Failure(
    HTTPStatus.GONE,
    _("The register's key has changed"),
    _("Ask for the key again and check once more. This says nothing about any number."),
)
NO_BUCKET = Failure(
    HTTPStatus.NOT_FOUND,
    _("The register has no such bucket"),
    _("Its layout may have changed. Ask for the key again. This says nothing about any number."),
)
ASKED_FOR_MORE = Failure(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    _("That is a lot at once"),
    _("Nothing was evaluated. Ask for fewer at a time."),
)

NO_WATCH = Failure(
    HTTPStatus.BAD_REQUEST,
    _("That is not a wish we know"),
    _(
        'Send JSON, {"tokens": […], "epoch": …}, with 1 to 20 tokens of 32 octets in base64url '
        "without padding."
    ),
)
WATCH_OUTDATED = Failure(
    HTTPStatus.CONFLICT,
    _("The register's key has changed"),
    _("A token from before can never match. Check again, and hand in the new one."),
    "urn:brolly:problem:watch-outdated",
)
ENOUGH_WATCHES = Failure(
    HTTPStatus.TOO_MANY_REQUESTS,
    _("That is as many watches as there may be"),
    _("Retry-After says in how many seconds the next one ends. Or stop one in Preferences."),
    "urn:brolly:problem:too-many-watches",
)

BY_STATUS: dict[int, Failure] = {
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
    OperationalError: NOT_NOW,
    InterfaceError: NOT_NOW,
    PoolExhausted: NOT_NOW,
    RegisterUnavailable: NO_REGISTER,
    WrongRegisterKey: NO_REGISTER,
    EvaluatorUnavailable: NO_REGISTER,
    NotForThisAccount: NOT_THERE,
    NotForThisRole: NOT_THERE,
    NoSuchAccount: NOT_THERE,
    NoSuchReport: NOT_THERE,
    NoSuchReceipt: NOT_THERE,
    NoSuchRequest: NOT_THERE,
    NoSuchCase: NOT_THERE,
    NoSuchExport: NOT_THERE,
    NoSuchWarning: NOT_THERE,
    NoSuchAlert: NOT_THERE,
    NoSuchBulletin: NOT_THERE,
    NoSuchApproval: NOT_THERE,
    NoSuchListing: NOT_THERE,
    NoSuchPublication: NOT_THERE,
    NoSuchSuggestion: MOVED_ON,
    NotInThisState: MOVED_ON,
    ApprovalOver: MOVED_ON,
    EmergencyOver: HOUR_OVER,
    AskedAlready: MOVED_ON,
    SecondPersonNeeded: TWO_PEOPLE,
    TwoPeopleNeeded: TWO_PEOPLE,
    LeadNeeded: NOT_THERE,
    NotOneself: TWO_PEOPLE,
    ConsentMissing: NOT_AGREED,
    NotAgreed: NOT_AGREED,
    NotGiven: NOT_AGREED,
    HeldUntilMatch: WAITS,
    RecordsLocked: LOCKED,
    NotOpenedYet: NOT_OPENED,
    BudgetSpent: TOO_OFTEN,
    NotAnElement: NO_ELEMENT,
    MalformedQuestion: NOT_AS_DESCRIBED,
    OtherEpoch: KEY_CHANGED,
    NoSuchBucket: NO_BUCKET,
    TooManyAtOnce: ASKED_FOR_MORE,
    TooManyTries: TOO_OFTEN,
    TooManyCodes: TOO_OFTEN,
    MalformedWatch: NO_WATCH,
    WatchOutdated: WATCH_OUTDATED,
    TooManyWatches: ENOUGH_WATCHES,
}


def wait_after(error: Exception, *, now: datetime) -> timedelta | None:
    """Return how long to wait before trying again, if the exception knows."""
    match error:
        case BudgetSpent():
            return error.retry_at - now
        case TooManyWatches():
            return error.free_at - now
        case TooManyTries() | TooManyCodes():
            return error.wait
    return None


def failure_for(status: int) -> Failure:
    """Return the words for a status, or those of its class: 4xx as 400, 5xx as 500."""
    kin = OURS if status >= HTTPStatus.INTERNAL_SERVER_ERROR else NOT_UNDERSTOOD
    return BY_STATUS.get(status, kin)
