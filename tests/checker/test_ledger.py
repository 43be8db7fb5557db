"""The ledger: equal identifiers link reports, and a rotation can find every element again."""

from datetime import datetime

import pytest
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select
from sqlalchemy.orm import Session

from checker import actions
from checker.derivation import input_of
from checker.evaluator import LocalEvaluator
from checker.model import Identifier, LedgerLine, WrongRegisterKey
from checker.records import LedgerRow
from tests.checker.samples import EMAIL, LISTED, SEALER, UNLISTED, another_evaluator


def record(
    session: Session, evaluator: LocalEvaluator, now: datetime, *identifiers: Identifier
) -> list[LedgerLine]:
    return actions.record_identifiers(session, evaluator, SEALER, identifiers=identifiers, now=now)


def test_equal_identifiers_of_two_reports_share_a_tag(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    first = record(session, evaluator, now, LISTED, EMAIL)
    second = record(session, evaluator, now, UNLISTED, LISTED)
    assert first[0].tag == second[1].tag
    assert len({line.tag for line in (*first, *second)}) == 3
    assert len({line.id for line in (*first, *second)}) == 4


def test_lines_with_the_same_identifier_find_each_other(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    one = record(session, evaluator, now, LISTED)[0].id
    two, alone = (line.id for line in record(session, evaluator, now, LISTED, EMAIL))
    three = record(session, evaluator, now, LISTED)[0].id
    shared = actions.sharing(session, lines=[one, alone])
    assert set(shared) == {one, alone}
    assert set(shared[one]) == {two, three}
    assert shared[alone] == []


def test_pairs_of_lines_are_handed_out_as_a_query(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    one, two = (line.id for line in record(session, evaluator, now, LISTED, LISTED))
    record(session, evaluator, now, EMAIL)
    pairs = actions.shared_lines().subquery()
    rows = session.execute(select(pairs.c.line, pairs.c.shares_with))
    assert {(line, other) for line, other in rows} == {(one, two), (two, one)}


def test_a_report_without_identifiers_writes_no_line(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    assert record(session, evaluator, now) == []
    assert session.scalars(select(LedgerRow)).all() == []


def test_the_offline_key_alone_opens_the_element(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    offline = PrivateKey.generate()
    rotating = LocalEvaluator(evaluator.pair, bytes(offline.public_key))
    record(session, rotating, now, LISTED)
    row = session.scalars(select(LedgerRow)).one()
    (element,) = evaluator.evaluate([input_of(LISTED)])
    assert SealedBox(offline).decrypt(bytes(row.sealed_element)) == element
    assert (row.kind, row.epoch, row.created_at) == ("phone", 1, now)


def test_lines_of_a_deleted_report_are_forgotten(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    gone, kept = (line.id for line in record(session, evaluator, now, LISTED, LISTED))
    actions.forget_identifiers(session, lines=[gone])
    assert session.scalars(select(LedgerRow.id)).all() == [kept]


def test_a_swapped_register_key_stops_every_writing(
    session: Session, evaluator: LocalEvaluator, now: datetime
) -> None:
    record(session, evaluator, now, LISTED)
    with pytest.raises(WrongRegisterKey, match="BROLLY_REGISTER_KEY_FILE"):
        record(session, another_evaluator(), now, LISTED)
    with pytest.raises(WrongRegisterKey):
        actions.list_entry(session, another_evaluator(), identifier=LISTED, payloads=[], now=now)
