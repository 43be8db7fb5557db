"""The ledger of a report, for whoever sent it: what exactly left, to whom, when, why it could."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import abort, redirect, render_template, url_for
from sqlalchemy.orm import Session

from casework import actions
from casework.disclosing import Disclosed
from casework.pages.blueprint import Page, pages
from config.settings import Settings
from members.guard import public, signed_in
from members.kept import fresh_code, keep
from members.opening import own_reader
from reports import actions as reports
from reports.codes import KEPT_AS
from reports.dates import local_day
from reports.model import Consent
from reports.opening import ByAccount, told_by_code
from reports.receipts import ConsentGiven, FollowUp
from reports.refusals import NoSuchReceipt
from storage.keys import Sealers
from storage.record_keys import BY_ACCOUNT, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of the ledger, and the consent under which it left."""

    line: Disclosed
    consent: Consent
    given: ConsentGiven | None
    stands: bool


@pages.get("/report/shared")
@public
def shared() -> Page:
    """Show what left of the report whose code this browser holds."""
    session, sealers, now = svcs.flask.get(Session), svcs.flask.get(Sealers), datetime.now(UTC)
    code = fresh_code(now, key=KEPT_AS)
    try:
        report_id = reports.report_of_code(session, sealers.reports, code=code)
    except NoSuchReceipt:
        return redirect(url_for("reports.come_back"), HTTPStatus.SEE_OTHER)
    keep(code, now, key=KEPT_AS)
    return _page(report_id, told_by_code(sealers.reports, code), url_for("reports.mine"))


@pages.get("/account/reports/<reference>/shared")
@signed_in
def own_shared(reference: str) -> str:
    """Show what left of a report that this account made in its name."""
    session, private = svcs.flask.get(Session), own_reader().private
    try:
        report_id = reports.report_of_account(
            session, mark=ByAccount(private).mark, reference=reference
        )
    except NoSuchReceipt:
        abort(HTTPStatus.NOT_FOUND)
    back = url_for("reports.own", reference=reference)
    return _page(report_id, Reader(BY_ACCOUNT, private), back)


def _page(report_id: UUID, reader: Reader, back: str) -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    today = local_day(datetime.now(UTC), settings.time_zone)
    report = reports.follow_up(session, sealers.reports, report_id=report_id, today=today)
    lines = actions.told_of_report(session, reader, report_id)
    return render_template(
        "casework/ledger.html",
        report=report,
        told=[_told(line, report) for line in lines],
        back=back,
    )


def _told(line: Disclosed, report: FollowUp) -> Told:
    consent = Consent(line.consent)
    given = [each for each in report.consents if each.consent is consent]
    return Told(
        line=line,
        consent=consent,
        given=next((each for each in reversed(given) if each.given_at <= line.at), None),
        stands=consent in report.standing,
    )
