"""The list of messages as Twilio answers it: filters, newest first, pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from demo.gateway.arrivals import Arrival, Arrivals
from demo.gateway.errors import Refusal

PAGE_SIZE = 50
LARGEST_PAGE = 1000
DATE_LENGTH = len("2026-01-31")
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")

Test = Callable[[Arrival], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of messages, its place, and the query of the next one ("" when it is the last)."""

    messages: list[Arrival]
    number: int
    size: int
    next_query: str


def list_messages(arrivals: Arrivals, query: Mapping[str, str]) -> Page:
    """Return the page a query asks for; raises Refusal for a value that cannot be read.

    Pages continue after a message, not at a count, so that later arrivals move nothing.
    """
    size = min(max(_whole(query.get("PageSize", PAGE_SIZE)), 1), LARGEST_PAGE)
    number = _whole(query.get("Page", 0))
    tests = list(_tests(query))
    texts = (each for each in arrivals.newest_first(query.get("To", "")) if each.is_twilios)
    found = (each for each in texts if all(test(each) for test in tests))
    messages = list(islice(_after(found, query.get("PageToken", "")), size + 1))
    return Page(messages[:size], number, size, _next_query(query, messages, number, size))


def _next_query(query: Mapping[str, str], messages: list[Arrival], number: int, size: int) -> str:
    if len(messages) <= size:
        return ""
    kept = {name: query[name] for name in FILTERS if name in query}
    token = f"PA{messages[size - 1].id}"
    return urlencode(kept | {"PageSize": size, "Page": number + 1, "PageToken": token})


def _after(found: Iterable[Arrival], token: str) -> Iterator[Arrival]:
    waiting = bool(token)
    for each in found:
        if not waiting:
            yield each
        elif token == f"PA{each.id}":
            waiting = False


def _tests(query: Mapping[str, str]) -> Iterator[Test]:
    if "From" in query:
        sender = query["From"]
        yield lambda each: each.sender == sender
    if "DateSent" in query:
        # Twilio's client writes a date as that day's midnight: the day is what counts.
        day = _span(query["DateSent"])[0].date()
        yield lambda each: each.received_at.date() == day
    if "DateSent>" in query:
        earliest, _ = _span(query["DateSent>"])
        yield lambda each: each.received_at >= earliest
    if "DateSent<" in query:
        _, latest = _span(query["DateSent<"])
        yield lambda each: each.received_at < latest


def _span(text: str) -> tuple[datetime, datetime]:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(20001) from None
    length = timedelta(days=1) if len(text) == DATE_LENGTH else timedelta(seconds=1)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return start, start + length


def _whole(value: str | int) -> int:
    try:
        return int(value)
    except ValueError:
        raise Refusal(20001) from None
