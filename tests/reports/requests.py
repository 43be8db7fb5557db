"""Somebody who asks about their data, and what two at the desk do with it."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text

from messages.records import CauseRow, CauseTextRow, ContactRow, DeliveryRow
from tests.members.visits import Visitor
from tests.whole import Whole

PHONE = "07700 900123"  # named by `given_reports.a_submission`
OTHER = "07700 900987"  # named by nobody
WORDS = "I am the Marmoset of Mull."
CODE = re.compile(r'class="code" dir="ltr">([^<]+)<')


def ask(house: Whole, kind: str = "dispute", named: str = PHONE, **said: str) -> Visitor:
    """Return the browser of somebody who sent a request, on the page with the code."""
    visitor = house.visitor().open("/your-data")
    fields = {"words": WORDS, "contact": "marmoset@example.org", **said}
    return visitor.fill("/your-data", kind=kind, named=named, **fields)


def code_on(visitor: Visitor) -> str:
    """Return the code that a page shows."""
    found = CODE.search(visitor.markup)
    assert found
    return found[1]


def answer(house: Whole, code: str) -> Visitor:
    """Return what opens with a code."""
    return house.visitor().open("/your-data/answer").fill("/your-data/answer", code=code)


def first_request(desk: Visitor) -> str:
    """Open the first request on the desk; return its address."""
    desk.open("/desk/requests")
    found = re.search(r'href="(/desk/requests/[^"]+)"', desk.markup)
    assert found
    desk.open(found[1])
    return found[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that waits to be sent, opened."""

    kind: str
    channel: str
    to: str
    subject: str
    body: str
    leaves_from: datetime = field(compare=False)


def messages_of(house: Whole, kind: str) -> list[Message]:
    """Return the messages of a kind of cause, in the order in which they were made."""
    sealer = house.services.sealers.contacts
    with house.services.reading() as session:
        rows = session.execute(
            select(DeliveryRow, CauseTextRow, ContactRow)
            .join(CauseRow, CauseRow.id == DeliveryRow.cause_id)
            .join(CauseTextRow, CauseTextRow.cause_id == CauseRow.id)
            .join(ContactRow, ContactRow.id == DeliveryRow.contact_id)
            .where(CauseRow.kind == kind)
            .order_by(CauseRow.created_at)
        ).all()
        return [
            Message(
                kind=kind,
                channel=delivery.channel,
                to=sealer.text(
                    contact.sealed_address, table="contact", column="sealed_address", row=contact.id
                ),
                subject=sealer.text(
                    words.sealed_subject,
                    table="cause_text",
                    column="sealed_subject",
                    row=words.id,
                ),
                body=sealer.text(
                    words.sealed_body, table="cause_text", column="sealed_body", row=words.id
                ),
                leaves_from=delivery.next_at,
            )
            for delivery, words, contact in rows
        ]


def decide(desk: Visitor, lead: Visitor, outcome: str, **fields: str) -> None:
    """Let one propose and the other confirm."""
    first_request(desk)
    desk.fill("/answer", outcome=outcome, **{"proof": "none", **fields})
    first_request(lead)
    lead.fill("/confirm")


def rows_of(house: Whole, table: str) -> int:
    """Return how many rows a table has."""
    with house.services.reading() as session:
        return session.scalar(text(f"select count(*) from {table}")) or 0  # noqa: S608 - ours
