"""Many reports in a database, sealed as real ones: each value opens, and the audit is one chain.

`reports.actions.submit` takes milliseconds for each; this writes the same rows, a thousand reports
at once. Each has one account of harm, a person, a number on the ledger, two consents, and was
opened and taken by a caseworker.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nacl.public import PublicKey
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from checker.actions import establish
from checker.derivation import derive, input_of, keep_element, seal_element
from checker.evaluator import Evaluator
from checker.model import HarmKind, Identifier, IdentifierKind
from checker.records import LedgerRow
from members import actions as members
from members.model import NewAccount, Role, Severity
from reports.codes import fingerprint, new_receipt_code, new_reference
from reports.model import (
    CONSENT_WORDING,
    Certainty,
    Consent,
    PersonDescribed,
    ReportChannel,
    Reporter,
    ReportState,
)
from reports.reading import PERSON
from reports.records import ConsentRow, HarmRow, PersonRow, ReportIdentifierRow, ReportRow
from storage import audit
from storage.audit_chain import Act, End, Entry, Mark, mac_of, sealed
from storage.base import Base, new_id
from storage.envelopes import DataKey, wrap
from storage.keys import Sealers
from storage.records import AuditRow, RecordKeyRow
from storage.sealing import Sealed

AT_ONCE = 1_000
PASSPHRASE = "a kettle by the open window"  # noqa: S105 - nobody's
NAMES = ("Ruth", "Sol")
STORY = "He took the money back and shouted until I ran out of the flat. "
SAID = 10  # times
PERSON_JSON = PERSON.dump_json(PersonDescribed(alias="The driver", height="tall"))
ORDER = (
    ReportRow,
    RecordKeyRow,
    HarmRow,
    PersonRow,
    LedgerRow,
    ReportIdentifierRow,
    ConsentRow,
    AuditRow,
)

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(kw_only=True)
class Filling:
    """What the reports are written with, and how far the audit has come."""

    sealers: Sealers
    evaluator: Evaluator
    holders: Mapping[UUID, PublicKey]
    reader: UUID
    public_key: bytes
    epoch: int
    now: datetime
    number: int
    mac: bytes = field(repr=False)

    def reports(self, first: int, many: int) -> Rows:
        """Return the rows of so many reports; `first` is how many there are already."""
        rows: Rows = {table: [] for table in ORDER}
        people = [Identifier(IdentifierKind.PHONE, f"+4477{first + at:08}") for at in range(many)]
        inputs = [input_of(each) for each in people]
        elements = self.evaluator.under(self.public_key).evaluate(inputs)
        for identifier, element in zip(people, elements, strict=True):
            report_id, key = new_id(), DataKey.fresh()
            self._report(rows, report_id, key)
            self._identifier(rows, report_id, key, identifier, element)
            for act in (Act.REPORT_OPENED, Act.REPORT_TAKEN):
                rows[AuditRow].append(self._entry(act, report_id))
        return rows

    def _report(self, rows: Rows, report_id: UUID, key: DataKey) -> None:
        story = key.seal(STORY * SAID, table="report", column="sealed_narrative", row=report_id)
        rows[ReportRow].append(
            {
                "id": report_id,
                "reference": new_reference("R"),
                "state": ReportState.RECEIVED,
                "severity": Severity.RISK,
                "received_at": self.now,
                "channel": ReportChannel.WEB,
                "language": "en",
                "reporter": Reporter.ANONYMOUS,
                "code_fingerprint": fingerprint(self.sealers.reports, new_receipt_code()),
                "sealed_narrative": story,
            }
        )
        rows[RecordKeyRow] += (
            {"record_id": report_id, "holder_id": each, "wrapped": wrap(key, report_id, public)}
            for each, public in self.holders.items()
        )
        rows[HarmRow].append(
            {
                "id": new_id(),
                "report_id": report_id,
                "kind": HarmKind.NON_PAYMENT,
                "weapon": False,
                "injury": False,
            }
        )
        rows[PersonRow].append(_person(report_id, key))
        rows[ConsentRow] += (
            {
                "id": new_id(),
                "report_id": report_id,
                "switch": each,
                "wording": CONSENT_WORDING,
                "channel": ReportChannel.WEB,
                "given_at": self.now,
            }
            for each in (Consent.REGISTER, Consent.ALERT)
        )

    def _identifier(
        self, rows: Rows, report_id: UUID, key: DataKey, identifier: Identifier, element: bytes
    ) -> None:
        line, row_id = new_id(), new_id()
        rows[LedgerRow].append(
            {
                "id": line,
                "kind": identifier.kind,
                "tag": derive(element, self.epoch).tag,
                "sealed_element": seal_element(element, self.evaluator.rotation_key),
                "kept_element": keep_element(element, self.sealers.reports, line),
                "epoch": self.epoch,
                "created_at": self.now,
            }
        )
        rows[ReportIdentifierRow].append(
            {
                "id": row_id,
                "report_id": report_id,
                "ledger_id": line,
                "position": 0,
                "kind": identifier.kind,
                "certainty": Certainty.SURE,
                "sealed_raw": _seal(key, identifier.value, "sealed_raw", row_id),
                "sealed_value": _seal(key, identifier.value, "sealed_value", row_id),
            }
        )

    def _entry(self, act: Act, report_id: UUID) -> dict[str, Any]:
        self.number += 1
        sealer = self.sealers.audit
        reason = sealer.seal("It came in first.", row=str(self.number), **audit.REASON)
        told: dict[str, Any] = {
            "number": self.number,
            "at": self.now,
            "act": act,
            "by_id": self.reader,
            "on_id": report_id,
            "sealed_reason": reason,
        }
        self.mac = mac_of(Entry(**told, mac=b""), after=self.mac, key=sealer.ring.look_up)
        return {**told, "mac": self.mac}

    def head(self) -> Mark:
        """Return where the chain ends."""
        key = self.sealers.audit.ring.look_up
        return sealed(End.HEAD, number=self.number, mac=self.mac, key=key)


def fill(engine: Engine, sealers: Sealers, evaluator: Evaluator, many: int, now: datetime) -> None:
    """Put caseworkers and so many reports into a new database."""
    with Session(engine) as session:
        filling = _begin(session, sealers, evaluator, now)
        session.commit()
    for first in range(0, many, AT_ONCE):
        rows = filling.reports(first, min(AT_ONCE, many - first))
        with engine.begin() as connection:
            for table in ORDER:
                connection.execute(insert(table), rows[table])
    with Session(engine) as session:
        audit.move_end(session, End.HEAD, filling.head())
        session.commit()


def _begin(session: Session, sealers: Sealers, evaluator: Evaluator, now: datetime) -> Filling:
    made = [
        members.create_account(
            session,
            sealers,
            new=NewAccount(name=name, role=Role.CASEWORKER),
            passphrase=PASSPHRASE,
            now=now,
        )
        for name in NAMES
    ]
    state = establish(session, evaluator, now=now)
    reader = made[0].account_id
    audit.record(session, sealers.audit, Act.ACCOUNT_CREATED, by=None, on=reader, now=now)
    head = audit.head(session)
    assert head  # noqa: S101 - it was recorded just now
    return Filling(
        sealers=sealers,
        evaluator=evaluator,
        holders=members.holders(session, sealers),
        reader=reader,
        public_key=state.public_key,
        epoch=state.epoch,
        now=now,
        number=head.number,
        mac=head.mac,
    )


def _person(report_id: UUID, key: DataKey) -> dict[str, Any]:
    row_id = new_id()
    table, column = "person_described", "sealed_description"
    return {
        "id": row_id,
        "report_id": report_id,
        "position": 0,
        "sealed_description": key.seal(PERSON_JSON, table=table, column=column, row=row_id),
    }


def _seal(key: DataKey, value: str, column: str, row_id: UUID) -> Sealed:
    return key.seal(value, table="report_identifier", column=column, row=row_id)
