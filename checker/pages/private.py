"""The interface of the private check: a key, an evaluation, a bucket; octets in base64url.

For members' browsers and for programs that show a member's token. docs/openapi.json describes it.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import svcs
from flask import Blueprint, Response, jsonify, request

from checker import actions
from checker.actions import Announcement, Bucket
from checker.encoding import NotBase64Url, from_base64url, to_base64url
from checker.evaluator import Evaluation, Evaluator
from checker.model import Limits, MalformedQuestion, NoSuchBucket, Spending
from checker.payload import ENTRY_OCTETS
from checker.register import Register
from checker.voprf import Element, Mode, NotAnElement, element
from config.settings import Settings
from members.guard import current_account, may_check, needs_no_token
from storage.engine import Singly

api = Blueprint("checker_api", __name__, url_prefix="/api/v1")

SUITE = "ristretto255-SHA512"
MOST = 20  # elements in one question
LONGEST = 43  # digits of an element in base64url
BUCKETS_A_CHECK = 3  # of the budget: the layout may change in between, and a line may break
LAYOUT = "Brolly-Layout"  # bits and pad of the bucket that an answer holds


@api.get("/oprf/key")
@may_check
def key() -> Response:
    """Say whose proofs to expect, and where entries lie."""
    evaluator, register = svcs.flask.get(Evaluator, Register)
    with svcs.flask.get(Singly).connect() as connection:
        found = actions.announce(connection, evaluator=evaluator, register=register)
    return _unstored(jsonify(_announced(found)))


@api.post("/oprf/evaluate")
@needs_no_token  # browsers send this type only where a page may, and other sites are refused
@may_check
def evaluate() -> Response:
    """Evaluate blinded elements, which say nothing about what is checked."""
    blinded = _blinded(request.get_json(silent=True))
    with (
        svcs.flask.get(Singly).connect() as connection,
        actions.paid(
            connection,
            account_id=current_account().id,
            elements=len(blinded),
            now=datetime.now(UTC),
            limits=_limits(),
        ),
    ):
        evaluator = svcs.flask.get(Evaluator)
        epoch, said = actions.evaluate(connection, evaluator=evaluator, blinded=blinded)
    return _unstored(jsonify({"epoch": epoch, **_said(said)}))


@api.get("/register/<int:epoch>/bucket/<hexadecimal>")
@may_check
def bucket(epoch: int, hexadecimal: str) -> Response:
    """Hand out a whole bucket: entries and filler, of the same length whatever it holds."""
    evaluator, register = svcs.flask.get(Evaluator, Register)
    number = _number(hexadecimal)
    with svcs.flask.get(Singly).connect() as connection:
        actions.spend(
            connection,
            account_id=current_account().id,
            elements=1,
            now=datetime.now(UTC),
            limits=_limits().times(BUCKETS_A_CHECK),
            spending=Spending.BUCKET,
        )
        found = actions.bucket(
            connection, evaluator=evaluator, register=register, epoch=epoch, number=number
        )
    return _unstored(_octets(found))


def _limits() -> Limits:
    settings = svcs.flask.get(Settings)
    return Limits(burst=settings.check_burst, daily=settings.check_daily)


def _blinded(question: Any) -> list[Element]:  # noqa: ANN401 - whatever JSON came
    """Return the elements of a question; raises MalformedQuestion, or NotAnElement."""
    coded = question.get("blinded") if isinstance(question, dict) else None
    if not isinstance(coded, list) or not 0 < len(coded) <= MOST:
        raise MalformedQuestion
    if not all(isinstance(each, str) and len(each) <= LONGEST for each in coded):
        raise MalformedQuestion
    try:
        return [element(from_base64url(each)) for each in coded]
    except NotBase64Url:
        raise NotAnElement from None


def _number(hexadecimal: str) -> int:
    """Return a bucket's number: lower-case hex without leading zeros; raises NoSuchBucket."""
    try:
        number = int(hexadecimal, 16)
    except ValueError:
        raise NoSuchBucket from None
    if f"{number:x}" != hexadecimal:
        raise NoSuchBucket
    return number


def _announced(found: Announcement) -> dict[str, object]:
    first, *others = (to_base64url(each) for each in found.public_keys)
    return {
        "suite": SUITE,
        "mode": int(Mode.VOPRF),
        "epoch": found.epoch,
        "pk": first,
        "others": others,
        "bucket_bits": found.layout.bits,
        "entry": ENTRY_OCTETS,
        "pad": found.layout.pad,
    }


def _said(parts: tuple[Evaluation, ...]) -> dict[str, object]:
    first, *others = (
        {
            "evaluated": [to_base64url(each) for each in part.evaluated],
            "proof": to_base64url(part.proof),
        }
        for part in parts
    )
    return {**first, "others": others}


def _octets(found: Bucket) -> Response:
    response = Response(found.octets, HTTPStatus.OK, content_type="application/octet-stream")
    response.headers[LAYOUT] = f"{found.layout.bits}-{found.layout.pad}"
    return response


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
