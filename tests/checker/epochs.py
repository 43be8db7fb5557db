"""A register that has moved on to its next epoch, empty but for its canary."""

from sqlalchemy import insert, update

from checker import actions as checker
from checker.derivation import CANARY, derive
from checker.model import Payload, Severity
from checker.payload import seal
from checker.records import EntryRow, StateRow
from tests.whole import Whole


def move_on(house: Whole, epoch: int = 2) -> None:
    """Let the register be in another epoch, in the database and in Redis."""
    [element] = house.services.evaluator.evaluate([CANARY])
    canary = derive(element, epoch)
    entry = seal(canary, Payload(severity=Severity.NUISANCE, kinds=frozenset()))
    with house.writing() as session:
        session.execute(update(StateRow).values(epoch=epoch))
        session.execute(
            insert(EntryRow).values(
                epoch=epoch, tag=canary.tag, entry=entry, updated_at=house.now, synced_at=None
            )
        )
    with house.writing() as session:
        checker.refresh(session, house.services.register, now=house.now)
