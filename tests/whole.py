"""A whole instance in this process: all pages, a real database and a real Redis; people in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from checker import actions as checker
from cli.keys import RECOVERY_SECRET
from config.settings import Settings
from members import actions as members
from members.guard import TOKEN
from members.model import CASEWORK, Role
from reports import actions as reports
from reports.model import Report, Warning, WarningDraft
from storage.keys import load_recovery_secret
from storage.record_keys import RECOVERY, Reader, give
from tests import given, given_reports
from tests.members.visits import Visitor
from tests.reports.browser import Form
from web.app import create_app
from workers.services import Services

DRAFT = given_reports.DRAFT


@dataclass(frozen=True, slots=True)
class Whole:
    """The instance, and what the tests do in it."""

    services: Services
    app: Flask
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that is committed when the test is done with it."""
        with self.services.writing.begin() as session:
            yield session

    def person(self, role: Role = Role.MEMBER) -> given.Person:
        """Return somebody new with a role."""
        with self.writing() as session:
            if role in {Role.MEMBER, Role.PRACTITIONER}:
                return given.a_member(session, self.services.sealers, now=self.now, role=role)
            person = given.a_colleague(session, self.services.sealers, role, now=self.now)
            if role in CASEWORK:  # whoever joins later is given what came in before
                public = members.holders(session, self.services.sealers)[person.id]
                give(session, self._recovery(), to=person.id, public=public, most=1_000)
            return person

    def _recovery(self) -> Reader:
        """Return what opens everything: real instances keep it elsewhere."""
        beside = self.services.settings.key_file("record_recovery_public")
        return Reader(RECOVERY, load_recovery_secret(beside.with_name(RECOVERY_SECRET)))

    def sign_in(self, person: given.Person) -> Visitor:
        """Return a browser in which somebody is signed in."""
        with self.writing() as session:
            token = given.a_sign_in(session, self.services.sealers, person, now=self.now)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return Visitor(client)

    def visitor(self) -> Visitor:
        """Return a browser in which nobody is signed in."""
        return Visitor(self.app.test_client())

    def report(self, **said: object) -> given_reports.GivenReport:
        """Send a report that answers every question."""
        with self.writing() as session:
            return given_reports.a_report(
                session,
                self.services.sealers,
                self.services.evaluator,
                given_reports.a_submission(**said),
                now=self.now,
            )

    def proposed(
        self, verifier: given.Person, draft: WarningDraft = DRAFT, **said: object
    ) -> Warning:
        """Return the warning of a report, as its verifier hands it over."""
        with self.writing() as session:
            return given_reports.a_proposed_warning(
                session,
                self.services.sealers,
                self.services.evaluator,
                given_reports.a_submission(**said),
                draft=draft,
                by=verifier.id,
                now=self.now,
            )

    def opened(self, report_id: UUID) -> Report:
        """Return a report with its own words, opened with the recovery key."""
        with self.services.reading() as session:
            return reports.open_report(session, self._recovery(), report_id)

    def published(self, draft: WarningDraft = DRAFT, **said: object) -> Warning:
        """Return a warning that a second person published, without an alert."""
        found = self.published_ahead(draft, **said)
        self.refresh()
        return found

    def published_ahead(self, draft: WarningDraft = DRAFT, **said: object) -> Warning:
        """Return such a warning, which Redis does not have yet."""
        warning = self.proposed(self.person(Role.CASEWORKER), draft, **said)
        publisher = self.person(Role.CASEWORKER)
        with self.writing() as session:
            return reports.publish(
                session,
                self.services.sealers.reports,
                self.services.evaluator,
                warning_id=warning.id,
                by=publisher.id,
                now=self.now,
            ).warning

    def refresh(self) -> None:
        """Bring the register up to the database."""
        with self.writing() as session:
            checker.establish(session, self.services.evaluator, now=self.now)
            checker.refresh(session, self.services.register, now=self.now)

    def warning(self, warning: Warning) -> Warning:
        """Return a warning as it stands now."""
        with self.services.reading() as session:
            return reports.warning(session, self.services.sealers.reports, warning.id)


def open_report(visitor: Visitor, report_id: UUID) -> Visitor:
    """Open a report, with a reason."""
    return press(visitor, f"/desk/reports/{report_id}/open", why="review")


def press(visitor: Visitor, path: str, **fields: str) -> Visitor:
    """Send a form to an address whose page may no longer have it, as a second tab would."""
    token = visitor.open("/account").page.forms[0].fields["csrf_token"]
    visitor.page.forms = [Form(path, MultiDict({"csrf_token": token, **fields}))]
    visitor.send(form=path)
    return visitor


@contextmanager
def whole(settings: Settings, compiled: Path) -> Iterator[Whole]:
    """Open an instance with these settings; templates are compiled once into a folder."""
    with Services.open(settings) as services:
        app = create_app(services)
        compiled.mkdir(exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        yield Whole(services, app)
