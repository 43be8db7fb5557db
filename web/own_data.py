"""A member's own data: everything that is kept of an account, as a file that programs read too."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from casework import actions as casework
from casework.keys import Person
from casework.model import CaseCard
from checker import actions as checker
from members import actions as members
from members.guard import current_account, kept_token, signed_in
from members.model import OwnContact
from members.opening import own_reader
from members.pages.proof import NotProven, prove_oneself
from messages import actions as messages
from reports import actions as reports
from reports.opening import ByAccount
from reports.receipts import OwnReport
from storage.keys import Sealers
from storage.record_keys import BY_ACCOUNT, Reader

pages = Blueprint("own_data", __name__)

FILE = "account.json"  # a name that says nothing on a shared phone
NEVER = "Never kept: what you checked, where you signed in from, the words of messages to you."


@pages.get("/account/data")
@signed_in
def ask() -> str:
    """Say what is in the file, and ask for the passphrase."""
    return render_template("web/own_data.html", errors={})


@pages.post("/account/data")
@signed_in
def download() -> Response | tuple[str, int]:
    """Give the file to who knows the passphrase."""
    now = datetime.now(UTC)
    try:
        prove_oneself(now)
    except NotProven as error:
        page = render_template("web/own_data.html", errors={"passphrase": str(error)})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return Response(
        json.dumps(collect(now), indent=1, ensure_ascii=False, default=_plain),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={FILE}"},
    )


def collect(now: datetime) -> Mapping[str, object]:
    """Return all that is kept of whoever is signed in, room by room; raises RecordsLocked."""
    session, sealers = svcs.flask.get(Session, Sealers)
    own = current_account()
    found = members.own_data(session, sealers, account_id=own.id)
    private = own_reader().private
    way, person = ByAccount(private), Person.by_account(private)
    return {
        "as_of": now,
        "account": {
            "working_name": found.account.name,
            "role": found.account.role,
            "state": found.account.state,
            "made": found.made_at,
            "organisation": found.organisation,
            "what_you_wrote_when_you_asked_to_join": found.statement,
            "vetting": [asdict(each) for each in found.vettings],
        },
        "contacts": [_contact(each) for each in found.contacts],
        "preferences": asdict(found.preferences),
        "signed_in": [
            {"since": each.since, "last_used": each.seen_at}
            for each in members.list_sign_ins(
                session, account_id=own.id, token=kept_token() or "", now=now
            )
        ],
        "messages_to_you": [
            asdict(each)
            for each in messages.sent_to(session, [contact.id for contact in found.contacts])
        ],
        "told_if_reported": [
            {"asked": each.asked_at, "until": each.expires_at}
            for each in checker.watches_of(session, account_id=own.id, now=now)
        ],
        "checks_in_the_last_24_hours": checker.spent(session, account_id=own.id, now=now),
        "reports_in_your_name": [
            _report(session, each, way) for each in reports.own_reports(session, mark=way.mark)
        ],
        "cases_in_your_account": [
            _case(session, each, person) for each in casework.own_cases(session, person)
        ],
        "never_kept": NEVER,
    }


def _contact(each: OwnContact) -> Mapping[str, object]:
    return {
        "channel": each.channel,
        "address": each.address,
        "confirmed": each.verified_at,
        "refused_for_good_since": each.bad_since,
        "stopped_by_you": each.stopped,
    }


def _report(session: Session, each: OwnReport, way: ByAccount) -> Mapping[str, object]:
    """Return a report as its reporter may see it: what it says is sealed to caseworkers."""
    sealers = svcs.flask.get(Sealers)
    report_id = reports.report_of_account(session, mark=way.mark, reference=each.reference)
    report = reports.follow_up(
        session, sealers.reports, report_id=report_id, today=each.received_at.date(), way=way
    )
    return {
        "reference": report.reference,
        "state": report.state,
        "received": report.received_at,
        "consents": [asdict(consent) for consent in report.consents],
        "lines_you_added": [{"at": line.at, "text": line.text} for line in report.lines],
        "warned_of": report.warned_at,
        "passed_on": [
            {"to": told.recipient, "at": told.at, "under": told.consent, "what": told.words}
            for told in casework.told_of_report(session, Reader(BY_ACCOUNT, way.private), report_id)
        ],
        "what_you_told": "Sealed to caseworkers: this service cannot read it. Ask one for a copy.",
    }


def _case(session: Session, each: CaseCard, person: Person) -> Mapping[str, object]:
    """Return a case as the person reads it."""
    case = casework.own_case(session, person, reference=each.reference)
    return {
        "reference": each.reference,
        "state": each.state,
        "opened": each.opened_at,
        "next_looked_at": each.due_at,
        "closed": each.closed_at,
        "lines": [
            {"kind": line.kind, "at": line.at, "by_you": line.by is None, "text": line.text}
            for line in case.lines
        ],
        "what_you_wrote_first": "Not shown, in case somebody else looks. Ask your caseworker.",
    }


def _plain(value: object) -> str | list[object]:
    """Write what JSON has no form for."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, frozenset):
        return sorted(value, key=str)
    if isinstance(value, UUID | Enum):
        return str(value)
    raise TypeError
