"""What one wants to hear of, by which channel, and how a message looks to somebody else."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import groupby

import svcs
from babel import Locale
from flask import redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from config.areas import load_areas
from config.settings import Settings
from members import actions
from members.cover import COVER_WORDS, Cover, cover_text
from members.guard import current_account, signed_in
from members.model import Preferences, Severity, WorkSetting
from members.pages.blueprint import Page, pages
from members.pages.hours import TIMES, minutes_of, time_of, zones
from members.refusals import (
    ContactMissing,
    QuietHoursRefused,
    UnknownArea,
    UnknownLanguage,
    UnknownTime,
    UnknownTimeZone,
)
from storage.keys import Sealers

EXAMPLE = "/updates/W7K3M9QX"
ENOUGH = 8  # areas in a group; the next initial starts another

Group = tuple[str, list[tuple[str, str]]]


@pages.get("/account/preferences")
@signed_in
def preferences() -> Page:
    """Show the choices."""
    chosen = actions.preferences(svcs.flask.get(Session), current_account().id)
    return _form(chosen, {})


@pages.post("/account/preferences")
@signed_in
def change_preferences() -> Page:
    """Keep the choices."""
    session, settings = svcs.flask.get(Session, Settings)
    chosen = _read(actions.preferences(session, current_account().id).language)
    try:
        actions.change_preferences(
            session,
            account_id=current_account().id,
            chosen=chosen,
            known_areas=load_areas(settings),
            now=datetime.now(UTC),
        )
    except REFUSALS as error:
        return _again(chosen, *_in_words(error))
    session.commit()
    return redirect("/account", HTTPStatus.SEE_OTHER)


REFUSALS = (
    ContactMissing,
    QuietHoursRefused,
    UnknownArea,
    UnknownLanguage,
    UnknownTime,
    UnknownTimeZone,
)


def _in_words(error: Exception) -> tuple[str, str]:
    """Return the field that was refused, and what to do."""
    match error:
        case UnknownArea():
            return "areas", _("One of these areas is not ours. Choose again.")
        case ContactMissing():
            return "by_email", _("Confirm a number or an address first.")
        case UnknownLanguage():
            return "language", _("We do not write in this language yet.")
        case UnknownTimeZone():
            return "time_zone", _("We do not know this time zone. Choose one from the list.")
        case UnknownTime():
            return "quiet_from", _("Choose times from the lists.")
    return "quiet_until", _(str(error))


def _read(language: str) -> Preferences:
    form = request.form
    cover = form.get("cover", "")
    return Preferences(
        areas=frozenset(form.getlist("areas")),
        everywhere="everywhere" in form,
        danger="danger" in form,
        risk="risk" in form,
        settings=frozenset(each for each in WorkSetting if each in form.getlist("settings")),
        by_sms="by_sms" in form,
        by_email="by_email" in form,
        cover=Cover(cover) if cover in set(Cover) else Cover.PLAIN,
        language=form.get("language", language),
        quiet_from=minutes_of(form.get("quiet_from", "")),
        quiet_until=minutes_of(form.get("quiet_until", "")),
        danger_in_quiet="danger_in_quiet" in form,
        time_zone=form.get("time_zone") or None,
        digest_at=minutes_of(form.get("digest_at", "")),
    )


def _again(chosen: Preferences, field: str, words: str) -> Page:
    return _form(chosen, {field: words}), HTTPStatus.UNPROCESSABLE_ENTITY


def _form(chosen: Preferences, errors: Mapping[str, str]) -> str:
    session, sealers, settings = svcs.flask.get(Session, Sealers, Settings)
    contacts = actions.list_contacts(session, sealers, account_id=current_account().id)
    language = chosen.language if chosen.language in COVER_WORDS else current_account().language
    return render_template(
        "members/preferences.html",
        chosen=chosen,
        errors=errors,
        groups=in_groups(load_areas(settings)),
        severities=(Severity.DANGER, Severity.RISK),
        work_settings=list(WorkSetting),
        contacts={contact.channel: contact for contact in contacts},
        previews={
            cover: cover_text(cover, language=language, link=settings.public_url + EXAMPLE)
            for cover in Cover
        },
        languages=[(code, _name_of(code)) for code in COVER_WORDS],
        times=TIMES,
        time_of=time_of,
        zones=zones(),
        home_zone=settings.time_zone,
    )


def in_groups(areas: Mapping[str, str]) -> list[Group]:
    """Return areas by name, a few initials to a group, so that a long list can be scanned."""
    groups: list[list[tuple[str, str]]] = []
    by_name = sorted(areas.items(), key=lambda area: area[1].casefold())
    for _initial, several in groupby(by_name, key=lambda area: area[1][0].upper()):
        if not groups or len(groups[-1]) >= ENOUGH:
            groups.append([])
        groups[-1].extend(several)
    return [(_span(group), group) for group in groups]


def _span(group: list[tuple[str, str]]) -> str:
    first, last = group[0][1][0].upper(), group[-1][1][0].upper()
    return first if first == last else _("%(first)s to %(last)s", first=first, last=last)


def _name_of(code: str) -> str:
    """Return the name of a language in that language."""
    return str(Locale.parse(code, sep="-").display_name)
