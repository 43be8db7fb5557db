"""The verbs of messages: contacts, causes, claiming, recording, sweeping."""

from messages.actions.bouncing import record_bounce
from messages.actions.causes import (
    cause,
    deliver_one,
    expand,
    open_cause,
    pause,
    recall,
    reset_backoff,
    resume,
)
from messages.actions.claiming import Claim, Claimed, begin_sending, claim, release
from messages.actions.contacts import (
    add_contact,
    add_verified_contacts,
    bad_contacts,
    contact_address,
    forget_parted,
    get_contact,
    lift,
    mark_told_bad,
    part_with_contact,
    reachable_contacts,
    remove_contact,
    suppress,
    verify_contact,
)
from messages.actions.holding import hold_back
from messages.actions.owing import mail_instead, owing_causes
from messages.actions.progressing import progress
from messages.actions.reaching import reached, recipients
from messages.actions.receiving import SentTo, sent_to
from messages.actions.reconciling import record_look, take_lost
from messages.actions.recording import record_outcomes, record_receipt
from messages.actions.restoring import (
    HeldBack,
    give_up,
    held_since_restore,
    hold_everything,
    let_go,
)
from messages.actions.retiring import retention
from messages.actions.stopping import (
    hear_start,
    hear_stop,
    is_stopped,
    start_again,
    unsubscribe,
)
from messages.actions.sweeping import (
    due,
    end_what_is_stopped,
    expire_causes,
    expire_leases,
    forget_codes,
)
from messages.actions.tallying import (
    FAILING_WITHIN,
    LEAVING_WITHIN,
    Backlog,
    Motion,
    Traffic,
    moving,
    traffic,
)
from messages.actions.telling import mark_told_late, unmark_told_late, untold_stops
from messages.actions.wiping import (
    Copy,
    count_copies,
    list_copies,
    put_off,
    record_wiped,
    take_copies,
)

__all__ = [
    "FAILING_WITHIN",
    "LEAVING_WITHIN",
    "Backlog",
    "Claim",
    "Claimed",
    "Copy",
    "HeldBack",
    "Motion",
    "SentTo",
    "Traffic",
    "add_contact",
    "add_verified_contacts",
    "bad_contacts",
    "begin_sending",
    "cause",
    "claim",
    "contact_address",
    "count_copies",
    "deliver_one",
    "due",
    "end_what_is_stopped",
    "expand",
    "expire_causes",
    "expire_leases",
    "forget_codes",
    "forget_parted",
    "get_contact",
    "give_up",
    "hear_start",
    "hear_stop",
    "held_since_restore",
    "hold_back",
    "hold_everything",
    "is_stopped",
    "let_go",
    "lift",
    "list_copies",
    "mail_instead",
    "mark_told_bad",
    "mark_told_late",
    "moving",
    "open_cause",
    "owing_causes",
    "part_with_contact",
    "pause",
    "progress",
    "put_off",
    "reachable_contacts",
    "reached",
    "recall",
    "recipients",
    "record_bounce",
    "record_look",
    "record_outcomes",
    "record_receipt",
    "record_wiped",
    "release",
    "remove_contact",
    "reset_backoff",
    "resume",
    "retention",
    "sent_to",
    "start_again",
    "suppress",
    "take_copies",
    "take_lost",
    "traffic",
    "unmark_told_late",
    "unsubscribe",
    "untold_stops",
    "verify_contact",
]
