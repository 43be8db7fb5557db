"""The verbs of the checker: what other rooms, pages, jobs and commands call."""

from checker.actions.alarms import Alarm, accounts_spent, lower_alarm, raise_alarm
from checker.actions.checking import DECOY, check, prove_register
from checker.actions.figures import listed, stats
from checker.actions.ledger import forget_identifiers, record_identifiers, shared_lines, sharing
from checker.actions.listing import list_entry, list_line
from checker.actions.private import Announcement, Bucket, announce, bucket, evaluate
from checker.actions.proving import prove_entries
from checker.actions.refreshing import Progress, rebuild, refresh
from checker.actions.verifying import verify
from checker.actions.watching import (
    end_watches,
    forget_watches,
    take_watchers,
    unwatch,
    watch,
    watches_of,
)
from checker.limits import forget_budgets, paid, spend, spent
from checker.state import establish, hold_register, in_use

__all__ = [
    "DECOY",
    "Alarm",
    "Announcement",
    "Bucket",
    "Progress",
    "accounts_spent",
    "announce",
    "bucket",
    "check",
    "end_watches",
    "establish",
    "evaluate",
    "forget_budgets",
    "forget_identifiers",
    "forget_watches",
    "hold_register",
    "in_use",
    "list_entry",
    "list_line",
    "listed",
    "lower_alarm",
    "paid",
    "prove_entries",
    "prove_register",
    "raise_alarm",
    "rebuild",
    "record_identifiers",
    "refresh",
    "shared_lines",
    "sharing",
    "spend",
    "spent",
    "stats",
    "take_watchers",
    "unwatch",
    "verify",
    "watch",
    "watches_of",
]
