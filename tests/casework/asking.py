"""Somebody who asks for a caseworker on the pages, and reads what came of it."""

import re

from sqlalchemy import select

from casework.keys import Person
from casework.model import Intake
from casework.reading import intake_of
from casework.records import CaseRow
from reports.codes import read_receipt_code
from storage.record_keys import open_key
from tests.members.visits import Visitor
from tests.whole import Whole

NUMBER, E164 = "07700 900741", "+447700900741"
CODE = re.compile(r'class="code" dir="ltr">([^<]+)<')


def call_me(visitor: Visitor, **said: str) -> Visitor:
    """Ask to be called, as somebody who comes from the page for help."""
    return visitor.open("/help/call").fill("/help/call", **{"phone": NUMBER, **said})


def write(visitor: Visitor, words: str = "May I ask you something?", **said: str) -> Visitor:
    """Write a message."""
    return visitor.open("/help/write").fill("/help/write", words=words, **said)


def code_on(visitor: Visitor) -> str:
    """Return the code that a page shows."""
    found = CODE.search(visitor.markup)
    assert found, visitor.text
    return found[1]


def opened(house: Whole, code: str) -> Visitor:
    """Return what opens with a code."""
    return house.visitor().open("/case").fill("/case", code=code)


def asked(house: Whole, code: str) -> Intake:
    """Return what stands in the case of a code, opened with it."""
    person = Person.by_code(house.services.sealers.reports, read_receipt_code(code))
    with house.services.reading() as session:
        found = select(CaseRow).where(CaseRow.code_fingerprint == person.fingerprint)
        row = session.scalars(found).one()
        return intake_of(open_key(session, person.reader, row.id), row)
