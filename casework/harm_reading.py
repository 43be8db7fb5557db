"""What is sealed of harm by a professional and of complaints, both under the key of the case."""

from dataclasses import replace
from uuid import UUID

from pydantic import TypeAdapter

from casework.complaints import Complaint, ComplaintState, Reply, Stage
from casework.model import Intake
from casework.professional import ProfessionalHarm
from casework.records import ComplaintRow, ProfessionalHarmRow
from storage.envelopes import DataKey
from storage.sealing import Sealed

HARM = TypeAdapter(ProfessionalHarm)
REPLIES = TypeAdapter(tuple[Reply, ...])
ACCOUNT = {"table": "professional_harm", "column": "sealed_account"}
ANSWERS = {"table": "complaint", "column": "sealed_answers"}


def seal_harm(key: DataKey, harm: ProfessionalHarm, *, case_id: UUID) -> Sealed:
    """Return what a form said, sealed, but for what the case itself keeps of it."""
    return key.seal(HARM.dump_json(replace(harm, intake=Intake())), row=case_id, **ACCOUNT)


def harm_of(key: DataKey, row: ProfessionalHarmRow, intake: Intake) -> ProfessionalHarm:
    """Return what a form said."""
    plain = key.unseal(row.sealed_account, row=row.case_id, **ACCOUNT)
    return replace(HARM.validate_json(plain), intake=intake)


def seal_replies(key: DataKey, replies: tuple[Reply, ...], *, complaint_id: UUID) -> Sealed:
    """Return the answers to a complaint, sealed."""
    return key.seal(REPLIES.dump_json(replies), row=complaint_id, **ANSWERS)


def replies_of(key: DataKey, row: ComplaintRow) -> tuple[Reply, ...]:
    """Return the answers to a complaint, in the order in which they were written down."""
    if row.sealed_answers is None:
        return ()
    return REPLIES.validate_json(key.unseal(row.sealed_answers, row=row.id, **ANSWERS))


def complaint_of(key: DataKey, row: ComplaintRow) -> Complaint:
    """Return a complaint."""
    return Complaint(
        id=row.id,
        body=row.body,
        stage=Stage(row.stage),
        state=ComplaintState(row.state),
        begun_at=row.begun_at,
        due_on=row.due_on,
        changed_at=row.changed_at,
        replies=replies_of(key, row),
    )
