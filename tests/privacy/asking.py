"""Somebody who asks about their data on an evening, shows whose it is, and is answered."""

import re

from messages.model import Queue
from tests.privacy.canaries import CANARIES
from tests.privacy.evening import Evening


def somebody_asks(evening: Evening) -> None:
    """Ask on the pages what is held, and show by a code that the number is theirs."""
    visitor = evening.browser()
    visitor.open("/your-data").send(
        form="/your-data",
        kind="access",
        named=f"{CANARIES['number asked about']}\n{CANARIES['address asked about']}",
        words=CANARIES["asker's words"],
        contact=CANARIES["asker's contact"],
        tell=CANARIES["where to tell"],
    )
    assert visitor.path == "/your-data/code", visitor.text
    visitor.open("/your-data/proof").send(form="/your-data/proof", position="0")
    evening.drain(Queue.SERVICE)
    (message,) = (
        each
        for each in evening.gateway.messages("sms")
        if each["to"] == CANARIES["number asked about"]
    )
    visitor.send(form="/proof/code", digits=message["body"].split()[0])
    assert "Shown to be yours" in visitor.text


def two_answer(evening: Evening) -> None:
    """Tell something on the pages, as two people; who asked hears that there is an answer."""
    ruth, sol = evening.signed_in("Ruth"), evening.signed_in("Sol")
    found = re.search(r'href="(/desk/requests/[^"]+)"', ruth.open("/desk/requests").markup)
    assert found
    ruth.open(found[1]).send(
        form="/answer", outcome="told", proof="code", told=CANARIES["what is told"]
    )
    sol.open(found[1]).send(form="/confirm")
    evening.drain(Queue.SERVICE)
    (mail,) = (
        each
        for each in evening.gateway.messages("email")
        if each["to"] == CANARIES["where to tell"]
    )
    assert "There is an answer." in mail["body"]
