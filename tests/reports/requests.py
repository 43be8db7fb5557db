"""Somebody who asks about their data, and what two at the desk do with it."""

import re

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
