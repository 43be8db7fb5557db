"""Places where a page shows what somebody typed, filled with texts that want to act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from members import actions as members
from members.factors import LONGEST_LABEL
from members.model import LONGEST_ORGANISATION, LONGEST_STATEMENT, Application, Role
from members.names import normalised
from members.refusals import NameRefused
from reports import actions as reports
from reports.model import LONGEST_NARRATIVE, GivenIdentifier, PersonDescribed, SafeContact
from tests import given
from tests.given_reports import DRAFT, GivenReport
from tests.members.visits import Visitor
from tests.screens.payloads import payloads
from tests.whole import Whole

Who = Literal["lead", "member", "nobody"]
ALL = payloads()
PARTS = [each.name for each in fields(PersonDescribed)]
LINES = 20  # together in one added line
FORM_PARTS = 490  # a form has at most 500, and a token
APPLICANTS = 3
TOO_LONG = "x" * LONGEST_NARRATIVE


@dataclass(frozen=True, slots=True)
class Place:
    """An address, the texts that it shows, and the form that it is sent, if any."""

    path: str
    shows: Sequence[str]
    form: Sequence[tuple[str, str]] = ()
    who: Who = "lead"
    token: bool = True


def fitting(longest: int, start: int = 0) -> list[str]:
    """Return as many as fit into one field, from one of them on."""
    taken: list[str] = []
    for text in ALL[start:]:
        if len("\n".join([*taken, text])) > longest:
            break
        taken.append(text)
    return taken


def is_a_name(text: str) -> bool:
    """Whether it may be a working name, as it is."""
    try:
        return normalised(text) == text
    except NameRefused:
        return False


NAMES = [text for text in ALL if is_a_name(text)]
LABELS = [text for text in ALL if len(text) <= LONGEST_LABEL]


class Hall:
    """An instance in which everything that was typed wants to act, and who goes through it."""

    def __init__(self, house: Whole) -> None:
        self.house = house
        lead = house.person(Role.LEAD)
        self.report = self._report(lead)
        with house.writing() as session:
            sealers, now = house.services.sealers, house.now
            member = given.a_member(session, sealers, now=now, name=NAMES[0])
            for label in LABELS:
                secret, owner = given.TOTP_SECRET, member.id
                members.add_totp(
                    session, sealers, account_id=owner, secret=secret, now=now, label=label
                )
        self.visitors: dict[Who, Visitor] = {
            "lead": house.sign_in(lead),
            "member": house.sign_in(member),
            "nobody": house.visitor(),
        }

    def places(self) -> Iterator[Place]:
        """Return them all."""
        yield from self._of_the_report()
        yield from self._of_warnings()
        yield from self._of_applicants()
        yield from self._of_an_account()
        yield from self._of_anybody()

    def _report(self, lead: given.Person) -> GivenReport:
        people = [
            PersonDescribed(**dict(zip(PARTS, ALL[at:], strict=False)))
            for at in range(0, len(ALL), len(PARTS))
        ]
        report = self.house.report(
            narrative="\n".join(fitting(LONGEST_NARRATIVE)),
            district=ALL[0],
            first_contact=ALL[1],
            people=tuple(people),
            identifiers=tuple(GivenIdentifier(raw=text, kind=None, value=None) for text in ALL),
            safe_contact=SafeContact(how=ALL[2], when=ALL[3], safe_word=ALL[4]),
        )
        with self.house.writing() as session:
            sealers, now = self.house.services.sealers, self.house.now
            for at in range(0, len(ALL), LINES):
                line = "\n".join(ALL[at : at + LINES])
                reports.add_note(session, sealers, report.id, line, by=lead.id, now=now)
        return report

    def _of_the_report(self) -> Iterator[Place]:
        page, written = f"/desk/reports/{self.report.id}", "\n".join(ALL)
        yield Place(f"{page}/open", ALL, [("why", "review")])
        yield Place(f"{page}/notes", ALL, [("note", written)])
        typed = [("description", written), ("advice", ALL[0]), ("month", ALL[1])]
        yield Place(f"{page}/warning", ALL, typed)

    def _of_warnings(self) -> Iterator[Place]:
        written = "\n".join(ALL)
        published = self.house.published(replace(DRAFT, description=written, advice=written))
        yield Place(f"/updates/{published.reference}", ALL)
        yield Place("/updates?area=all", [])
        page = f"/desk/warnings/{published.id}"
        yield Place(page, ALL)
        typed = [("description", written), ("advice", written), ("opened", ALL[0])]
        yield Place(f"{page}/correct", ALL, typed)
        yield Place(f"{page}/publish", ALL, [("reason", written)])
        yield Place("/check", [], [("entry", "07700 900123")])

    def _of_applicants(self) -> Iterator[Place]:
        asked = []
        with self.house.writing() as session:
            for number, name in enumerate(NAMES[1 : APPLICANTS + 1]):
                organisation = ALL[number] if len(ALL[number]) <= LONGEST_ORGANISATION else "x"
                application = Application(
                    name=name,
                    role=Role.PRACTITIONER,
                    statement="\n".join(fitting(LONGEST_STATEMENT, 150 * number)),
                    organisation=" ".join(organisation.split()),
                )
                sealers, now = self.house.services.sealers, self.house.now
                proved = members.apply(
                    session,
                    sealers,
                    application=application,
                    passphrase=given.PASSPHRASE,
                    now=now,
                    hasher=given.QUICK,
                )
                shown = [name, application.organisation]
                asked.append((proved.account_id, shown, application.statement.split("\n")))
        yield Place("/desk/applicants", [text for _, shown, _ in asked for text in shown])
        for account_id, shown, statement in asked:
            yield Place(f"/desk/applicants/{account_id}", [*shown, *statement])

    def _of_an_account(self) -> Iterator[Place]:
        yield Place("/account", NAMES[:1], who="member")
        yield Place("/account/name", NAMES[:1], who="member")
        yield Place("/account/steps", LABELS, who="member")
        yield Place("/account/name", ALL, [("name", " ".join(ALL))], who="member")
        yield Place("/check", [], [("entry", " ".join(ALL))], who="member")

    def _of_anybody(self) -> Iterator[Place]:
        written, line = "\n".join(ALL), " ".join(ALL)
        shown = [("story", text) for text in ALL[:FORM_PARTS]]
        unknown = [(text, text) for text in ALL[-FORM_PARTS:]]  # names of fields as well
        for form in (shown, unknown):
            yield Place(
                "/report/narrative", [text for _, text in form], form, who="nobody", token=False
            )
        typed = [("name", line), ("statement", written), ("organisation", line), ("role", "member")]
        yield Place("/join", ALL, typed, who="nobody")
        yield Place("/sign-in", ALL, [("name", line), ("passphrase", "wrong")], who="nobody")
        yield Place("/report/return", ALL, [("code", ALL[0]), ("line", written)], who="nobody")
        yield Place("/report/what-happened", ALL, [("story", f"{written}{TOO_LONG}")], who="nobody")
