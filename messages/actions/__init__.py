"""The verbs of messages: contacts, causes, claiming, recording, sweeping."""

from messages.actions.causes import (
    cause,
    deliver_one,
    expand,
    open_cause,
    pause,
    progress,
    recall,
    reset_backoff,
    resume,
)
from messages.actions.claiming import Claim, Claimed, begin_sending, claim, release
from messages.actions.contacts import (
    add_contact,
    add_verified_contacts,
    contact_address,
    get_contact,
    lift,
    reachable_contacts,
    remove_contact,
    suppress,
    verify_contact,
)
from messages.actions.recording import record_outcomes, record_receipt
from messages.actions.sweeping import due, expire_causes, expire_leases, forget_codes

__all__ = [
    "Claim",
    "Claimed",
    "add_contact",
    "add_verified_contacts",
    "begin_sending",
    "cause",
    "claim",
    "contact_address",
    "deliver_one",
    "due",
    "expand",
    "expire_causes",
    "expire_leases",
    "forget_codes",
    "get_contact",
    "lift",
    "open_cause",
    "pause",
    "progress",
    "reachable_contacts",
    "recall",
    "record_outcomes",
    "record_receipt",
    "release",
    "remove_contact",
    "reset_backoff",
    "resume",
    "suppress",
    "verify_contact",
]
