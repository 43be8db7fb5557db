"""Preparing an export: which reports, what of each, and the exporter's own words for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import svcs
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework import actions
from casework.disclosing import LONGEST_RECIPIENT, MOST_REPORTS
from casework.intelligence import (
    COVERED,
    LABELS,
    LONGEST_TEXT,
    Chosen,
    Fields,
    Manner,
    fields_of,
    repeats,
    say_identifier,
    say_person,
)
from casework.pages.blueprint import Page, caseworkers, pages
from casework.pages.exports import consent_named
from config.areas import load_areas
from config.settings import Settings
from members.guard import current_account
from members.model import ABSOLUTE
from members.opening import own_reader
from members.recording import put_on_record, put_reading_on_record
from members.typed import TypedForm
from reports import actions as reports
from reports.model import Consent, Report
from storage import audit
from storage.audit_chain import Act
from storage.keys import Sealers


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A report that was chosen: what may leave of it, and what is chosen so far."""

    number: int
    report: Report
    fields: Fields
    chosen: Chosen
    people: tuple[tuple[str, str], ...]
    identifiers: tuple[tuple[str, str], ...]


@pages.get("/desk/disclosures/new/<consent>")
@caseworkers
def choose_reports(consent: str) -> str:
    """Show the reports that may leave under a consent."""
    return _choose(consent_named(consent), TypedForm(form=MultiDict()))


@pages.post("/desk/disclosures/new/<consent>")
@caseworkers
def prepare_export(consent: str) -> Page:
    """Take what was chosen; then the words for each report; then keep it for a second person."""
    under, typed = consent_named(consent), TypedForm(form=request.form)
    recipient, chosen = _recipient(typed), _chosen_reports(under, typed)
    if typed.errors:
        return _choose(under, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    for report_id in chosen.values():
        put_reading_on_record(_look(report_id), on=report_id, reason=_("To pass something on"))
    making = request.form.get("step") == "make"
    prepared = _prepared(under, chosen, typed, everything=not making)
    if making:
        _check_words(under, prepared, typed)
    if typed.errors or not making:
        return _write(under, typed, prepared), 422 if typed.errors else 200
    return _make(under, recipient, prepared)


def _make(under: Consent, recipient: str, prepared: list[Prepared]) -> Page:
    session, sealers = svcs.flask.get(Session, Sealers)
    export_id = actions.propose_export(
        session,
        sealers,
        own_reader(),
        current_account(),
        consent=under,
        recipient=recipient,
        chosen={each.report.id: each.chosen for each in prepared},
        manner=_manner(),
        now=datetime.now(UTC),
    )
    put_on_record(Act.DISCLOSURE_MADE, on=export_id)
    session.commit()
    return redirect(url_for("casework.read_export", export_id=export_id), HTTPStatus.SEE_OTHER)


def _chosen_reports(under: Consent, typed: TypedForm) -> dict[int, UUID]:
    """Return the reports that were ticked and may leave, by their place in the form."""
    agreeing = {str(row.id): row.id for row in reports.agreeing(svcs.flask.get(Session), under)}
    ticked = enumerate(typed.form.getlist("reports"), 1)
    chosen = {place: agreeing[each] for place, each in ticked if each in agreeing}
    if not chosen:
        typed.errors["reports"] = _("Choose at least one report.")
    elif len(chosen) > MOST_REPORTS:
        typed.errors["reports"] = _("Choose at most %(most)s reports.", most=MOST_REPORTS)
    return chosen


def _recipient(typed: TypedForm) -> str:
    recipient = typed.line("recipient", longest=LONGEST_RECIPIENT)
    if not recipient:
        typed.errors.setdefault("recipient", _("Say who gets it."))
    return recipient


def _look(report_id: UUID) -> Act:
    """Return what it is to look into a report: it is opened once, then looked at again."""
    session, since = svcs.flask.get(Session), datetime.now(UTC) - ABSOLUTE
    opened = audit.did(session, audit.OPENING, by=current_account().id, on=report_id, since=since)
    return Act.REPORT_READ if opened else Act.REPORT_OPENED


def _prepared(
    under: Consent, chosen: Mapping[int, UUID], typed: TypedForm, *, everything: bool
) -> list[Prepared]:
    """Open the reports; `everything` ticks all of each, as a beginning."""
    session, reader = svcs.flask.get(Session), own_reader()
    opened = {place: reports.open_report(session, reader, each) for place, each in chosen.items()}
    return [
        _one(under, report, number, _let_out(typed, place, report, everything=everything))
        for number, (place, report) in enumerate(opened.items(), 1)
    ]


def _let_out(typed: TypedForm, place: int, report: Report, *, everything: bool) -> Chosen:
    """Return what is let out of a report, as it stands in the form."""

    def ticked(name: str, given: Sequence[object]) -> frozenset[int]:
        on = set(typed.form.getlist(f"{name}-{place}"))
        return frozenset(each for each in range(len(given)) if everything or str(each) in on)

    said = report.submission
    return Chosen(
        text=typed.line(f"text-{place}", longest=LONGEST_TEXT),
        people=ticked("people", said.people),
        identifiers=ticked("identifiers", said.identifiers),
    )


def _one(under: Consent, report: Report, number: int, chosen: Chosen) -> Prepared:
    said, manner = report.submission, _manner()
    people = [say_person(each, manner) for each in said.people]
    identifiers = [say_identifier(each, manner) for each in said.identifiers]
    return Prepared(
        number=number,
        report=report,
        fields=fields_of(said, chosen, consent=under, number="", manner=manner),
        chosen=chosen,
        people=tuple((str(place), words) for place, words in enumerate(people) if words),
        identifiers=tuple((str(place), words) for place, words in enumerate(identifiers)),
    )


def _check_words(under: Consent, prepared: list[Prepared], typed: TypedForm) -> None:
    """Keep the reporter's own words and references here; notice a consent that was taken back."""
    if len(prepared) < len(typed.form.getlist("reports")):
        typed.errors["reports"] = _("A consent was taken back meanwhile: a report is left out now.")
    for each in prepared if "text" in COVERED[under] else ():
        name, text = f"text-{each.number}", each.chosen.text
        own = repeats(text, each.report.submission.narrative)
        if not text:
            typed.errors.setdefault(name, _("Write in your own words what happened."))
        elif own:
            typed.errors[name] = _(
                "These are the reporter's own words: “%(words)s”. Say it in yours.", words=own
            )
        elif each.report.reference in text:
            typed.errors[name] = _("Leave the reference out.")


def _manner() -> Manner:
    settings = svcs.flask.get(Settings)
    return Manner(areas=load_areas(settings), home=settings.home_region, say=_)


def _choose(under: Consent, typed: TypedForm) -> str:
    session, settings = svcs.flask.get(Session, Settings)
    return render_template(
        "casework/export_choose.html",
        consent=under,
        rows=reports.agreeing(session, under),
        typed=typed.form,
        errors=typed.errors,
        areas=load_areas(settings),
        most=MOST_REPORTS,
        longest=LONGEST_RECIPIENT,
    )


def _write(under: Consent, typed: TypedForm, prepared: list[Prepared]) -> str:
    return render_template(
        "casework/export_write.html",
        consent=under,
        prepared=prepared,
        typed=typed.form,
        errors=typed.errors,
        covered=COVERED[under],
        labels=LABELS,
        longest=LONGEST_TEXT,
    )
