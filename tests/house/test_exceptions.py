"""Every exception from a check says why, on its own line."""

import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.house.tree import files, relative

EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore|mypy:|pragma:)", re.IGNORECASE)
WITH_A_REASON = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|pragma: no (?:cover|branch)) - \S.+"
    r"|# type: ignore\[[a-z-]+(?:, [a-z-]+)*\] # (?!noqa)\S.+"
)


def exceptions() -> Iterator[tuple[str, str]]:
    """Yield where each exception stands, and its comment."""
    for path in files():
        if path.suffix not in {".py", ".pyi"}:
            continue
        with tokenize.open(path) as source:
            for token in tokenize.generate_tokens(source.readline):
                if token.type == tokenize.COMMENT and EXCEPTION.search(token.string):
                    yield f"{relative(path)}:{token.start[0]}", token.string


def test_every_exception_from_a_check_says_why() -> None:
    found = dict(exceptions())
    assert found
    silent = {place: said for place, said in found.items() if not WITH_A_REASON.fullmatch(said)}
    assert silent == {}


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S603",
        "# noqa: S603 -",
        "# type: ignore",
        "# type: ignore[misc]",
        "# type: ignore[misc] # noqa: S603",
    ],
)
def test_an_exception_without_a_reason_is_seen(comment: str) -> None:
    assert EXCEPTION.search(comment)
    assert not WITH_A_REASON.fullmatch(comment)
