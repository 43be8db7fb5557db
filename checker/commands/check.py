"""`brolly check`: what the register says, on the command line."""

import json
from collections.abc import Iterator, Sequence
from typing import IO

import click

from checker import actions
from checker.client import CannotCheck, PrivateChecker, Why
from checker.identifiers import as_written, note_on, read
from checker.model import (
    Answer,
    Identifier,
    IdentifierKind,
    NotAnIdentifier,
    Note,
    Payload,
    RegisterUnavailable,
)
from checker.register import Register
from checker.remote_evaluator import evaluator_of
from checker.watches import Watching
from config.settings import Settings, load_settings
from storage.engine import connect, reading

LISTED, NO_ANSWER = 1, 2
AMBIGUOUS, CANNOT_CHECK = "ambiguous", "cannot_check_now"  # beside the codes of a refusal
WHY = {
    Why.NOT_ALLOWED: "the server does not know this token",
    Why.SPENT: "that is as many checks as this member may make for now",
    Why.UNREACHABLE: "cannot check now: the server cannot be reached",
    Why.UNAVAILABLE: "cannot check now: the server says so itself",
    Why.BAD_PROOF: "the server did not prove its answer, which must not be trusted",
    Why.WRONG_KEY: "the server's key is not one to trust",
    Why.TOO_MANY_WATCHES: "there are as many watches as a member may have",
}
NOTES = {
    Note.UNKNOWN_RANGE: "in no range that we know of: look at each digit again",
    Note.INTERNATIONAL_DOMAIN: "has letters beyond a to z after the @: look whether they are right",
}


Watched = Watching | CannotCheck | None  # until when, why not, or not wished


class NoAnswer(click.ClickException):
    """There is no answer: the exit code is never that of a warning."""

    exit_code = NO_ANSWER

    def __init__(self, code: str, message: str) -> None:
        """Say why, to programs by a code."""
        super().__init__(message)
        self.code = code


@click.command()
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an identifier, or an error.")
@click.option("--private", "url", help="Ask the server at this address, which learns nothing.")
@click.option(
    "--token-file", type=click.File(), help="Holds a member's token; - for standard input."
)
@click.option("--watch", is_flag=True, help="With --private: be told if it is reported in 30 days.")
def check(
    value: str, *, as_json: bool, url: str | None, token_file: IO[str] | None, watch: bool
) -> None:
    """Check a phone number, email, username or number plate, the trusted way or privately.

    Exit code 0: no warning found (which does not mean safe); 1: a warning; 2: it could not be read
    or asked, or, with no warning found, not be watched for.
    """
    settings = load_settings()
    if watch and not url:
        message = "--watch needs --private: it is a member who is told"
        raise click.UsageError(message)
    try:
        meant = _meant(value, settings)
        if url:
            answers, watching = _privately(url, token_file, meant, watch=watch)
        else:
            answers, watching = _answers(settings, meant), None
    except NoAnswer as error:
        if not as_json:
            raise
        _print({"error": error.code, "message": error.message})
        raise SystemExit(NO_ANSWER) from None
    _tell(answers, watching, home=settings.home_region, as_json=as_json)
    raise SystemExit(_exit_code(answers, watching))


def _exit_code(answers: Sequence[Answer], watching: Watched) -> int:
    if any(answer.found for answer in answers):
        return LISTED
    return NO_ANSWER if isinstance(watching, CannotCheck) else 0


def _tell(answers: Sequence[Answer], watching: Watched, *, home: str, as_json: bool) -> None:
    watched = (watching,) if watching else ()
    if as_json:
        for found in (*map(_as_json, answers), *map(_watched_as_json, watched)):
            _print(found)
    else:
        for words in (*(_words(each, home) for each in answers), *map(_watched_words, watched)):
            click.echo(words)


def _watched_words(watching: Watching | CannotCheck) -> str:
    """Say until when it is watched for, or why it is not."""
    if isinstance(watching, Watching):
        unheard = "" if watching.reachable else ", but no message can reach you yet"
        return f"You are told if it is reported, until {watching.until:%Y-%m-%d}{unheard}."
    words = WHY.get(watching.why, f"the server gave no answer: {watching.why}")
    again = f", until {watching.again_at:%Y-%m-%d}" if watching.again_at else ""
    return f"Not watched for: {words}{again}."


def _watched_as_json(watching: Watching | CannotCheck) -> dict[str, object]:
    if isinstance(watching, Watching):
        return {"watched_until": watching.until.isoformat(), "reachable": watching.reachable}
    return {"error": watching.why, "message": _watched_words(watching)}


def _print(found: dict[str, object]) -> None:
    click.echo(json.dumps(found, ensure_ascii=False))


def _meant(value: str, settings: Settings) -> tuple[Identifier, ...]:
    try:
        found = read(value, region=settings.home_region)
    except NotAnIdentifier as error:
        raise NoAnswer(error.code, error.message) from None
    if found.ambiguous:
        which = ", and ".join(
            " or ".join(candidate.value for candidate in choice) for choice in found.choices
        )
        message = f"this can be read in more than one way: write {which}"
        raise NoAnswer(AMBIGUOUS, message)
    return found.identifiers


def _answers(settings: Settings, identifiers: tuple[Identifier, ...]) -> list[Answer]:
    evaluator = evaluator_of(settings)
    engine = connect(settings.database)
    try:
        with reading(engine)() as session:
            return actions.check(
                session,
                evaluator=evaluator,
                register=Register.connect(settings.register),
                identifiers=identifiers,
            )
    except RegisterUnavailable:
        message = "cannot check now: the register cannot be reached. `brolly doctor` says why."
        raise NoAnswer(CANNOT_CHECK, message) from None
    finally:
        engine.dispose()


def _privately(
    url: str, token_file: IO[str] | None, identifiers: tuple[Identifier, ...], *, watch: bool
) -> tuple[list[Answer], Watched]:
    """Return the answers and, if that is wished, until when they are watched for, or why not."""
    if token_file is None:
        message = "--private needs --token-file: `brolly token create` makes a token"
        raise click.UsageError(message)
    checker = PrivateChecker(url, token_file.read().strip())
    try:
        answers = checker.check(identifiers)
        return answers, _watched(checker, answers) if watch else None
    except CannotCheck as error:
        words = WHY.get(error.why, f"cannot check now: {error.why}. This says nothing about it.")
        raise NoAnswer(error.why, words) from None
    finally:
        checker.close()


def _watched(checker: PrivateChecker, answers: list[Answer]) -> Watching | CannotCheck:
    try:
        return checker.watch(answers)
    except CannotCheck as error:
        return error


def _as_json(answer: Answer) -> dict[str, object]:
    found = answer.found
    return {
        "kind": answer.identifier.kind,
        "value": answer.identifier.value,
        "warning": found
        and {
            "severity": found.severity,
            "kinds": sorted(found.kinds),
            "month": found.month,
            "regions": found.regions,
            "reports": found.band,
            "advice": found.advice,
            "references": found.references,
            "more_regions": found.more_regions,
            "more_references": found.more_references,
        },
        "note": note_on(answer.identifier),
    }


def _words(answer: Answer, home: str) -> str:
    identifier = answer.identifier
    is_phone = identifier.kind is IdentifierKind.PHONE
    shown = identifier.value if is_phone else as_written(identifier, home=home)
    return "\n".join(_lines(shown, answer))


def _lines(shown: str, answer: Answer) -> Iterator[str]:
    found, note = answer.found, note_on(answer.identifier)
    if found is None:
        yield f"{shown}: No warning found. That does not mean safe."
    else:
        yield from _told(shown, found)
    if note:
        yield f"  note: {NOTES[note]}"


def _told(shown: str, found: Payload) -> Iterator[str]:
    kinds = ", ".join(sorted(kind.replace("_", " ") for kind in found.kinds))
    yield f"{shown}: {found.severity.upper()}: {kinds}"
    for term, words in (
        ("latest", found.month),
        ("area", _listed(found.regions, more=found.more_regions)),
        ("reports", found.band or ""),
        ("advice", found.advice),
        ("warning", _listed(found.references, more=found.more_references)),
    ):
        if words:
            yield f"  {term}: {words}"


def _listed(words: Sequence[str], *, more: bool) -> str:
    return ", ".join((*words, "and more") if more else words)
