"""The verbs of alerts."""

from alerts.actions.following import (
    NoSuchAlert,
    alert,
    alert_of,
    latest,
    pause,
    progress,
    recall,
    resume,
    time_left,
)
from alerts.actions.publishing import estimate, publish, withdraw
from alerts.model import Price

__all__ = [
    "NoSuchAlert",
    "Price",
    "alert",
    "alert_of",
    "estimate",
    "latest",
    "pause",
    "progress",
    "publish",
    "recall",
    "resume",
    "time_left",
    "withdraw",
]
