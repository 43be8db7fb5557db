"""Somebody who signs in with the organisation's account, and what they find in their browser."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from members import actions as members
from storage.keys import Sealers
from tests import given
from tests.members.visits import Visitor
from tests.openid import Provider

SUBJECT = "ruth@organisation.example"
THERE = "/sign-in/openid"
FINISH = "/sign-in/openid/finish"
REFUSED = "/sign-in/openid/refused"
AWAY = "/sign-in/openid/away"


@dataclass
class Way:
    """A browser, the provider, and the way between the two."""

    visitor: Visitor
    provider: Provider

    def out(self, start: str = THERE) -> str:
        """Ask to go to the provider; return its address."""
        return self.visitor.client.get(start).headers["Location"]

    def back(self, subject: str, start: str = THERE) -> str:
        """Go to the provider and sign in there; return the address of our own that follows."""
        return self.provider.come_from(self.out(start), subject)

    def lands(self, address: str) -> str:
        """Open what the provider leads to; return where that leads."""
        return self.visitor.client.get(address).headers.get("Location", "")

    def arrive(self, subject: str) -> str:
        """Go there and back; return where that leads."""
        return self.lands(self.back(subject))


def link(
    session: Session, sealers: Sealers, provider: Provider, person: given.Person, subject: str
) -> None:
    """Link somebody's account with a subject at the provider."""
    mark = members.subject_mark(sealers, issuer=provider.url, subject=subject)
    members.link(session, account_id=person.id, mark=mark, now=datetime.now(UTC))
    session.commit()
