"""Labels and one plain sentence each, in English; pages pass them through gettext."""

from dataclasses import dataclass

from checker.model import HarmKind
from members.model import Severity, WorkSetting
from reports.model import Certainty, Consent, ReportState


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called, and one plain sentence on it."""

    label: str
    sentence: str = ""


def N_(text: str) -> str:  # noqa: N802 - the name by which text is found for translation
    """Mark a text for translation where it stands."""
    return text


HARMS = {
    HarmKind.RAPE_OR_SEXUAL_ASSAULT: Words(
        N_("Rape or sexual assault"),
        N_("Anything sexual that you did not agree to, or that went on after you said stop."),
    ),
    HarmKind.CONDOM_REMOVAL: Words(
        N_("Condom removed or damaged"),
        N_("Taken off or broken on purpose, without your yes."),
    ),
    HarmKind.PHYSICAL_ASSAULT: Words(
        N_("Physical assault"),
        N_("Hitting, pushing, choking, holding you down, anything that hurt your body."),
    ),
    HarmKind.ROBBERY_OR_THEFT: Words(
        N_("Robbery or theft"),
        N_("Money, a phone or anything else was taken."),
    ),
    HarmKind.NON_PAYMENT: Words(
        N_("Not paid"),
        N_("Refused to pay, took the money back, or paid with something worthless."),
    ),
    HarmKind.THREATS_OR_VERBAL_ABUSE: Words(
        N_("Threats or abuse"),
        N_("Threats, shouting or insults, face to face or in messages."),
    ),
    HarmKind.STALKING_OR_HARASSMENT: Words(
        N_("Stalking or harassment"),
        N_("Following, watching, turning up, or writing and calling again and again."),
    ),
    HarmKind.BLACKMAIL_OR_OUTING: Words(
        N_("Blackmail or outing"),
        N_("Told others about your work, or threatened to."),
    ),
    HarmKind.HATE_INCIDENT: Words(
        N_("Hate"),
        N_("Because of who you are, or who they thought you are."),
    ),
    HarmKind.NO_SHOW_OR_TIME_WASTING: Words(
        N_("No-show or time-wasting"),
        N_("Did not come, or kept you busy and never meant to."),
    ),
}

STRANDS = {
    "race": N_("Race, colour or nationality"),
    "religion": N_("Religion or belief"),
    "sexual_orientation": N_("Sexual orientation"),
    "gender_identity": N_("Being trans or non-binary"),
    "disability": N_("Disability"),
    "sex_work": N_("Sex work"),
}

SETTINGS = {
    WorkSetting.IN_CALL: N_("Where you work or live (in-call)"),
    WorkSetting.OUT_CALL: N_("At their place or a hotel (out-call)"),
    WorkSetting.STREET: N_("On the street or in a vehicle"),
    WorkSetting.ONLINE: N_("Online or by phone"),
    WorkSetting.PARLOUR: N_("In a parlour, flat or club with others"),
}

PARTS_OF_DAY = {
    "morning": N_("Morning"),
    "afternoon": N_("Afternoon"),
    "evening": N_("Evening"),
    "night": N_("Night"),
}

CERTAINTIES = {
    Certainty.SURE: N_("Sure"),
    Certainty.FAIRLY: N_("Fairly sure"),
    Certainty.UNSURE: N_("Not sure"),
}

AGES = {
    "under 25": N_("Under 25"),
    "25 to 34": N_("25 to 34"),
    "35 to 44": N_("35 to 44"),
    "45 to 54": N_("45 to 54"),
    "55 to 64": N_("55 to 64"),
    "65 or over": N_("65 or over"),
}

SEVERITIES = {
    Severity.DANGER: N_("Danger"),
    Severity.RISK: N_("Risk"),
    Severity.NUISANCE: N_("Nuisance"),
}

PERSON = {
    "alias": Words(N_("Name they used")),
    "gender": Words(N_("Gender")),
    "age_range": Words(N_("Age, roughly")),
    "height": Words(N_("Height"), N_("Or compared with you: taller, about the same, shorter.")),
    "build": Words(N_("Build"), N_("Slim, heavy, muscular ...")),
    "appearance": Words(N_("Skin and face, as you saw them")),
    "hair": Words(N_("Hair and beard")),
    "accent": Words(N_("Accent or language")),
    "marks": Words(N_("Tattoos, scars, anything that stood out")),
    "clothing": Words(N_("Clothes")),
}

CONSENTS = {
    Consent.REGISTER: Words(
        N_("Put what you know them by on the register"),
        N_(
            "Members who check exactly this number, address, username or plate see a short warning."
        ),
    ),
    Consent.ALERT: Words(
        N_("Warn members near you"),
        N_("Members at risk get a warning that a caseworker writes, never your own words."),
    ),
    Consent.ANONYMOUS_POLICE: Words(
        N_("Tell the police, without me"),
        N_("A caseworker passes on what was done and by whom, and nothing about you."),
    ),
    Consent.SUPPORTED_POLICE: Words(
        N_("Help me report to the police"),
        N_("A caseworker talks to you first and stays with you; you can still say no."),
    ),
    Consent.HOLD_UNTIL_MATCH: Words(
        N_("Hold it until somebody else reports the same"),
        N_("What you switched on waits until another report names the same and you say go on."),
    ),
    Consent.PARTNERS: Words(
        N_("Share with services like ours elsewhere"),
        N_("They can warn people in other places, under rules as strict as ours."),
    ),
    Consent.RESEARCH: Words(
        N_("Count it in research"),
        N_("Researchers see numbers of reports, never a single one."),
    ),
    Consent.CONTACT_LATER: Words(
        N_("Contact me later"),
        N_("A caseworker may ask how you are, in the safe way you told us."),
    ),
}

STATES = {
    ReportState.RECEIVED: Words(
        N_("We have it"),
        N_("It waits for a caseworker to read it."),
    ),
    ReportState.IN_REVIEW: Words(
        N_("A caseworker has it"),
        N_("Somebody is reading it and looking at what can be done."),
    ),
    ReportState.VERIFIED: Words(
        N_("A caseworker has gone through it"),
        N_("What you switched on can now be done."),
    ),
    ReportState.DECLINED: Words(
        N_("We could not take it further"),
        N_("That does not mean we do not believe you. You can still talk to a caseworker."),
    ),
    ReportState.WITHDRAWN: Words(
        N_("You withdrew it"),
        N_("Nobody uses it any more."),
    ),
}

EMERGENCY = {"GB": "999", "IE": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
EMERGENCY_ELSEWHERE = "112"  # ITU-T E.161.1: where a country keeps no number of its own


def emergency_number(region: str) -> str:
    """Return the number that reaches help at once in a region (ISO 3166-1)."""
    return EMERGENCY.get(region, EMERGENCY_ELSEWHERE)
