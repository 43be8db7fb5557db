"""How severe a report is at first: the worst of what it names."""

from checker.model import HarmKind
from members.model import Severity
from reports.model import AccountOfHarm

HARM_SEVERITY = {
    HarmKind.RAPE_OR_SEXUAL_ASSAULT: Severity.DANGER,
    HarmKind.CONDOM_REMOVAL: Severity.DANGER,
    HarmKind.PHYSICAL_ASSAULT: Severity.DANGER,
    HarmKind.ROBBERY_OR_THEFT: Severity.DANGER,
    HarmKind.STALKING_OR_HARASSMENT: Severity.RISK,
    HarmKind.BLACKMAIL_OR_OUTING: Severity.RISK,
    HarmKind.THREATS_OR_VERBAL_ABUSE: Severity.RISK,
    HarmKind.HATE_INCIDENT: Severity.RISK,
    HarmKind.NON_PAYMENT: Severity.RISK,
    HarmKind.NO_SHOW_OR_TIME_WASTING: Severity.NUISANCE,
}


def severity_of(harms: tuple[AccountOfHarm, ...]) -> Severity:
    """Return the severity that a report starts with: the worst of its harms, risk if none."""
    found = [
        Severity.DANGER if harm.weapon or harm.injury else HARM_SEVERITY[harm.kind]
        for harm in harms
    ]
    return min(found, key=lambda severity: severity.rank, default=Severity.RISK)
