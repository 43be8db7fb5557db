"""The chain of the audit: each entry's mac holds the entry and the mac before it; no I/O.

HMAC-SHA256 (RFC 2104) under a key that the database does not hold. Its two ends are sealed under
the same key, because a chain that was cut short is whole in itself; and the head is written
elsewhere from time to time (`storage.anchors`), because an end that was kept from earlier is
sealed as well.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

START = bytes(32)


class Act(StrEnum):
    """What is written down, by whichever room: what staff do, and what is done to accounts."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_INS_ENDED = "sign_ins_ended"
    REPORT_OPENED = "report_opened"
    REPORT_READ = "report_read"
    REPORT_TAKEN = "report_taken"
    REPORT_VERIFIED = "report_verified"
    REPORT_DECLINED = "report_declined"
    REPORT_UNLISTED = "report_unlisted"
    REPORT_ERASED = "report_erased"
    NOTE_ADDED = "note_added"
    WARNING_PROPOSED = "warning_proposed"
    WARNING_PUBLISHED = "warning_published"
    WARNING_WITHDRAWN = "warning_withdrawn"
    WARNING_SUSPENDED = "warning_suspended"
    WARNING_RESTORED = "warning_restored"
    CORRECTION_PROPOSED = "correction_proposed"
    CORRECTION_DISCARDED = "correction_discarded"
    CORRECTION_CONFIRMED = "correction_confirmed"
    ALERT_PAUSED = "alert_paused"
    ALERT_RESUMED = "alert_resumed"
    ALERT_RECALLED = "alert_recalled"
    BULLETIN_MADE = "bulletin_made"
    REQUEST_READ = "request_read"
    REQUEST_EXTENDED = "request_extended"
    REQUEST_PROPOSED = "request_proposed"
    REQUEST_SENT_BACK = "request_sent_back"
    REQUEST_ANSWERED = "request_answered"
    EXPORTED = "exported"
    APPLICANT_ACCEPTED = "applicant_accepted"
    APPLICANT_DECLINED = "applicant_declined"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_REINSTATED = "account_reinstated"
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_UNLINKED = "account_unlinked"
    ROLE_FOUNDED = "role_founded"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    ACCESS_GIVEN = "access_given"
    ACCESS_TAKEN = "access_taken"
    ACCESS_RECOVERED = "access_recovered"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_GRANTED = "approval_granted"
    APPROVAL_REFUSED = "approval_refused"
    PUBLICATION_WRITTEN = "publication_written"
    PUBLICATION_HIDDEN = "publication_hidden"
    PUBLICATION_SHOWN = "publication_shown"
    EMERGENCY_OPENED = "emergency_opened"
    EMERGENCY_LOOKED = "emergency_looked"
    EMERGENCY_REVIEWED = "emergency_reviewed"
    AUDIT_READ = "audit_read"
    AUDIT_RETIRED = "audit_retired"
    AUDIT_BROKEN = "audit_broken"
    RESTORED = "restored"
    BULK_READING = "bulk_reading"
    LISTING_WRITTEN = "listing_written"
    LISTING_HIDDEN = "listing_hidden"
    LISTING_SHOWN = "listing_shown"
    LISTING_CHECKED = "listing_checked"
    LISTINGS_IMPORTED = "listings_imported"
    CASE_OPENED = "case_opened"
    CASE_READ = "case_read"
    CASES_SEARCHED = "cases_searched"
    CASE_TAKEN = "case_taken"
    CASE_HANDED_OVER = "case_handed_over"
    CASE_LET_IN = "case_let_in"
    CASE_SHUT_OUT = "case_shut_out"
    CASE_CHANGED = "case_changed"
    CASE_WRITTEN = "case_written"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    CASE_NOTED = "case_noted"
    CASE_TASKED = "case_tasked"
    CASE_REFERRED = "case_referred"
    CASE_LINKED = "case_linked"
    COMPLAINT_CHANGED = "complaint_changed"
    CASE_CONSENTED = "case_consented"
    DISCLOSURE_MADE = "disclosure_made"
    DISCLOSURE_READ = "disclosure_read"
    DISCLOSURE_RELEASED = "disclosure_released"
    DISCLOSURE_DROPPED = "disclosure_dropped"
    DISCLOSURE_FETCHED = "disclosure_fetched"
    DISCLOSURE_TOLD = "disclosure_told"
    SUGGESTION_READ = "suggestion_read"
    SUGGESTION_DECIDED = "suggestion_decided"


class End(StrEnum):
    """The two ends of the chain."""

    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it is stored; `sealed_reason` stays sealed while the chain is walked."""

    number: int
    at: datetime
    act: str
    by_id: UUID | None
    on_id: UUID | None
    sealed_reason: bytes | None = field(repr=False)
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An entry's number and mac, and, where it is an end of the chain, the seal over both."""

    number: int
    mac: bytes = field(repr=False)
    seal: bytes = field(default=b"", repr=False)


class Broken(Exception):
    """The audit is not what was written; the text says where, and what does not fit."""


def mac_of(entry: Entry, *, after: bytes, key: bytes) -> bytes:
    """Return the mac that an entry must have after that of the one before it."""
    told = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.act,
        entry.by_id.hex if entry.by_id else None,
        entry.on_id.hex if entry.on_id else None,
        entry.sealed_reason.hex() if entry.sealed_reason is not None else None,
    ]
    return hmac.digest(key, after + json.dumps(told).encode(), sha256)


def seal_of(end: End, *, number: int, mac: bytes, key: bytes) -> bytes:
    """Return the seal over an end of the chain."""
    return hmac.digest(key, f"{end}|{number}|".encode() + mac, sha256)


def sealed(end: End, *, number: int, mac: bytes, key: bytes) -> Mark:
    """Return an end of the chain under its seal."""
    return Mark(number=number, mac=mac, seal=seal_of(end, number=number, mac=mac, key=key))


def walk(
    entries: Iterable[Entry], *, base: Mark, head: Mark, anchors: Iterable[Mark], key: bytes
) -> int:
    """Follow the chain from base to head, past every anchor; return how many entries it has.

    Entries come in the order of their numbers. Raises Broken at the first thing that does not fit.
    """
    _require_seal(End.BASE, base, key)
    _require_seal(End.HEAD, head, key)
    anchored = {each.number: each.mac for each in anchors if each.number > base.number}
    last = base
    for entry in entries:
        last = _next(entry, after=last, key=key)
        if anchored.pop(last.number, last.mac) != last.mac:
            message = f"entry {last.number} is not the one that was anchored: it was made anew"
            raise Broken(message)
    if (last.number, last.mac) != (head.number, head.mac):
        message = f"the chain ends at {last.number}, and not at {head.number}, where it was left"
        raise Broken(message)
    if anchored:
        message = f"the chain ends at {last.number}, and {max(anchored)} was anchored"
        raise Broken(message)
    return last.number - base.number


def _require_seal(end: End, mark: Mark, key: bytes) -> None:
    fits = seal_of(end, number=mark.number, mac=mark.mac, key=key)
    if not hmac.compare_digest(fits, mark.seal):
        message = f"the {end} of the chain was changed"
        raise Broken(message)


def _next(entry: Entry, *, after: Mark, key: bytes) -> Mark:
    """Return the mark of an entry that follows on another; raises Broken."""
    if entry.number != after.number + 1:
        message = (
            f"entry {after.number + 1} is not there: after {after.number} comes {entry.number}"
        )
        raise Broken(message)
    mac = mac_of(entry, after=after.mac, key=key)
    if not hmac.compare_digest(mac, entry.mac):
        message = f"entry {entry.number} was changed"
        raise Broken(message)
    return Mark(number=entry.number, mac=mac)
