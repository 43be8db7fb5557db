"""Complaint bodies: read from a file, held to their rules, proposed in order with their deadlines.

A day that is counted from a deadline in months is early rather than late: 6 months are 181 days,
as few as they can have.
What nobody compared with its source has no day in `checked_on`, and the desk is told so.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, TypeVar

from casework.complaints import Stage
from casework.professional import HarmByProfessional, Nation, ProfessionalHarm, Sector

SHIPPED = Path(__file__).parent / "bodies"
COLUMNS = (
    "code name stage sectors kinds nations what_for address phone web after_answer steps deadline "
    "days counted_from source checked_on"
).split()
NEEDED = ("code", "name", "stage", "sectors", "nations", "what_for", "steps", "deadline", "source")
LONGEST_CODE = 40
PLAIN = {"yes": True, "no": False}

Choice = TypeVar("Choice", bound=StrEnum)


class CountedFrom(StrEnum):
    """When a deadline begins."""

    EVENT = "event"
    ANSWER = "answer"  # the final one of whoever was asked before


class BodiesRefused(Exception):
    """The file of complaint bodies is not right; what is wrong, by line."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__("; ".join(f"line {line}: {words}" for line, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Somebody to complain to."""

    code: str
    name: str
    stage: Stage
    sectors: tuple[Sector, ...]
    kinds: tuple[HarmByProfessional, ...]  # of these alone; none: of any
    nations: tuple[Nation, ...]
    what_for: str
    address: str
    phone: str
    web: str
    after_answer: bool  # only once whoever comes before has given a final answer
    steps: tuple[str, ...]
    deadline: str
    days: int | None
    counted_from: CountedFrom | None
    source: str
    checked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A body for what happened, and the last day for it, if that can be told."""

    body: Body
    last_day: date | None


class _Wrong(Exception):
    """What is wrong with a line."""


def load_bodies(region: str) -> Mapping[str, Body]:
    """Return the complaint bodies of a country by their codes, none if there is no file of it.

    Raises BodiesRefused.
    """
    path = SHIPPED / f"{region.lower()}.csv"
    return _read(path) if path.exists() else MappingProxyType({})


def propose(
    bodies: Iterable[Body],
    harm: ProfessionalHarm,
    nation: Nation | None,
    *,
    answered_on: date | None = None,
) -> tuple[Proposal, ...]:
    """Return where a complaint can go: first the organisation, then reviews, then the others.

    Without a nation those of each one are there. `answered_on` is the day of a final answer.
    """
    order = list(Stage)
    fitting = [each for each in bodies if _fits(each, harm, nation)]
    return tuple(
        Proposal(body=each, last_day=_last_day(each, harm.happened_on, answered_on))
        for each in sorted(fitting, key=lambda each: order.index(each.stage))
    )


def read_bodies(lines: Iterable[str]) -> Mapping[str, Body]:
    """Return the bodies of a sheet by their codes; raises BodiesRefused with every line's error."""
    reader = csv.DictReader(lines)
    if list(reader.fieldnames or ()) != COLUMNS:
        raise BodiesRefused({1: f"the columns are {','.join(COLUMNS)}"})
    bodies: dict[str, Body] = {}
    errors: dict[int, str] = {}
    for cells in reader:
        try:
            body = _body(_whole(cells))
            if body.code in bodies:
                _refuse(f"{body.code} stands there twice")
            bodies[body.code] = body
        except _Wrong as error:
            errors[reader.line_num] = str(error)
    if errors:
        raise BodiesRefused(errors)
    return MappingProxyType(bodies)


@lru_cache
def _read(path: Path) -> Mapping[str, Body]:
    with path.open(encoding="utf-8", newline="") as file:
        return read_bodies(file)


def _fits(body: Body, harm: ProfessionalHarm, nation: Nation | None) -> bool:
    return (
        (harm.sector or Sector.OTHER) in body.sectors
        and (nation is None or nation in body.nations)
        and (not body.kinds or not {*body.kinds}.isdisjoint(harm.kinds))
    )


def _last_day(body: Body, happened_on: date | None, answered_on: date | None) -> date | None:
    begins = answered_on if body.counted_from is CountedFrom.ANSWER else happened_on
    return begins + timedelta(days=body.days) if begins and body.days else None


def _whole(cells: Mapping[str, str | None]) -> dict[str, str]:
    """Return the cells of a line, none of which is missing."""
    if None in cells or None in cells.values():
        _refuse("it has more or fewer cells than the first line has columns")
    whole = {name: (words or "").strip() for name, words in cells.items()}
    for name in NEEDED:
        if not whole[name]:
            _refuse(f"{name} is empty")
    if len(whole["code"]) > LONGEST_CODE:
        _refuse(f"code is longer than {LONGEST_CODE} characters")
    return whole


def _body(cells: Mapping[str, str]) -> Body:
    if bool(cells["days"]) != bool(cells["counted_from"]):
        _refuse("days and counted_from go together")
    if cells["web"] and not cells["web"].startswith("https://"):
        _refuse("web does not begin with https://")
    return Body(
        code=cells["code"],
        name=cells["name"],
        stage=_one(cells, "stage", [each for each in Stage if each is not Stage.ENDED]),
        sectors=tuple(_some(cells, "sectors", list(Sector))),
        kinds=tuple(_some(cells, "kinds", list(HarmByProfessional))),
        nations=tuple(_some(cells, "nations", list(Nation))),
        what_for=cells["what_for"],
        address=cells["address"],
        phone=cells["phone"],
        web=cells["web"],
        after_answer=_yes(cells, "after_answer"),
        steps=tuple(filter(None, map(str.strip, cells["steps"].split("|")))),
        deadline=cells["deadline"],
        days=_days(cells["days"]),
        counted_from=_one(cells, "counted_from", list(CountedFrom)) if cells["days"] else None,
        source=cells["source"],
        checked_on=_day(cells["checked_on"]),
    )


def _some(cells: Mapping[str, str], name: str, choices: Sequence[Choice]) -> Iterator[Choice]:
    for code in filter(None, map(str.strip, cells[name].split(";"))):
        yield _one({name: code}, name, choices)


def _one(cells: Mapping[str, str], name: str, choices: Sequence[Choice]) -> Choice:
    for choice in choices:
        if choice == cells[name]:
            return choice
    return _refuse(f"{name}: {cells[name]} is none of {', '.join(choices)}")


def _yes(cells: Mapping[str, str], name: str) -> bool:
    if cells[name] not in PLAIN:
        _refuse(f"{name} is neither yes nor no")
    return PLAIN[cells[name]]


def _days(typed: str) -> int | None:
    if typed and not (typed.isdecimal() and int(typed)):
        _refuse(f"days: {typed} is no number of days")
    return int(typed) if typed else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return _refuse(f"checked_on: {typed} is no day such as 2026-11-28")


def _refuse(words: str) -> NoReturn:
    raise _Wrong(words)
