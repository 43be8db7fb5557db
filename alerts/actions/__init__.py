"""The verbs of alerts."""

from alerts.actions.answering import answer_request
from alerts.actions.bulletins import bulletin, bulletins, make_bulletin, retention
from alerts.actions.correcting import correct, estimate_correction
from alerts.actions.digest import RoutineAlert, routine_alerts, send_digest
from alerts.actions.following import (
    NoSuchAlert,
    alert,
    alert_of,
    corrections_of,
    latest,
    pause,
    progress,
    recall,
    references,
    resume,
    time_left,
)
from alerts.actions.publishing import estimate, publish
from alerts.actions.telling import tell_of_ended_watches
from alerts.actions.unpublishing import (
    ask_to_withdraw,
    keep,
    withdraw,
    withdraw_proposed,
)
from alerts.actions.watching import Late, filtered, late, mark_told, unmark_told
from alerts.model import Price

__all__ = [
    "Late",
    "NoSuchAlert",
    "Price",
    "RoutineAlert",
    "alert",
    "alert_of",
    "answer_request",
    "ask_to_withdraw",
    "bulletin",
    "bulletins",
    "correct",
    "corrections_of",
    "estimate",
    "estimate_correction",
    "filtered",
    "keep",
    "late",
    "latest",
    "make_bulletin",
    "mark_told",
    "pause",
    "progress",
    "publish",
    "recall",
    "references",
    "resume",
    "retention",
    "routine_alerts",
    "send_digest",
    "tell_of_ended_watches",
    "time_left",
    "unmark_told",
    "withdraw",
    "withdraw_proposed",
]
