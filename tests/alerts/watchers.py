"""Members who watch for numbers, beside an office that publishes; made by the actions alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, text

from alerts import actions
from alerts.actions.telling import cause_of
from checker import actions as checker
from checker.derivation import derive, input_of
from checker.identifiers import read
from members import actions as members
from messages import actions as messages
from messages.model import Channel, DeliveryState
from reports.model import Warning
from tests import given
from tests.alerts.test_publishing import CHECK, Office
from tests.given_reports import PHONE

TOLD = text(
    "SELECT contact_id, channel FROM delivery JOIN cause ON cause.id = delivery.cause_id"
    " WHERE cause.kind = 'watch'"
).columns(contact_id=Uuid())


class WatchedOffice(Office):
    """Two caseworkers, and members who watch."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        checker.establish(self.session, self.evaluator, now=self.now)

    def watching(self, number: int, phone: str = PHONE, **preferences: Any) -> given.Person:
        """Return somebody new who watches for a phone, and gets no alerts of this area."""
        person = self.member(number, **{"areas": frozenset({"GB-GMP"}), **preferences})
        self.watch(person.id, phone)
        return person

    def watch(self, account_id: UUID, phone: str = PHONE, now: datetime | None = None) -> None:
        """Let somebody watch for a phone."""
        [identifier] = read(phone, region="GB").identifiers
        [element] = self.evaluator.evaluate([input_of(identifier)])
        checker.watch(
            self.session,
            self.sealers.watches,
            account_id=account_id,
            tokens=[derive(element, 1).watch],
            epoch=1,
            now=now or self.now,
        )

    def withdraw(self, warning: Warning) -> None:
        """Withdraw a published warning by two people."""
        actions.ask_to_withdraw(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=warning.id,
            by=self.verifier,
            reason="It is about another.",
            at_once=False,
            now=self.now,
        )
        [waiting] = members.list_waiting(self.session, self.sealers, now=self.now)
        actions.withdraw(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=warning.id,
            approval_id=waiting.id,
            by=self.colleague,
            now=self.now,
        )

    def told(self) -> set[tuple[UUID, str]]:
        """Return whom word to those who watch goes to, each time."""
        rows = [(row.contact_id, row.channel) for row in self.session.execute(TOLD)]
        assert len(rows) == len(set(rows))
        return set(rows)

    def leaving(self, warning: Warning, at: datetime) -> set[Channel]:
        """Return by which channels word of a warning could leave at a moment."""
        due = messages.due(self.session, now=at)
        cause_id = cause_of(self.sealers, warning.id)
        return {each.channel for each in due if each.cause_id == cause_id}

    def state(self, warning: Warning) -> set[DeliveryState]:
        """Return the states of what those who watch are told of a warning."""
        tallies = messages.progress(self.session, cause_of(self.sealers, warning.id)).tallies
        return {each.state for each in tallies}

    def end(self) -> int:
        """Tell those whose watches a new key has ended."""
        return actions.tell_of_ended_watches(
            self.session, self.sealers, link=CHECK, time_zone="Europe/London", now=self.now
        )


def contacts(*people: given.Person) -> set[tuple[UUID, str]]:
    """Return the contacts of people, with their channels."""
    return {
        (contact_id, channel)
        for person in people
        for contact_id, channel in (
            (person.sms_contact_id, "sms"),
            (person.email_contact_id, "email"),
        )
        if contact_id
    }
