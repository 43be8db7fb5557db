"""Numbers and addresses of the report: as they were pasted, and how each was read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from checker.identifiers import read
from checker.identifiers.refusals import Refusal
from checker.model import Identifier, NotAnIdentifier, Reading
from reports.model import Certainty, GivenIdentifier, Submission
from reports.pages.typed import Typed
from reports.receipts import MOST_IDENTIFIERS

LONGEST_ENTRY = 500  # several may be pasted into one field
MEND = frozenset(
    {
        Refusal.CONTROL_CHARACTERS,
        Refusal.HALF_NUMBER,
        Refusal.TOO_MANY_DIGITS,
        Refusal.IMPOSSIBLE,
        Refusal.LINK,
        Refusal.USERNAME,
        Refusal.EMAIL_WITHOUT_DOMAIN,
        Refusal.EMAIL_BAD,
        Refusal.LOOK_ALIKE,
    }
)  # slips, for which the words of a check are right in a report too


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field of the page: what stands in it and what it was read as."""

    number: int
    raw: str
    certainty: Certainty
    may_be_shared: bool
    found: tuple[Identifier, ...] = ()
    choices: tuple[tuple[Identifier, ...], ...] = ()
    meant: tuple[str, ...] = ()  # for each choice in turn, "" where nobody can tell
    asked: str = ""
    refusal: NotAnIdentifier | None = None

    @property
    def unsettled(self) -> bool:
        """Whether something in it was not read for certain."""
        return bool(self.raw) and (not self.found or not all(self.meant))

    @property
    def must_ask(self) -> bool:
        """Whether the reporter has not been told yet that this is unsettled."""
        return self.unsettled and self.asked != self.raw


def read_numbers(typed: Typed, said: Submission) -> Submission:
    """Take every row that is not empty; what cannot be read is kept as it was written."""
    first_contact = typed.line("first-contact")
    rows = [row for row in rows_of(typed) if row.raw]
    for row in rows:
        if row.must_ask:
            typed.errors.setdefault(f"entry-{row.number}", _ask(row))
    given = tuple(each for row in rows for each in _given(row))
    if len(given) > MOST_IDENTIFIERS:
        typed.errors[f"entry-{rows[-1].number}"] = _(
            "We can take %(most)s numbers and addresses. Please leave some out here and add "
            "them later with your code.",
            most=MOST_IDENTIFIERS,
        )
    return replace(said, identifiers=given, first_contact=first_contact)


def fill_numbers(said: Submission) -> MultiDict[str, str]:
    """Return the rows again; what was pasted into one field stands in one field."""
    found: MultiDict[str, str] = MultiDict({"first-contact": said.first_contact})
    for number, (raw, group) in enumerate(groupby(said.identifiers, lambda each: each.raw), 1):
        several = list(group)
        given = several[-1]
        found[f"entry-{number}"] = raw
        found[f"certainty-{number}"] = given.certainty
        found[f"asked-{number}"] = raw
        if given.may_be_shared:
            found[f"shared-{number}"] = "yes"
        found.setlist(f"meant-{number}", [each.value for each in several if each.value])
    return found


def rows_of(typed: Typed, *, empty: int = 0) -> tuple[Row, ...]:
    """Return the rows of a form in their order, and some empty ones after them."""
    numbers = sorted(_numbers(typed.form))
    last = numbers[-1] if numbers else 0
    rows = [_row(typed, number) for number in numbers]
    more = range(last + 1, min(last + empty, MOST_IDENTIFIERS) + 1)
    return (*rows, *(_row(typed, number) for number in more))


def _numbers(form: MultiDict[str, str]) -> Iterator[int]:
    """Yield which rows a form has; at most one more than may be filled."""
    for number in range(1, MOST_IDENTIFIERS + 2):
        if f"entry-{number}" in form:
            yield number


def _row(typed: Typed, number: int) -> Row:
    row = Row(
        number=number,
        raw=typed.line(f"entry-{number}", longest=LONGEST_ENTRY),
        certainty=typed.one_of(f"certainty-{number}", Certainty) or Certainty.FAIRLY,
        may_be_shared=typed.ticked(f"shared-{number}"),
        asked=typed.form.get(f"asked-{number}", ""),
    )
    return _as_read(row, typed)


def _as_read(row: Row, typed: Typed) -> Row:
    if not row.raw or len(row.raw) > LONGEST_ENTRY:
        return row
    try:
        reading = read(row.raw, region=typed.region)
    except NotAnIdentifier as error:
        return replace(row, refusal=error)
    meant = tuple(_meant(row.number, typed.form, reading))
    chosen = (each for each in reading.candidates if each.value in meant)
    found = tuple(dict.fromkeys((*reading.identifiers, *chosen)))
    return replace(row, found=found, choices=reading.choices, meant=meant)


def _meant(number: int, form: MultiDict[str, str], reading: Reading) -> Iterator[str]:
    """Yield what is meant by each choice: as typed, or on a page filled again, as it was kept.

    What was kept is the row's values without their places; each settles one choice only, and last
    those that the row holds without a choice.
    """
    certain = {each.value for each in reading.identifiers}
    kept = sorted(form.getlist(f"meant-{number}"), key=certain.__contains__)
    for place, choice in enumerate(reading.choices, 1):
        offered = {each.value for each in choice}
        before = next((value for value in kept if value in offered), "")
        value = form.get(f"meant-{number}-{place}", before)
        if value in kept:
            kept.remove(value)
        yield value if value in offered else ""


def _given(row: Row) -> Iterator[GivenIdentifier]:
    plain = GivenIdentifier(
        raw=row.raw,
        kind=None,
        value=None,
        certainty=row.certainty,
        may_be_shared=row.may_be_shared,
    )
    if not row.found:
        yield plain
    for identifier in row.found:
        yield replace(plain, kind=identifier.kind, value=identifier.value)


def _ask(row: Row) -> str:
    if row.choices:
        return _("This can be meant in several ways. Which one is it? If you do not know, go on.")
    code, words = (row.refusal.code, row.refusal.message) if row.refusal else ("", "")
    if code == Refusal.WITHHELD:
        return _("A withheld number cannot go on the register. Go on: it is kept as you wrote it.")
    if code in {Refusal.PREMIUM, Refusal.SHORT_CODE}:
        return _(
            "That is the number of a service, and nobody has one as their own phone. Please look "
            "at it once more. If it is right, go on: it is kept as you wrote it."
        )
    if code in MEND:
        return " ".join((_(words), _("If it is right, go on: it is kept as you wrote it.")))
    return _(
        "We cannot read this as a phone number, an email address, a username or a number plate. "
        "Please look at it once more: a username needs its app, such as instagram: amber.f, and a "
        "number plate the word reg before it. If it is right, go on: it is kept as you wrote it."
    )
