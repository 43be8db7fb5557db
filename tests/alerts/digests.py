"""Members with digests, and what these were sent."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from alerts import actions
from alerts.model import Alert, Price
from members import actions as members
from members.model import Preferences, Severity
from messages.model import Channel
from reports.model import Warning
from tests import given
from tests.given_reports import DRAFT, TwoCaseworkers, a_proposed_warning, a_submission

HOME = "Europe/London"
PRICE = Price(per_segment=0.05, currency="GBP", segments_per_second=10)
BASE = "https://check.example.org/updates"
CHECK = "https://check.example.org/check"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SIX = 18 * 60  # minutes: 18:00, which is 18:00 UTC in March before the clocks change
ROUTINE = replace(DRAFT, severity=Severity.RISK)
AREAS = {"GB-MET": "Metropolitan", "GB-GMP": "Greater Manchester"}


class Post(TwoCaseworkers):
    """Two caseworkers, members with digests, and what these were sent."""

    def reader(self, number: int, **wishes: Any) -> given.Person:
        """Return a member of London with a digest at six, unless the test says otherwise."""
        chosen: dict[str, Any] = {
            "areas": frozenset({"GB-MET"}),
            "by_sms": True,
            "by_email": False,
            "digest_at": SIX,
        }
        return given.a_member(
            self.session,
            self.sealers,
            now=self.now,
            phone=f"+447700900{number}",
            email=f"member{number}@example.org",
            preferences=Preferences(**chosen | wishes),
        )

    def publish(self, at: datetime, severity: Severity = Severity.RISK, **changes: Any) -> Alert:
        """Publish a warning that leaves at once."""
        draft = replace(ROUTINE, severity=severity, **changes)
        return self._published(self.proposed(draft), at)

    def publish_unnamed(self, at: datetime, *areas: str) -> None:
        """Publish a routine warning that names no number, so that a hundred take no time."""
        warning = a_proposed_warning(
            self.session,
            self.sealers,
            self.evaluator,
            a_submission(identifiers=()),
            draft=replace(ROUTINE, areas=areas),
            by=self.verifier,
            now=self.now,
        )
        self._published(warning, at)

    def _published(self, warning: Warning, at: datetime) -> Alert:
        _warning, alert = actions.publish(
            self.session,
            self.sealers,
            self.evaluator,
            warning_id=warning.id,
            by=self.colleague,
            link_base=BASE,
            check_link=CHECK,
            price=PRICE,
            leaves_from=at,
            time_zone=HOME,
            now=at,
        )
        assert alert
        return alert

    def run(self, at: datetime) -> list[UUID]:
        """Do what the schedule does."""
        found = actions.routine_alerts(self.session, self.sealers, now=at)
        made = [
            actions.send_digest(
                self.session,
                self.sealers,
                due=due,
                alerts=found,
                link=BASE,
                time_zone=HOME,
                now=at,
            )
            for due in members.digests_due(self.session, now=at, time_zone=HOME)
        ]
        self.session.commit()
        return [each for each in made if each]

    def sent(self, person: given.Person, channel: Channel = Channel.SMS) -> list[str]:
        """Return the text keys of all that was made for somebody, oldest first."""
        own = person.sms_contact_id if channel is Channel.SMS else person.email_contact_id
        assert own
        rows = self.session.execute(
            text(
                "SELECT text_key FROM delivery JOIN cause ON cause.id = cause_id"
                " WHERE contact_id = :own AND channel = :channel ORDER BY cause.created_at"
            ),
            {
                "own": own.hex if self.session.get_bind().dialect.name == "sqlite" else own,
                "channel": channel,
            },
        )
        return [row.text_key for row in rows]


def choose(post: Post, reader: given.Person, at: datetime, **wishes: Any) -> None:
    """Change somebody's preferences."""
    chosen = replace(members.preferences(post.session, reader.id), **wishes)
    members.change_preferences(
        post.session, account_id=reader.id, chosen=chosen, known_areas=AREAS, now=at
    )
