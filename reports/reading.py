"""Opens the sealed parts of a report; and how those parts are written before they are sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from checker.model import HarmKind, IdentifierKind
from members.model import Severity, WorkSetting
from reports.model import (
    AccountOfHarm,
    Addition,
    Certainty,
    Consent,
    GivenIdentifier,
    PersonDescribed,
    Precision,
    Report,
    ReportChannel,
    Reporter,
    ReportState,
    SafeContact,
    Submission,
    When,
)
from reports.records import (
    AdditionRow,
    ConsentRow,
    HarmRow,
    PersonRow,
    ReportIdentifierRow,
    ReportRow,
    WarningRow,
)
from storage.envelopes import DataKey, Seals
from storage.record_keys import Reader, open_key, open_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it happened beyond the area, and how first contact was made."""

    district: str = field(default="", repr=False)
    first_contact: str = field(default="", repr=False)


PERSON = TypeAdapter(PersonDescribed)
PLACE = TypeAdapter(Place)
SAFE_CONTACT = TypeAdapter(SafeContact)


def load_report(session: Session, reader: Reader, row: ReportRow) -> Report:
    """Return a report with everything in it, in the reporter's own words; raises NotOpenedYet."""
    key = open_key(session, reader, row.id)
    return Report(
        id=row.id,
        reference=row.reference,
        state=ReportState(row.state),
        severity=Severity(row.severity),
        received_at=row.received_at,
        taken_by=row.taken_by,
        submission=_submission(session, key, row),
        additions=additions(session, row.id, partial(open_keys, session, reader)),
        verified_by=row.verified_by,
        verified_at=row.verified_at,
        warning_id=session.scalar(select(WarningRow.id).where(WarningRow.report_id == row.id)),
    )


def additions(
    session: Session, report_id: UUID, opened: Callable[[list[UUID]], Mapping[UUID, DataKey]]
) -> tuple[Addition, ...]:
    """Return the lines added to a report, oldest first; `opened` gives the keys of some of them."""
    rows = session.scalars(
        select(AdditionRow).where(AdditionRow.report_id == report_id).order_by(AdditionRow.at)
    ).all()
    keys = opened([row.id for row in rows])
    return tuple(
        Addition(
            at=row.at,
            by_reporter=row.by_account is None,
            text=_addition_text(keys[row.id], row) if row.id in keys else None,
        )
        for row in rows
    )


def _addition_text(key: DataKey, row: AdditionRow) -> str:
    """Return what a line says."""
    return key.text(row.sealed_text, table="addition", column="sealed_text", row=row.id)


def harms(session: Session, report_id: UUID) -> tuple[AccountOfHarm, ...]:
    """Return the accounts of harm of a report, in the order of their kinds."""
    rows = session.scalars(select(HarmRow).where(HarmRow.report_id == report_id))
    found = [
        AccountOfHarm(
            kind=HarmKind(row.kind),
            weapon=row.weapon,
            injury=row.injury,
            strands=tuple(row.strands.split()),
        )
        for row in rows
    ]
    order = list(HarmKind)
    return tuple(sorted(found, key=lambda harm: order.index(harm.kind)))


def when_of(row: ReportRow) -> When | None:
    """Return when it happened, if the reporter said so."""
    if row.precision is None or row.from_day is None:
        return None
    return When(
        precision=Precision(row.precision),
        from_day=row.from_day,
        to_day=row.to_day,
        time_of_day=row.time_of_day,
    )


def _submission(session: Session, sealer: Seals, row: ReportRow) -> Submission:
    place = _place(sealer, row)
    return Submission(
        narrative=sealer.text(
            row.sealed_narrative, table="report", column="sealed_narrative", row=row.id
        ),
        when=when_of(row),
        area=row.area,
        district=place.district,
        setting=WorkSetting(row.setting) if row.setting else None,
        first_contact=place.first_contact,
        harms=harms(session, row.id),
        people=_people(session, sealer, row.id),
        identifiers=_identifiers(session, sealer, row.id),
        consents=_consents(session, row.id),
        safe_contact=_safe_contact(sealer, row),
        support_wanted=row.support_wanted,
        language=row.language,
        reporter=Reporter(row.reporter),
        channel=ReportChannel(row.channel),
    )


def _place(sealer: Seals, row: ReportRow) -> Place:
    if row.sealed_place is None:
        return Place()
    return PLACE.validate_json(
        sealer.unseal(row.sealed_place, table="report", column="sealed_place", row=row.id)
    )


def _safe_contact(sealer: Seals, row: ReportRow) -> SafeContact | None:
    if row.sealed_safe_contact is None:
        return None
    return SAFE_CONTACT.validate_json(
        sealer.unseal(
            row.sealed_safe_contact, table="report", column="sealed_safe_contact", row=row.id
        )
    )


def _people(session: Session, sealer: Seals, report_id: UUID) -> tuple[PersonDescribed, ...]:
    rows = session.scalars(
        select(PersonRow).where(PersonRow.report_id == report_id).order_by(PersonRow.position)
    )
    table, column = "person_described", "sealed_description"
    return tuple(
        PERSON.validate_json(
            sealer.unseal(row.sealed_description, table=table, column=column, row=row.id)
        )
        for row in rows
    )


def _identifiers(session: Session, sealer: Seals, report_id: UUID) -> tuple[GivenIdentifier, ...]:
    rows = session.scalars(
        select(ReportIdentifierRow)
        .where(ReportIdentifierRow.report_id == report_id)
        .order_by(ReportIdentifierRow.position)
    )
    return tuple(_identifier(sealer, row) for row in rows)


def _identifier(sealer: Seals, row: ReportIdentifierRow) -> GivenIdentifier:
    table = "report_identifier"
    value = None
    if row.sealed_value is not None:
        value = sealer.text(row.sealed_value, table=table, column="sealed_value", row=row.id)
    return GivenIdentifier(
        raw=sealer.text(row.sealed_raw, table=table, column="sealed_raw", row=row.id),
        kind=IdentifierKind(row.kind) if row.kind else None,
        value=value,
        certainty=Certainty(row.certainty),
        may_be_shared=row.may_be_shared,
    )


def _consents(session: Session, report_id: UUID) -> frozenset[Consent]:
    rows = session.scalars(
        select(ConsentRow.switch).where(
            ConsentRow.report_id == report_id, ConsentRow.withdrawn_at.is_(None)
        )
    )
    return frozenset(map(Consent, rows))
