"""The ledger: every identifier of every report, as a tag that links equals and a sealed element."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from checker.derivation import derive, input_of, keep_element, seal_element
from checker.evaluator import Evaluator
from checker.model import Identifier, LedgerLine
from checker.records import LedgerRow
from checker.state import establish, hold_epoch
from storage.base import new_id
from storage.sealing import Sealer


def record_identifiers(
    session: Session,
    evaluator: Evaluator,
    sealer: Sealer,
    *,
    identifiers: Sequence[Identifier],
    now: datetime,
) -> list[LedgerLine]:
    """Write a line for each identifier of a report, published or not; lines in their order.

    The element is kept under `sealer`, for `list_line`. Raises EvaluatorUnavailable, or
    WrongRegisterKey.
    """
    establish(session, evaluator, now=now)
    state = hold_epoch(session)
    inputs = [input_of(identifier) for identifier in identifiers]
    elements = evaluator.under(state.public_key).evaluate(inputs)
    ids = [new_id() for _ in identifiers]
    rows = [
        LedgerRow(
            id=line,
            kind=identifier.kind.value,
            tag=derive(element, state.epoch).tag,
            sealed_element=seal_element(element, evaluator.rotation_key),
            kept_element=keep_element(element, sealer, line),
            epoch=state.epoch,
            created_at=now,
        )
        for line, identifier, element in zip(ids, identifiers, elements, strict=True)
    ]
    session.add_all(rows)
    session.flush()
    return [LedgerLine(row.id, row.tag) for row in rows]


def forget_identifiers(session: Session, *, lines: Collection[UUID]) -> None:
    """Delete lines whose report is gone; first delete what points to them."""
    session.execute(delete(LedgerRow).where(LedgerRow.id.in_(lines)))


def shared_lines() -> Select[UUID, UUID]:
    """Return pairs of lines with the same identifier, as the columns `line` and `shares_with`."""
    other = aliased(LedgerRow)
    return select(LedgerRow.id.label("line"), other.id.label("shares_with")).join(
        other, (other.tag == LedgerRow.tag) & (other.id != LedgerRow.id)
    )


def sharing(session: Session, *, lines: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return, for each of these lines, the other lines with the same identifier."""
    pairs = session.execute(shared_lines().where(LedgerRow.id.in_(lines)))
    shared: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for line, other in pairs:
        shared[line].append(other)
    return {line: shared[line] for line in lines}
