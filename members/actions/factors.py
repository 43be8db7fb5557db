"""Second factors of an account: set up, show, take away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from members import factors
from members.actions import tries
from members.digits import digits_in
from members.factors import Factor, FactorKind
from members.model import STAFF, Role
from members.records import AccountRow, FactorRow, RecoveryCodeRow
from members.refusals import LastFactor, NoSuchFactor, WrongCode
from storage.base import new_id
from storage.engine import Executor
from storage.keys import Sealers
from storage.sealing import Sealer

LABEL = {"table": "factor", "column": "sealed_label"}
SECRET = {"table": "factor", "column": "sealed_secret"}

NEEDS_SECOND_STEP = select(  # kept as it is built: each sign-in runs it
    AccountRow.role.in_(sorted(STAFF))
    | exists().where(FactorRow.account_id == AccountRow.id, FactorRow.confirmed_at.is_not(None))
).where(AccountRow.id == bindparam("account_id"))


def needs_second_step(session: Session, account_id: UUID) -> bool:
    """Whether an account has to show a second factor: it has one, or is one of staff."""
    return bool(session.scalar(NEEDS_SECOND_STEP, {"account_id": account_id}))


def has_factor(executor: Executor, account_id: UUID) -> bool:
    """Whether an account has a second factor that counts."""
    found = executor.execute(select(exists().where(*_own(account_id)))).scalar()
    return bool(found)


def list_factors(session: Session, sealers: Sealers, *, account_id: UUID) -> list[Factor]:
    """Return the second factors of an account that count, the oldest first."""
    rows = session.scalars(
        select(FactorRow).where(*_own(account_id)).order_by(FactorRow.created_at)
    )
    return [
        Factor(
            id=row.id,
            kind=FactorKind(row.kind),
            label=sealers.members.text(row.sealed_label, row=row.id, **LABEL),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in rows
    ]


def begin_totp(
    session: Session, sealers: Sealers, *, account_id: UUID, label: str, now: datetime
) -> None:
    """Draw a secret that counts once a code of it is shown; one begun before is forgotten."""
    _forget_begun(session, account_id)
    session.add(_row(sealers.members, account_id, label, factors.new_secret(), now))
    session.flush()


def begun_secret(session: Session, sealers: Sealers, *, account_id: UUID) -> str | None:
    """Return the secret that is being set up, if there is one."""
    row = session.scalars(select(FactorRow).where(*_begun(account_id))).first()
    return None if row is None else _secret(sealers.members, row)


def confirm_totp(
    session: Session, sealers: Sealers, *, account_id: UUID, code: str, now: datetime
) -> None:
    """Let the secret that is being set up count; raises NoSuchFactor and WrongCode."""
    row = session.scalars(select(FactorRow).where(*_begun(account_id))).first()
    if row is None:
        raise NoSuchFactor
    step = factors.step_of(_secret(sealers.members, row), digits_in(code), now)
    if step is None:
        raise WrongCode
    confirmed = session.scalars(
        update(FactorRow)
        .where(FactorRow.id == row.id, *_begun(account_id))
        .values(confirmed_at=now, last_used_at=now, last_step=step)
        .returning(FactorRow.id)
    ).first()
    if confirmed is None:
        raise NoSuchFactor


def add_totp(
    session: Session,
    sealers: Sealers,
    *,
    account_id: UUID,
    secret: str,
    now: datetime,
    label: str = "",
) -> None:
    """Give an account a factor whose secret its owner has already."""
    row = _row(sealers.members, account_id, label, secret, now)
    row.confirmed_at = now
    session.add(row)
    session.flush()


def count_code(session: Session, sealers: Sealers, *, account_id: UUID, now: datetime) -> None:
    """Count a try at a second factor; raises TooManyTries. Pages commit it before they compare."""
    tries.count(session, tries_of(sealers.members, account_id), now=now)


def settle_code(
    session: Session, sealers: Sealers, *, account_id: UUID, code: str, now: datetime
) -> bool:
    """Take a code of an app or a recovery code, each once; whether it was one for recovery.

    Raises WrongCode.
    """
    of_app = _take_totp(session, sealers.members, account_id, code, now)
    if not of_app and not _take_recovery(session, sealers.members, account_id, code, now):
        raise WrongCode
    forget_tries(session, sealers, account_id=account_id)
    return not of_app


def forget_tries(session: Session, sealers: Sealers, *, account_id: UUID) -> None:
    """Forget the tries at a second factor: one was right."""
    tries.forget(session, tries_of(sealers.members, account_id))


def remove_factor(session: Session, *, account_id: UUID, factor_id: UUID) -> None:
    """Take a factor away; raises NoSuchFactor, and LastFactor where staff would be left without.

    The account's row is held, so that of two that are removed at once one stays.
    """
    row = session.get(AccountRow, account_id, with_for_update=True)
    ids = set(session.scalars(select(FactorRow.id).where(*_own(account_id))))
    if row is None or factor_id not in ids:
        raise NoSuchFactor
    last = ids == {factor_id}
    if last and Role(row.role) in STAFF:
        raise LastFactor
    session.execute(delete(FactorRow).where(FactorRow.id == factor_id))
    if last:
        session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))


def make_codes(session: Session, sealers: Sealers, *, account_id: UUID) -> list[str]:
    """Make ten recovery codes in the place of those from before; they are not shown again."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    codes = factors.new_codes()
    session.add_all(
        RecoveryCodeRow(
            id=new_id(),
            account_id=account_id,
            code_fingerprint=_of_code(sealers.members, account_id, code),
        )
        for code in codes
    )
    session.flush()
    return codes


def codes_left(session: Session, *, account_id: UUID) -> int:
    """Return how many recovery codes are not used yet."""
    unused = select(RecoveryCodeRow.id).where(
        RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None)
    )
    return len(session.scalars(unused).all())


def _take_totp(
    session: Session, sealer: Sealer, account_id: UUID, code: str, now: datetime
) -> bool:
    """Whether a code fits a factor; the update takes it, so that of two at once one is refused."""
    digits = digits_in(code)
    of_apps = *_own(account_id), FactorRow.kind == FactorKind.TOTP
    for row in session.scalars(select(FactorRow).where(*of_apps)).all():
        step = factors.step_of(_secret(sealer, row), digits, now)
        if step is None:
            continue
        later = FactorRow.last_step.is_(None) | (FactorRow.last_step < step)
        taken = session.scalars(
            update(FactorRow)
            .where(FactorRow.id == row.id, later)
            .values(last_step=step, last_used_at=now)
            .returning(FactorRow.id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is not None:
            return True
    return False


def _take_recovery(
    session: Session, sealer: Sealer, account_id: UUID, code: str, now: datetime
) -> bool:
    """Whether it is a recovery code that was not used; the update uses it."""
    plain = factors.read_code(code)
    taken = session.scalars(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.account_id == account_id,
            RecoveryCodeRow.code_fingerprint == _of_code(sealer, account_id, plain),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCodeRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    return taken is not None


def _own(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return FactorRow.account_id == account_id, FactorRow.confirmed_at.is_not(None)


def _begun(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return FactorRow.account_id == account_id, FactorRow.confirmed_at.is_(None)


def _forget_begun(session: Session, account_id: UUID) -> None:
    session.execute(delete(FactorRow).where(*_begun(account_id)))


def _row(sealer: Sealer, account_id: UUID, label: str, secret: str, now: datetime) -> FactorRow:
    factor_id = new_id()
    return FactorRow(
        id=factor_id,
        account_id=account_id,
        kind=FactorKind.TOTP,
        sealed_label=sealer.seal(label[: factors.LONGEST_LABEL], row=factor_id, **LABEL),
        sealed_secret=sealer.seal(secret, row=factor_id, **SECRET),
        created_at=now,
    )


def _secret(sealer: Sealer, row: FactorRow) -> str:
    return sealer.text(row.sealed_secret, row=row.id, **SECRET)


def tries_of(sealer: Sealer, account_id: UUID) -> bytes:
    """Return the keyed bytes under which tries at an account's second step are counted."""
    return sealer.fingerprint("second step", str(account_id))


def _of_code(sealer: Sealer, account_id: UUID, code: str) -> bytes:
    return sealer.fingerprint("recovery code", f"{account_id}|{code}")
