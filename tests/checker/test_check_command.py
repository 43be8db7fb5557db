"""`brolly check`, as somebody trusted calls it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis import Redis
from structlog.testing import capture_logs

from checker.commands.check import check as command
from checker.identifiers.refusals import MESSAGES, Refusal
from checker.model import Identifier, IdentifierKind
from config.settings import Settings
from tests.checker.checks import Checks
from tests.checker.samples import EMAIL, LISTED, UNLISTED, WARNING, a_payload

NOTHING = "No warning found. That does not mean safe."
AMBIGUOUS = "49 30 901820"
WORDS = """\
+447700900123: DANGER: physical assault, robbery or theft
  latest: 2026-02
  area: GB-GMP
  reports: 2 to 4
  advice: Arrives with a second person. Do not open.
  warning: W-7KQ2M4
  note: in no range that we know of: look at each digit again
"""
NOTE = WORDS.splitlines(keepends=True)[-1]


class Run:
    """Runs the command with the settings of a test instance."""

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, caplog: pytest.LogCaptureFixture
) -> Iterator[Run]:
    """Give the command; whatever it is asked, it logs nothing."""
    monkeypatch.setenv("BROLLY_DATABASE_URL", settings.database)
    monkeypatch.setenv("BROLLY_REGISTER_URL", settings.register)
    monkeypatch.setenv("BROLLY_DATA_DIR", str(settings.data_dir))
    with capture_logs() as logged:
        yield Run()
    assert logged == []
    assert caplog.records == []


@pytest.fixture
def settings(database_url: str, redis_url: str, keys: Path) -> Settings:
    return Settings(data_dir=keys, database_url=database_url, register_url=redis_url)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("spelling", ["07700 900123", "+44 (0)7700-900123", "tel:+447700900123"])
def test_a_number_on_the_register_is_told_in_words_and_by_the_exit_code(
    run: Run, spelling: str
) -> None:
    result = run(spelling)
    assert (result.exit_code, result.stdout, result.stderr) == (1, WORDS, "")


@pytest.mark.usefixtures("checks")
def test_a_number_that_is_not_there_is_never_called_safe(run: Run) -> None:
    result = run("07700 900124")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{UNLISTED.value}: {NOTHING}\n{NOTE}"


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize(
    ("spelling", "kind", "value", "shown"),
    [
        ("insta @Amber.F", "username", "instagram:amber.f", "amber.f on Instagram"),
        ("reg ab12-coe", "vehicle", "GB:AB12C0E", "AB12 COE"),
        ("PL plate: WX 12345", "vehicle", "PL:WX12345", "PL plate: WX12345"),
    ],
)
def test_a_username_and_a_plate_are_checked_and_shown_as_people_write_them(
    run: Run, checks: Checks, spelling: str, kind: str, value: str, shown: str
) -> None:
    assert run(spelling).stdout == f"{shown}: {NOTHING}\n"
    checks.publish(Identifier(IdentifierKind(kind), value), WARNING)
    assert run(spelling).stdout.startswith(f"{shown}: DANGER: ")
    [told] = objects(run(spelling, "--json"))
    assert (told["kind"], told["value"], told["note"]) == (kind, value, None)


@pytest.mark.usefixtures("checks")
def test_a_bare_name_is_to_be_written_with_its_app(run: Run) -> None:
    result = run("@amber.f")
    assert result.exit_code == 2
    assert "write instagram:amber.f or snapchat:amber.f or" in result.stderr


def test_what_a_warning_withholds_has_no_line(run: Run, checks: Checks) -> None:
    little = a_payload(month="", regions=(), band=None, advice="", references=())
    checks.publish(EMAIL, little)
    result = run(EMAIL.value)
    assert result.exit_code == 1
    assert result.stdout == f"{EMAIL.value}: DANGER: physical assault, robbery or theft\n"


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("07700 900124, 07700 900123", 1),
        ("07700 900123, 07700 900124", 1),
        ("07700 900124, somebody@example.org", 0),
    ],
)
def test_several_get_an_answer_each_and_one_warning_decides_the_exit_code(
    run: Run, value: str, code: int
) -> None:
    result = run(value)
    assert result.exit_code == code
    answers = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert len(answers) == 2
    assert sum("DANGER" in line for line in answers) == code
    assert result.stdout.count(NOTHING) == 2 - code


@pytest.mark.usefixtures("checks")
def test_json_is_one_object_an_identifier(run: Run) -> None:
    result = run("07700 900123, 07700 900124", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert objects(result) == [
        {
            "kind": "phone",
            "value": LISTED.value,
            "warning": {
                "severity": "danger",
                "kinds": ["physical_assault", "robbery_or_theft"],
                "month": "2026-02",
                "regions": ["GB-GMP"],
                "reports": "2 to 4",
                "advice": WARNING.advice,
                "references": ["W-7KQ2M4"],
                "more_regions": False,
                "more_references": False,
            },
            "note": "unknown_range",
        },
        {
            "kind": "phone",
            "value": UNLISTED.value,
            "warning": None,
            "note": "unknown_range",
        },
    ]


def test_what_did_not_fit_the_entry_is_owned_up_to(run: Run, checks: Checks) -> None:
    checks.publish(EMAIL, a_payload(regions=("GB-GMP",), more_regions=True, more_references=True))
    result = run(EMAIL.value)
    assert "  area: GB-GMP, and more\n" in result.stdout
    assert re.search(r"  warning: W-\w+, and more\n", result.stdout)


def test_what_is_withheld_has_its_place_in_json(run: Run, checks: Checks) -> None:
    checks.publish(EMAIL, a_payload(month="", regions=(), band=None, advice="", references=()))
    (answer,) = objects(run(EMAIL.value, "--json"))
    assert (answer["kind"], answer["value"]) == ("email", EMAIL.value)
    assert answer["warning"]["reports"] is None
    assert (answer["warning"]["month"], answer["warning"]["regions"]) == ("", [])


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        ("", Refusal.EMPTY),
        ("Dave from Salford", Refusal.NAME),
        ("07700 9", Refusal.HALF_NUMBER),
        ("07700 900123 and 0906 123 4567", Refusal.PREMIUM),
    ],
)
def test_what_is_no_identifier_is_refused_without_being_repeated(
    run: Run, value: str, refusal: Refusal, form: tuple[str, ...]
) -> None:
    result = run(value, *form)
    said_to_programs = {"error": refusal, "message": MESSAGES[refusal]}
    assert result.exit_code == 2
    if form:
        assert json.loads(result.stdout) == said_to_programs
    else:
        assert (result.stdout, result.stderr) == ("", f"Error: {MESSAGES[refusal]}\n")
    assert not value or value not in result.output


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("value", [AMBIGUOUS, f"07700 900123, {AMBIGUOUS}"])
def test_what_can_be_read_in_two_ways_is_not_answered_by_half(run: Run, value: str) -> None:
    result = run(value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "this can be read in more than one way: write +4" in result.stderr
    which = result.stderr.partition("write ")[2].split(" or ")
    assert len({each.strip() for each in which}) == 2
    assert json.loads(run(value, "--json").stdout)["error"] == "ambiguous"


@pytest.mark.usefixtures("checks")
def test_each_of_the_two_readings_can_be_asked_for(run: Run) -> None:
    which = run(AMBIGUOUS).stderr.partition("write ")[2].split(" or ")
    for each in which:
        result = run(each.strip())
        assert result.exit_code == 0
        assert result.stdout.startswith(f"{each.strip()}: {NOTHING}\n")


def test_two_doubtful_numbers_are_each_asked_about(run: Run) -> None:
    result = run("6555501234, 49 30 901820")
    assert result.exit_code == 2
    words = "write +446555501234 or +6555501234, and +444930901820 or +4930901820"
    assert words in result.stderr


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("value", ["07700 900123", "07700 900124"])
def test_a_register_that_was_lost_is_neither_a_warning_nor_its_absence(
    run: Run, checks: Checks, value: str, form: tuple[str, ...]
) -> None:
    Redis.from_url(checks.redis_url).flushall()
    result = run(value, *form)
    assert result.exit_code == 2
    if form:
        assert json.loads(result.stdout)["error"] == "cannot_check_now"
    else:
        assert result.stdout == ""
        assert result.stderr.startswith("Error: cannot check now")
        assert "brolly doctor" in result.stderr


@pytest.mark.usefixtures("checks")
def test_a_redis_that_is_away_is_neither_a_warning_nor_its_absence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROLLY_REGISTER_URL", "redis://127.0.0.1:1/0")
    result = run("07700 900123")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot check now" in result.stderr


def test_a_register_that_was_never_written_gives_no_answer(run: Run) -> None:
    result = run("07700 900123")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot check now" in result.stderr
