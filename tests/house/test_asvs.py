"""What docs/asvs.md says: each requirement once, files that exist, and counts that are right."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "asvs.md"
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, by chapter. They come
# first in their section; what follows them there is of level 3.
SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1, 0),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7, 0),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
ALL_OF_THEM = 253
VERDICTS = ("met", "partly", "not met", "not applicable")
NUMBER = re.compile(r"\bV\d+\.\d+\.\d+\b")
LINE = re.compile(
    r"\| (?P<number>V\d+\.\d+\.\d+) \| [^|]+"
    rf" \| (?P<verdict>{'|'.join(VERDICTS)}) \| (?P<why>[^|]+) \|"
)
CHAPTER = re.compile(r"## (?P<name>(?P<number>\d+) .+)")
COUNTS = re.compile(r"\| (?P<name>[^|]+) \|(?P<counts>(?: \d+ \|){5})")
FILE = re.compile(r"`(?P<path>[\w-]*[./][\w./-]+)`")
LINK = re.compile(r"\]\((?P<path>[^)#]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the page says of a requirement, and under which chapter; 0 is that of level 3."""

    chapter: int
    number: str
    verdict: str
    why: str


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def lines() -> Iterator[Line]:
    chapter = 0
    for written in text().splitlines():
        if written.startswith("## "):
            heading = CHAPTER.fullmatch(written)
            chapter = int(heading["number"]) if heading else 0
        if line := LINE.fullmatch(written):
            yield Line(chapter=chapter, **line.groupdict())


def required() -> set[str]:
    return {
        f"V{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    }


def test_the_list_of_this_test_is_as_long_as_the_standards() -> None:
    assert len(required()) == ALL_OF_THEM


def test_every_requirement_of_levels_1_and_2_is_answered_once_in_its_chapter() -> None:
    answered = Counter(line.number for line in lines() if line.chapter)
    assert answered == Counter(required())
    assert [
        line.number
        for line in lines()
        if line.chapter not in {0, int(line.number[1:].split(".")[0])}
    ] == []


def test_no_number_stands_anywhere_twice_or_without_an_answer() -> None:
    assert sorted(NUMBER.findall(text())) == sorted({line.number for line in lines()})


def test_what_stands_under_level_3_is_of_no_other() -> None:
    beyond = {line.number for line in lines() if not line.chapter}
    assert beyond
    assert beyond & required() == set()


def test_every_file_that_is_named_exists() -> None:
    named = {match["path"] for match in FILE.finditer(text())}
    linked = {f"docs/{match['path']}" for match in LINK.finditer(text())}
    assert named
    assert linked
    assert [path for path in sorted(named | linked) if not (ROOT / path).exists()] == []


def test_what_is_met_is_shown_by_a_file() -> None:
    bare = [
        line.number
        for line in lines()
        if line.verdict == "met" and not (FILE.search(line.why) or LINK.search(line.why))
    ]
    assert bare == []


def test_the_counts_of_the_summary_are_right() -> None:
    found = {
        match["name"]: [int(count) for count in re.findall(r"\d+", match["counts"])]
        for match in COUNTS.finditer(text())
    }
    names = {int(match["number"]): match["name"] for match in CHAPTER.finditer(text())}
    verdicts = {
        name: Counter(line.verdict for line in lines() if line.chapter == chapter)
        for chapter, name in [*names.items(), (0, "of level 3")]
    }
    verdicts["levels 1 and 2"] = sum((verdicts[name] for name in names.values()), Counter())
    assert found == {
        name: [*(counted[verdict] for verdict in VERDICTS), counted.total()]
        for name, counted in verdicts.items()
    }
