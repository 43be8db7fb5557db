"""Words that the templates of several rooms share: kinds, states, areas, durations, translated.

Templates reach them as `words`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import svcs
from babel.dates import format_date as format_date_in
from flask_babel import format_date, format_timedelta, get_locale, lazy_gettext

from alerts.model import Lateness
from checker.identifiers import as_written, note_on
from checker.model import Band, HarmKind, Identifier, IdentifierKind, Note, Payload
from config.settings import Settings
from members.approvals import ApprovalKind
from members.model import Role, Severity, WorkSetting
from messages.model import CauseState, Channel, DeliveryState, Queue
from reports.model import (
    Certainty,
    Consent,
    GivenIdentifier,
    Match,
    PersonDescribed,
    Precision,
    QueueRow,
    ReportState,
    Warning,
    WarningState,
    When,
)
from reports.wording import (
    CERTAINTIES,
    CONSENTS,
    HARMS,
    PARTS_OF_DAY,
    PERSON,
    SETTINGS,
    SEVERITIES,
)
from web.languages import sentence as _

CLOCKS = {
    Severity.DANGER: timedelta(hours=2),
    Severity.RISK: timedelta(hours=48),
    Severity.NUISANCE: timedelta(hours=48),
}
all_consents = tuple(Consent)

NOTES = {
    Note.UNKNOWN_RANGE: lazy_gettext(
        "This number is in no range that we know of. Look at each digit again: it may be new, "
        "or one is wrong."
    ),
    Note.INTERNATIONAL_DOMAIN: lazy_gettext(
        "This address has letters beyond a to z after the @. Look whether they are the ones "
        "that you were given."
    ),
}

Pairs = Sequence[tuple[str, str]]
Areas = Mapping[str, str]


def kind(one: HarmKind) -> str:
    """Name a kind of harm."""
    return _(HARMS[one].label)


def kinds(several: Iterable[HarmKind]) -> str:
    """Name kinds of harm in their fixed order."""
    chosen = set(several)
    return ", ".join(kind(one) for one in HarmKind if one in chosen) or _("not said")


def kind_options(several: Iterable[HarmKind]) -> Pairs:
    """Return kinds of harm as options of a field."""
    return [(one.value, kind(one)) for one in several]


def severities(several: Iterable[Severity]) -> Pairs:
    """Return severities as options of a field."""
    return [(one.value, _(SEVERITIES[one])) for one in several]


def setting(one: WorkSetting | None) -> str:
    """Name a setting."""
    return _(SETTINGS[one]) if one else ""


def settings(several: Iterable[WorkSetting]) -> str:
    """Name settings; none means any."""
    return ", ".join(map(setting, several)) or _("Any")


def setting_options(several: Iterable[WorkSetting]) -> Pairs:
    """Return settings as options of a field."""
    return [(one.value, setting(one)) for one in several]


def certainty(one: Certainty) -> str:
    """Say how sure the reporter is."""
    return _(CERTAINTIES[one])


def state(one: ReportState) -> str:
    """Name the state of a report as the desk does."""
    return {
        ReportState.RECEIVED: _("New"),
        ReportState.IN_REVIEW: _("In review"),
        ReportState.VERIFIED: _("Verified"),
        ReportState.DECLINED: _("Declined"),
        ReportState.WITHDRAWN: _("Withdrawn"),
    }[one]


def match(one: Match) -> str:
    """Say where a report stands that waits for a second one, now that there is one."""
    return {
        Match.ASKED: _("waits for its reporter's answer"),
        Match.GO_ON: _("its reporter says: go on"),
        Match.WAIT: _("its reporter says: keep waiting"),
    }[one]


def warning_state(one: WarningState) -> str:
    """Name the state of a warning."""
    return {
        WarningState.PROPOSED: _("Waits for a second person"),
        WarningState.PUBLISHED: _("Published"),
        WarningState.SUSPENDED: _("Suspended"),
        WarningState.WITHDRAWN: _("Withdrawn"),
        WarningState.EXPIRED: _("Expired"),
    }[one]


def approval(one: ApprovalKind) -> str:
    """Name what takes two people."""
    return {
        ApprovalKind.UNPUBLISH: _("Withdraw a published warning"),
        ApprovalKind.ROLE: _("A role of staff"),
        ApprovalKind.RECOVERY: _("A new passphrase by the recovery key"),
        ApprovalKind.EMERGENCY: _("Emergency access: how to reach somebody"),
    }[one]


def role(one: Role) -> str:
    """Name a role."""
    return {
        Role.MEMBER: _("member"),
        Role.PRACTITIONER: _("practitioner"),
        Role.CASEWORKER: _("caseworker"),
        Role.LEAD: _("lead caseworker"),
        Role.RESEARCHER: _("researcher"),
        Role.OPERATOR: _("operator"),
    }[one]


def roles(several: Iterable[Role]) -> Pairs:
    """Return roles as options of a field."""
    return [(one.value, role(one)) for one in several]


def alert_state(one: CauseState, finished: bool) -> str:  # noqa: FBT001 - called from templates
    """Say where an alert stands."""
    if one is CauseState.OPEN:
        return _("All sent") if finished else _("Sending")
    return {
        CauseState.PAUSED: _("Paused"),
        CauseState.HELD: _("Held since a restore"),
        CauseState.RECALLED: _("Recalled"),
    }[one]


def delivery_state(one: DeliveryState) -> str:
    """Name the state of a delivery as the desk does."""
    return {
        DeliveryState.PENDING: _("Waiting"),
        DeliveryState.CLAIMED: _("Next in line"),
        DeliveryState.SENDING: _("Being sent"),
        DeliveryState.ACCEPTED: _("Taken by the provider"),
        DeliveryState.DELIVERED: _("Delivered"),
        DeliveryState.FAILED: _("Failed"),
        DeliveryState.UNKNOWN: _("Unknown: may have arrived"),
        DeliveryState.SUPPRESSED: _("Not sent: opted out"),
        DeliveryState.RECALLED: _("Recalled in time"),
        DeliveryState.EXPIRED: _("Too late to send"),
    }[one]


def channel(one: Channel) -> str:
    """Name a channel."""
    return _("Text messages") if one is Channel.SMS else _("Mails")


def queue(one: Queue) -> str:
    """Name a queue."""
    return {
        Queue.DANGER: _("Danger"),
        Queue.ROUTINE: _("Routine"),
        Queue.SERVICE: _("Codes and notices"),
    }[one]


def lateness(one: Lateness) -> str:
    """Say how an alert is late."""
    return {
        Lateness.NOTHING_LEFT: _("Late: nothing has left yet"),
        Lateness.STALLED: _("Late: nothing has left for some minutes"),
        Lateness.FILTERED: _("Stopped: providers take its text messages for spam"),
    }[one]


def reason(one: str) -> str:
    """Say why a delivery is where it is, from the reason that was written down."""
    known = {
        "opted_out": _("They asked for no more messages"),
        "unreachable": _("Switched off or out of reach"),
        "unknown_number": _("No such number"),
        "landline": _("A landline, or cannot get texts"),
        "filtered": _("Filtered as spam by the provider"),
        "lost": _("Lost on the way"),
        "too_many_requests": _("The provider asked us to slow down"),
        "sender_failed": _("A fault of ours while sending"),
        "held_up": _("Held up on our side before it was sent"),
        "bad_mailbox": _("No such mailbox"),
        "bounced": _("The mail came back"),
        "no_sid": _("The provider did not name the message"),
        "no_message_id": _("The provider did not name the message"),
        "failed": _("The provider gave no reason"),
    }
    if one in known:
        return known[one]
    start, _bar, rest = one.partition("_")
    said = {
        "error": _("Provider's error %(code)s", code=rest),
        "refused": _("Refused by the mail server: %(code)s", code=rest),
        "later": _("The mail server asked us to come back: %(code)s", code=rest),
    }
    return said.get(start, one)


def band(one: Band | None) -> str:
    """Say how many reports stand behind a warning."""
    return {
        None: "",
        Band.ONE: _("1 report"),
        Band.SEVERAL: _("2 to 4 reports"),
        Band.MANY: _("5 or more reports"),
    }[one]


def consent(one: Consent) -> str:
    """Name a consent."""
    return _(CONSENTS[one].label)


def person(one: PersonDescribed) -> Pairs:
    """Return what was said of a person, as facts."""
    return [(_(words.label), getattr(one, name)) for name, words in PERSON.items()]


def when(one: When | None) -> str:
    """Say when something happened, as exactly as it is known."""
    if one is None:
        return ""
    if one.precision is Precision.MONTH:
        return month(f"{one.from_day:%Y-%m}")
    day = format_date(one.from_day, "long")
    if one.to_day and one.to_day != one.from_day:
        day = _("%(first)s to %(last)s", first=day, last=format_date(one.to_day, "long"))
    if one.precision is Precision.ABOUT:
        day = _("about %(day)s", day=day)
    part = PARTS_OF_DAY.get(one.time_of_day)
    return f"{day}, {_(part) if part else one.time_of_day}".rstrip(", ")


def month(year_month: str) -> str:
    """Write YYYY-MM as a month with its year."""
    return _month(year_month, str(get_locale()))


@lru_cache(1_000)
def _month(year_month: str, locale: str) -> str:
    try:
        first = datetime.strptime(year_month, "%Y-%m").date()  # noqa: DTZ007 - a month, no moment
    except ValueError:
        return year_month
    return format_date_in(first, "LLLL yyyy", locale)


def areas(codes: Iterable[str], names: Areas) -> str:
    """Name areas; none means everywhere."""
    return ", ".join(names.get(code, code) for code in codes) or _("Everywhere")


def identifier(one: Identifier) -> str:
    """Write an identifier as people read it."""
    return as_written(one, home=svcs.flask.get(Settings).home_region)


def read_as(given: GivenIdentifier) -> str:
    """Write what an identifier of a report was read as, a number for the keypad, or ""."""
    if given.kind is None or given.value is None:
        return ""
    is_phone = given.kind is IdentifierKind.PHONE
    return given.value if is_phone else identifier(Identifier(given.kind, given.value))


def note(one: Identifier) -> str:
    """Say what is unusual about an identifier that was read all the same; mostly nothing."""
    found = note_on(one)
    return str(NOTES[found]) if found else ""


def payload_facts(payload: Payload, names: Areas) -> Pairs:
    """Return what the register says, as the facts of an answer card."""
    more = f" {_('and more')}" if payload.more_regions else ""
    return [
        (_("Reported"), kinds(payload.kinds)),
        (_("Latest"), month(payload.month) if payload.month else ""),
        (_("Area"), areas(payload.regions, names) + more),
        (_("Behind it"), band(payload.band)),
    ]


def warning_facts(warning: Warning, names: Areas) -> Pairs:
    """Return what a warning shows besides its text."""
    draft = warning.draft
    return [
        (_("Month"), month(draft.month) if draft.show_month else ""),
        (_("Area"), areas(draft.areas, names)),
        (_("Behind it"), band(warning.band) if draft.show_band else ""),
    ]


def duration(span: timedelta) -> str:
    """Write a length of time roughly."""
    return format_timedelta(span, threshold=1.2) if span >= timedelta(seconds=1) else _("a moment")


def waiting(since: datetime, now: datetime) -> str:
    """Say how long something has waited."""
    return format_timedelta(max(now - since, timedelta(minutes=1)))


def overdue(row: QueueRow, now: datetime) -> bool:
    """Whether a report has waited longer than its severity allows."""
    return now - row.received_at > CLOCKS[row.severity]
