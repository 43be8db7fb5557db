"""The rows of casework; private to the room."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class CaseRow(Base):
    """A case. Its own key opens what the person reads too; that of `notes_id` only the notes.

    `person_public` is the public half of what follows from the code, or of the account's pair.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        CheckConstraint("state = 'new' or state = 'closed' or assignee_id is not null", "taken"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", "closed"),
        CheckConstraint("(closed_at is null) = (outcome is null)", "outcome"),
        Index("ix_case_file_due_at_id", "due_at", "id"),
        Index("ix_case_file_state_due_at", "state", "due_at"),
        Index("ix_case_file_assignee_id_state", "assignee_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notes_id: Mapped[UUID] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(35))
    opened_at: Mapped[datetime] = mapped_column(Moment, index=True)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    outcome: Mapped[str | None] = mapped_column(String(16))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    unanswered: Mapped[bool] = mapped_column(default=True)
    code_fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    person_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    person_public: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_intake: Mapped[Sealed] = mapped_column(SealedBytes)


class CaseAccessRow(Base):
    """Somebody who may open a case that was taken; leads may open every one."""

    __tablename__ = "case_access"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class CaseLineRow(Base):
    """A line that the person reads too, under the key of the case; `by_account` None: their own."""

    __tablename__ = "case_line"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    by_account: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sealed_text: Mapped[Sealed] = mapped_column(SealedBytes)


class CaseNoteRow(Base):
    """A note of the desk, under the key of the notes; `version` goes up with each change."""

    __tablename__ = "case_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_text: Mapped[Sealed] = mapped_column(SealedBytes)


class CaseTaskRow(Base):
    """Something to do by a day, for somebody with access; its words under the key of the notes."""

    __tablename__ = "case_task"
    __table_args__ = (
        CheckConstraint("(done_at is null) = (done_by is null)", "done"),
        Index("ix_case_task_for_account_due_on", "for_account", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    for_account: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sealed_text: Mapped[Sealed] = mapped_column(SealedBytes)


class TaskFeedRow(Base):
    """The address of an account's feed of due days, by the hash of its token."""

    __tablename__ = "task_feed"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)


class ReferralRow(Base):
    """A service of the directory that the person was told of, and what came of it."""

    __tablename__ = "case_referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(Moment)


class CaseReportRow(Base):
    """A report that a case is about."""

    __tablename__ = "case_report"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    linked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    linked_at: Mapped[datetime] = mapped_column(Moment)


class CaseConsentRow(Base):
    """What of a case may go to whom: given, under which wording, and when it was taken back."""

    __tablename__ = "case_consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    switch: Mapped[str] = mapped_column(String(24))
    wording: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class FormDraftRow(Base):
    """A form on harm by a professional that is not sent yet; found by its code, gone when sent."""

    __tablename__ = "case_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    sealed_answers: Mapped[Sealed] = mapped_column(SealedBytes)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)


class ProfessionalHarmRow(Base):
    """What the form said, sealed under the key of the case; beside it what is counted."""

    __tablename__ = "professional_harm"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True
    )
    sector: Mapped[str] = mapped_column(String(16))
    kinds: Mapped[str] = mapped_column(String(200))
    independent: Mapped[bool]
    sealed_account: Mapped[Sealed] = mapped_column(SealedBytes)


class ComplaintRow(Base):
    """A complaint to one body: its stage, by when something is due, and what was answered."""

    __tablename__ = "complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    sealed_answers: Mapped[Sealed | None] = mapped_column(SealedBytes)


class ExportRow(Base):
    """What is about to leave, or left, at once: made by one person and released by another."""

    __tablename__ = "disclosure_export"
    __table_args__ = (
        CheckConstraint("released_by is null or released_by <> made_by", "two_people"),
        CheckConstraint("(released_at is null) = (released_by is null)", "released"),
        CheckConstraint("released_at is null or dropped_at is null", "one_end"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    consent: Mapped[str] = mapped_column(String(24))
    recipient: Mapped[str] = mapped_column(String(120))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_content: Mapped[Sealed] = mapped_column(SealedBytes)


class DisclosureRow(Base):
    """What left about one report or one case: to whom, when, under which consent, word for word.

    The words are under a key of their own, which opens to the reporter as well.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint("(report_id is null) <> (case_id is null)", "about_one"),
        CheckConstraint("second_person is null or second_person <> by_account", "two_people"),
        CheckConstraint("export_id is null or second_person is not null", "released"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    export_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosure_export.id"), index=True)
    report_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    consent: Mapped[str] = mapped_column(String(24))
    recipient: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Moment)
    by_account: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    second_person: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sealed_fields: Mapped[Sealed] = mapped_column(SealedBytes)
