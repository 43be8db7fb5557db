"""The check: one field, the answer in place under it; nothing typed is stored or in an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil

import svcs
from flask import Blueprint, Response, render_template, request
from flask_babel import format_date, format_time, to_user_timezone
from flask_babel import gettext as _
from markupsafe import Markup

from checker import actions
from checker.evaluator import Evaluator
from checker.identifiers import read
from checker.model import (
    Answer,
    BudgetSpent,
    Identifier,
    Limits,
    NotAnIdentifier,
    Reading,
    RegisterUnavailable,
    TooManyAtOnce,
)
from checker.pages.padding import padded
from checker.pages.patterns import address_of_patterns, answer_with_patterns
from checker.register import Register
from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account, may_check
from storage.engine import Singly

pages = Blueprint("checker", __name__, template_folder="../templates")
SWAP, ANSWER = "X-Swap", "#answer"  # what brolly.js says that it will put in place
TO_THE_MINUTE = timedelta(seconds=59)  # a time is shown without its seconds, and never too early


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The next choice that is open, after what was chosen before."""

    choice: tuple[Identifier, ...]
    chosen: tuple[Identifier, ...]
    total: int

    @property
    def place(self) -> int:
        """Return which question it is, from 1."""
        return len(self.chosen) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one entry came to: answers, a question, or why there is no answer."""

    status: HTTPStatus = HTTPStatus.OK
    answers: tuple[Answer, ...] = ()
    question: Question | None = None
    trouble: str = ""
    unavailable: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@pages.get("/check")
@may_check
def check() -> str:
    """Show the field."""
    return shown("", Outcome())


@pages.post("/check")
@may_check
def answer() -> tuple[str, HTTPStatus, Mapping[str, str]]:
    """Answer under the field; the entry stays in it."""
    typed = request.form.get("entry", "")
    outcome = _outcome(typed, request.form.getlist("chosen"), datetime.now(UTC))
    return shown(typed, outcome), outcome.status, outcome.headers


@pages.get("/check/patterns/<version>")
@may_check
def patterns(version: str) -> Response:
    """Hand out what private checks are answered with; an old version's address gives the new."""
    del version
    return answer_with_patterns()


def _outcome(entry: str, chosen: Sequence[str], now: datetime) -> Outcome:
    """Ask for one choice after another, then answer everything at once."""
    settings = svcs.flask.get(Settings)
    try:
        reading = read(entry, region=settings.home_region)
        meant = reading.chosen(chosen)
        if len(meant) < len(reading.choices):
            return Outcome(question=_question(reading, meant))
        identifiers = tuple(dict.fromkeys((*reading.identifiers, *meant)))
        return Outcome(answers=_answers(identifiers, settings, now))
    except NotAnIdentifier as error:
        return Outcome(status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=_(error.message))
    except BudgetSpent as error:
        return Outcome(
            status=HTTPStatus.TOO_MANY_REQUESTS,
            trouble=_words_of_budget(error.retry_at, now),
            headers={"Retry-After": str(ceil((error.retry_at - now).total_seconds()))},
        )
    except TooManyAtOnce as error:
        words = _("That is a lot at once. Enter at most %(most)s.", most=error.allowed)
        return Outcome(status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=words)
    except RegisterUnavailable:
        return Outcome(status=HTTPStatus.SERVICE_UNAVAILABLE, unavailable=True)


def _question(reading: Reading, meant: tuple[Identifier, ...]) -> Question:
    choices = reading.choices
    return Question(choice=choices[len(meant)], chosen=meant, total=len(choices))


def _words_of_budget(retry_at: datetime, now: datetime) -> str:
    """Say when, with the day unless it is today where the instance is."""
    again = retry_at + TO_THE_MINUTE
    time = format_time(again, "short")
    if to_user_timezone(again).date() == to_user_timezone(now).date():
        return _("That is as many checks as we can do for now. Try again at %(time)s.", time=time)
    return _(
        "That is as many checks as we can do for now. Try again on %(day)s at %(time)s.",
        day=format_date(again, "EEEE"),
        time=time,
    )


def _answers(
    identifiers: tuple[Identifier, ...], settings: Settings, now: datetime
) -> tuple[Answer, ...]:
    evaluator, register = svcs.flask.get(Evaluator, Register)
    limits = Limits(burst=settings.check_burst, daily=settings.check_daily)
    with (
        svcs.flask.get(Singly).connect() as connection,
        actions.paid(
            connection,
            account_id=current_account().id,
            elements=len(identifiers),
            now=now,
            limits=limits,
        ),
    ):
        return tuple(
            actions.check(
                connection, evaluator=evaluator, register=register, identifiers=identifiers
            )
        )


def shown(typed: str, outcome: Outcome) -> str:
    """Return the page; only the answer to a page that is open and puts it in its place."""
    alone = request.headers.get(SWAP) == ANSWER
    answer = render_template(
        "checker/answer.html",
        typed=typed,
        outcome=outcome,
        decoy=actions.DECOY,
        trouble="" if alone else outcome.trouble,  # which stands at the field there
        areas=load_areas(svcs.flask.get(Settings)),
    )
    if alone:
        return padded(answer)
    return render_template(
        "checker/check.html",
        typed=typed,
        outcome=outcome,
        answer=Markup(padded(answer)),  # noqa: S704 - a template of ours, and random letters
        patterns=address_of_patterns(),
    )
