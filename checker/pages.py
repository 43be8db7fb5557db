"""The check: one field, the answer in place under it; nothing typed is stored or in an address."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus

import svcs
from flask import Blueprint, render_template, request
from flask_babel import format_time
from flask_babel import gettext as _

from checker import actions
from checker.evaluator import Evaluator
from checker.identifiers import read
from checker.model import (
    Answer,
    BudgetSpent,
    Identifier,
    Limits,
    NotAnIdentifier,
    RegisterUnavailable,
    TooManyAtOnce,
)
from checker.register import Register
from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account, may_check
from storage.engine import Singly

pages = Blueprint("checker", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one entry came to: answers, a question, or why there is no answer."""

    status: HTTPStatus = HTTPStatus.OK
    answers: tuple[Answer, ...] = ()
    candidates: tuple[Identifier, ...] = ()
    trouble: str = ""
    unavailable: bool = False


@pages.get("/check")
@may_check
def check() -> str:
    """Show the field."""
    return _page("", Outcome())


@pages.post("/check")
@may_check
def answer() -> tuple[str, HTTPStatus]:
    """Answer under the field; the entry stays in it."""
    typed = request.form.get("entry", "")
    outcome = _outcome(typed, request.form.get("chosen", ""))
    return _page(typed, outcome), outcome.status


def _outcome(entry: str, chosen: str) -> Outcome:
    settings = svcs.flask.get(Settings)
    try:
        reading = read(entry, region=settings.home_region)
        meant = tuple(one for one in reading.candidates if one.value == chosen)
        if reading.ambiguous and not meant:
            return Outcome(candidates=reading.candidates)
        return Outcome(answers=_answers((*reading.identifiers, *meant), settings))
    except NotAnIdentifier as error:
        return Outcome(status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=_(error.message))
    except BudgetSpent as error:
        again = format_time(error.retry_at, "short")
        words = _("That is as many checks as we can do for now. Try again at %(time)s.", time=again)
        return Outcome(status=HTTPStatus.TOO_MANY_REQUESTS, trouble=words)
    except TooManyAtOnce as error:
        words = _("That is a lot at once. Enter at most %(most)s.", most=error.allowed)
        return Outcome(status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=words)
    except RegisterUnavailable:
        return Outcome(status=HTTPStatus.SERVICE_UNAVAILABLE, unavailable=True)


def _answers(identifiers: tuple[Identifier, ...], settings: Settings) -> tuple[Answer, ...]:
    """Spend the budget first, then ask: a sweep pays whatever it finds, but not for no answer."""
    evaluator, register = svcs.flask.get(Evaluator, Register)
    limits = replace(Limits(), burst=settings.check_burst, daily=settings.check_daily)
    account_id, elements = current_account().id, len(identifiers)
    with svcs.flask.get(Singly).connect() as connection:
        actions.spend(
            connection,
            account_id=account_id,
            elements=elements,
            now=datetime.now(UTC),
            limits=limits,
        )
        try:
            return tuple(
                actions.check(
                    connection, evaluator=evaluator, register=register, identifiers=identifiers
                )
            )
        except RegisterUnavailable:
            actions.give_back(connection, account_id=account_id, elements=elements, limits=limits)
            raise


def _page(typed: str, outcome: Outcome) -> str:
    settings = svcs.flask.get(Settings)
    return render_template(
        "checker/check.html", typed=typed, outcome=outcome, areas=load_areas(settings)
    )
