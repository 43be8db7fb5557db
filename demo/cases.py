"""The demo's cases: invented, one for each way a case comes in and each state it may be in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from casework import actions
from casework.keys import Person
from casework.model import CaseSource, CaseState, Intake, LineKind, Outcome, Reach
from demo.loading import Desk
from members import actions as members
from members.model import Account
from reports.codes import new_receipt_code
from storage.keys import Sealers
from storage.record_keys import Reader

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RING = "+447700900741"  # kept for fiction, like all numbers here


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody who is nobody asks for, and what was done about it."""

    source: CaseSource
    asked: timedelta  # so long ago
    intake: Intake
    lines: tuple[tuple[LineKind, str], ...] = ()
    state: CaseState = CaseState.NEW
    due: timedelta | None = None
    outcome: Outcome | None = None


CASES = (
    Told(
        source=CaseSource.CALL_BACK,
        asked=2 * HOUR,
        intake=Intake(
            words="Somebody waits outside my flat since yesterday.",
            reach=Reach.CALL,
            address=RING,
            safe_times="after eight, when my flatmate is at work",
            safe_word="marigold",
            no_message=True,
            called="Robin",
        ),
    ),
    Told(
        source=CaseSource.MESSAGE,
        asked=3 * DAY,
        intake=Intake(words="Can you tell me what happens if I go to the police?", called="Kim"),
    ),
    Told(
        source=CaseSource.MESSAGE,
        asked=9 * DAY,
        intake=Intake(words="The site took my profile down and keeps my money.", called="Jo"),
        state=CaseState.OPEN,
        due=DAY,
        lines=(
            (
                LineKind.MESSAGE,
                "Thank you for writing. Which site is it, and how much do they owe?",
            ),
            (
                LineKind.AGREED,
                "We write to the site together, and you keep your own name out of it.",
            ),
        ),
    ),
    Told(
        source=CaseSource.CALL_BACK,
        asked=20 * DAY,
        intake=Intake(
            words="I need somewhere to stay that is not a hostel.",
            reach=Reach.CALL,
            address=RING,
            speaks="Romanian",
        ),
        state=CaseState.WAITING,
        due=4 * DAY,
        lines=((LineKind.STEP, "The housing service rings you by Friday."),),
    ),
    Told(
        source=CaseSource.MESSAGE,
        asked=60 * DAY,
        intake=Intake(words="I only want somebody to know."),
        state=CaseState.CLOSED,
        outcome=Outcome.HEARD,
        lines=((LineKind.MESSAGE, "We know now. Write whenever you like."),),
    ),
)


def load_cases(session: Session, sealers: Sealers, *, desk: Desk, now: datetime) -> None:
    """Open them all; the first caseworker has those that somebody took."""
    account = members.get_account(session, sealers, account_id=desk.verifier)
    for told in CASES:
        card, _ = actions.open_case(
            session,
            sealers,
            person=Person.by_code(sealers.reports, new_receipt_code()),
            source=told.source,
            intake=told.intake,
            language="en",
            now=now - told.asked,
        )
        if told.state is not CaseState.NEW and desk.reader is not None:
            _work_on(session, desk.reader, account, card.id, told, now)


def _work_on(
    session: Session, reader: Reader, account: Account, case_id: UUID, told: Told, now: datetime
) -> None:
    at, due_at = now - told.asked, now + told.due if told.due else None
    actions.take(session, account, case_id)
    for number, (kind, text) in enumerate(told.lines, start=1):
        actions.write_line(
            session,
            reader,
            account,
            case_id,
            kind=kind,
            text=text,
            due_at=due_at,
            now=at + number * HOUR,
        )
    if told.state is CaseState.WAITING:
        actions.move(session, account, case_id, state=told.state, due_at=due_at)
    if told.outcome is not None:
        actions.close(session, account, case_id, outcome=told.outcome, now=at + DAY)
