"""Submitting: a draft becomes a report, once, however often it is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.actions import record_identifiers
from checker.evaluator import Evaluator
from checker.model import Identifier
from members.actions import holders
from reports.actions.drafts import take_draft
from reports.actions.matching import ask_held
from reports.codes import fingerprint, new_reference
from reports.model import CONSENT_WORDING, GivenIdentifier, Reporter, ReportState, Submission
from reports.opening import told_by_code
from reports.reading import PERSON, PLACE, SAFE_CONTACT, Place
from reports.receipts import Draft, Receipt
from reports.records import (
    ConsentRow,
    HarmRow,
    PersonRow,
    ReportIdentifierRow,
    ReportRow,
)
from reports.refusals import NoSuchReceipt, NothingHappened
from reports.severity import severity_of
from storage.base import new_id
from storage.envelopes import DataKey, Seals
from storage.keys import Sealers
from storage.record_keys import keep_key
from storage.sealing import Sealed, Sealer


def send_draft(
    session: Session, sealers: Sealers, evaluator: Evaluator, *, code: str, now: datetime
) -> Receipt:
    """Turn the draft of a code into a report, or return the receipt of the one it became.

    Raises NothingHappened if the draft does not say what happened, NoSuchReceipt,
    EvaluatorUnavailable, WrongRegisterKey; the draft is kept when the transaction is not committed.
    """
    try:
        draft = take_draft(session, sealers.reports, code=code)
    except NoSuchReceipt:
        return _receipt(_sent(session, sealers.reports, code))
    return submit(session, sealers, evaluator, draft, code=code, now=now)


def submit(
    session: Session,
    sealers: Sealers,
    evaluator: Evaluator,
    draft: Draft,
    *,
    code: str,
    now: datetime,
) -> Receipt:
    """Store a report under its receipt code; raises NothingHappened and as `send_draft`.

    Its key is made here, wrapped to the caseworkers and the recovery key, and forgotten: whoever
    took the report cannot read it afterwards.
    """
    if not draft.submission.narrative.strip():
        raise NothingHappened
    key, said = DataKey.fresh(), draft.submission
    row = _report(key, draft, fingerprint(sealers.reports, code), now)
    row.code_public = bytes(told_by_code(sealers.reports, code).private.public_key)
    session.add(row)
    session.flush()  # the rows below point to it, and know it by its id only
    keep_key(session, key, record_id=row.id, holders=holders(session, sealers))
    _add_harms(session, row.id, said)
    _add_people(session, key, row.id, said)
    lines = _ledger_lines(session, sealers.reports, evaluator, said.identifiers, now)
    _add_identifiers(session, key, row.id, said.identifiers, lines)
    _add_consents(session, row, draft.submission, now)
    session.flush()
    ask_held(session, row.id, now=now)
    return _receipt(row)


def _sent(session: Session, sealer: Sealer, code: str) -> ReportRow:
    row = session.scalar(
        select(ReportRow).where(ReportRow.code_fingerprint == fingerprint(sealer, code))
    )
    if row is None:
        raise NoSuchReceipt
    return row


def _receipt(row: ReportRow) -> Receipt:
    return Receipt(report_id=row.id, reference=row.reference, received_at=row.received_at)


def _report(sealer: Seals, draft: Draft, code_fingerprint: bytes, now: datetime) -> ReportRow:
    said, row_id = draft.submission, new_id()
    row = ReportRow(
        id=row_id,
        reference=new_reference("R"),
        state=ReportState.RECEIVED,
        severity=severity_of(said.harms),
        received_at=now,
        channel=said.channel,
        language=said.language,
        reporter=said.reporter,
        code_fingerprint=code_fingerprint,
        sealed_narrative=_seal(sealer, said.narrative, "sealed_narrative", row_id),
        sealed_place=_place(sealer, said, row_id),
        sealed_safe_contact=_safe_contact(sealer, said, row_id),
        area=said.area,
        setting=said.setting,
        support_wanted=said.support_wanted,
    )
    _tell_when(row, said)
    _link_to_account(row, sealer, draft)
    return row


def _seal(sealer: Seals, plain: str | bytes, column: str, row_id: UUID) -> Sealed:
    return sealer.seal(plain, table="report", column=column, row=row_id)


def _place(sealer: Seals, said: Submission, row_id: UUID) -> Sealed | None:
    place = Place(district=said.district, first_contact=said.first_contact)
    if place == Place():
        return None
    return _seal(sealer, PLACE.dump_json(place), "sealed_place", row_id)


def _safe_contact(sealer: Seals, said: Submission, row_id: UUID) -> Sealed | None:
    if said.safe_contact is None:
        return None
    return _seal(sealer, SAFE_CONTACT.dump_json(said.safe_contact), "sealed_safe_contact", row_id)


def _tell_when(row: ReportRow, said: Submission) -> None:
    if said.when is not None:
        row.precision = said.when.precision
        row.from_day, row.to_day = said.when.from_day, said.when.to_day
        row.time_of_day = said.when.time_of_day


def _link_to_account(row: ReportRow, sealer: Seals, draft: Draft) -> None:
    if draft.submission.reporter is Reporter.ANONYMOUS or draft.account_id is None:
        row.reporter = Reporter.ANONYMOUS
        return
    account = str(draft.account_id)
    row.sealed_reporter_id = _seal(sealer, account, "sealed_reporter_id", row.id)
    row.reporter_mark = bytes.fromhex(draft.mark)


def _add_harms(session: Session, report_id: UUID, said: Submission) -> None:
    session.add_all(
        HarmRow(
            id=new_id(),
            report_id=report_id,
            kind=harm.kind,
            weapon=harm.weapon,
            injury=harm.injury,
            strands=" ".join(harm.strands),
        )
        for harm in said.harms
    )


def _add_people(session: Session, sealer: Seals, report_id: UUID, said: Submission) -> None:
    table, column = "person_described", "sealed_description"
    for position, person in enumerate(said.people):
        row_id = new_id()
        sealed = sealer.seal(PERSON.dump_json(person), table=table, column=column, row=row_id)
        session.add(
            PersonRow(id=row_id, report_id=report_id, position=position, sealed_description=sealed)
        )


def _add_identifiers(
    session: Session,
    sealer: Seals,
    report_id: UUID,
    given: Sequence[GivenIdentifier],
    lines: Mapping[Identifier, UUID],
) -> None:
    for position, each in enumerate(given):
        row_id = new_id()
        row = ReportIdentifierRow(
            id=row_id,
            report_id=report_id,
            position=position,
            kind=each.kind,
            certainty=each.certainty,
            may_be_shared=each.may_be_shared,
            sealed_raw=_seal_identifier(sealer, each.raw, "sealed_raw", row_id),
        )
        if each.kind is not None and each.value is not None:
            row.sealed_value = _seal_identifier(sealer, each.value, "sealed_value", row_id)
            row.ledger_id = lines[Identifier(each.kind, each.value)]
        session.add(row)


def _seal_identifier(sealer: Seals, plain: str, column: str, row_id: UUID) -> Sealed:
    return sealer.seal(plain, table="report_identifier", column=column, row=row_id)


def _ledger_lines(
    session: Session,
    sealer: Sealer,
    evaluator: Evaluator,
    given: Sequence[GivenIdentifier],
    now: datetime,
) -> dict[Identifier, UUID]:
    """Write one line on the ledger for each identifier that could be read; return their ids."""
    readable = dict.fromkeys(
        Identifier(each.kind, each.value)
        for each in given
        if each.kind is not None and each.value is not None
    )
    if not readable:
        return {}
    lines = record_identifiers(session, evaluator, sealer, identifiers=list(readable), now=now)
    return {identifier: line.id for identifier, line in zip(readable, lines, strict=True)}


def _add_consents(session: Session, row: ReportRow, said: Submission, now: datetime) -> None:
    session.add_all(
        ConsentRow(
            id=new_id(),
            report_id=row.id,
            switch=consent,
            wording=CONSENT_WORDING,
            channel=said.channel,
            given_at=now,
        )
        for consent in sorted(said.consents)
    )
