"""The rows of reports; private to the room."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, SealedBytes
from storage.sealing import Sealed


class ReportDraftRow(Base):
    """Answers of a report that is not sent yet; found by its receipt code, gone when sent."""

    __tablename__ = "report_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    sealed_answers: Mapped[Sealed] = mapped_column(SealedBytes)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)


class ReportRow(Base):
    """A report of harm."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("id", "verified_by"),
        CheckConstraint("state <> 'verified' or verified_by is not null", "verified"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    severity: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(35))
    reporter: Mapped[str] = mapped_column(String(16))
    sealed_reporter_id: Mapped[Sealed | None] = mapped_column(SealedBytes)
    reporter_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_public: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sealed_narrative: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_safe_contact: Mapped[Sealed | None] = mapped_column(SealedBytes)
    precision: Mapped[str | None] = mapped_column(String(16))
    from_day: Mapped[date | None]
    to_day: Mapped[date | None]
    time_of_day: Mapped[str] = mapped_column(String(16), default="")
    area: Mapped[str] = mapped_column(String(12), default="")
    sealed_place: Mapped[Sealed | None] = mapped_column(SealedBytes)
    setting: Mapped[str | None] = mapped_column(String(16))
    support_wanted: Mapped[bool] = mapped_column(default=False)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    verified_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class HarmRow(Base):
    """One account of harm in a report."""

    __tablename__ = "account_of_harm"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    weapon: Mapped[bool]
    injury: Mapped[bool]
    strands: Mapped[str] = mapped_column(String(200), default="")


class PersonRow(Base):
    """A person described, sealed as a whole."""

    __tablename__ = "person_described"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]  # as the reporter gave them
    sealed_description: Mapped[Sealed] = mapped_column(SealedBytes)


class ReportIdentifierRow(Base):
    """An identifier of a report: as given and as read, sealed; its ledger row links equals."""

    __tablename__ = "report_identifier"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    ledger_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_ledger.id"), index=True)
    position: Mapped[int]  # as the reporter gave them
    kind: Mapped[str | None] = mapped_column(String(16))
    sealed_raw: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_value: Mapped[Sealed | None] = mapped_column(SealedBytes)
    certainty: Mapped[str] = mapped_column(String(16))
    may_be_shared: Mapped[bool] = mapped_column(default=False)


class ConsentRow(Base):
    """A consent given: to what, under which wording, when, and when it was taken back."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    switch: Mapped[str] = mapped_column(String(24))
    wording: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class MatchQuestionRow(Base):
    """That a reporter who waits for a second report is asked now, and what they answered."""

    __tablename__ = "match_question"
    __table_args__ = (CheckConstraint("(answered_at is null) = (agreed is null)", "answered"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    agreed: Mapped[bool | None]


class AdditionRow(Base):
    """A line added to a report later."""

    __tablename__ = "addition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by_account: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sealed_text: Mapped[Sealed] = mapped_column(SealedBytes)


class WarningRow(Base):
    """A warning made of one verified report; the database refuses a lone publisher."""

    __tablename__ = "warning"
    __table_args__ = (
        ForeignKeyConstraint(["report_id", "verified_by"], ["report.id", "report.verified_by"]),
        CheckConstraint(
            "published_by is null or published_by <> verified_by"
            " or (imminent and sealed_imminent_reason is not null and severity = 'danger')",
            "two_people",
        ),
        CheckConstraint("reviewed_by is null or reviewed_by <> published_by", "second_look"),
        CheckConstraint("state <> 'published' or published_by is not null", "published"),
        CheckConstraint(
            "state <> 'suspended' or (suspended_by is not null and published_by is not null)",
            "suspended",
        ),
        ForeignKeyConstraint(
            ["withdrawal_id", "id", "withdrawn_by"],
            ["approval.id", "approval.subject_id", "approval.granted_by"],
        ),
        CheckConstraint(
            "state <> 'withdrawn' or published_by is null or alone_because is not null"
            " or (withdrawal_id is not null and withdrawn_by is not null)",
            "two_withdraw",
        ),
        CheckConstraint("severity <> 'nuisance' or to_alert = false", "nuisance_never_alerts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    report_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    severity: Mapped[str] = mapped_column(String(16))
    kinds: Mapped[str] = mapped_column(String(400))
    month: Mapped[str] = mapped_column(String(7))
    areas: Mapped[str] = mapped_column(String(700))
    settings: Mapped[str] = mapped_column(String(80), default="")
    show_month: Mapped[bool] = mapped_column(default=True)
    show_band: Mapped[bool] = mapped_column(default=True)
    to_alert: Mapped[bool] = mapped_column(default=True)
    sealed_description: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_advice: Mapped[Sealed] = mapped_column(SealedBytes)
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    verified_by: Mapped[UUID]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    imminent: Mapped[bool] = mapped_column(default=False)
    sealed_imminent_reason: Mapped[Sealed | None] = mapped_column(SealedBytes)
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    suspended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawal_id: Mapped[UUID | None]  # the approval under which staff withdrew it
    withdrawn_by: Mapped[UUID | None]  # who granted that
    alone_because: Mapped[str | None] = mapped_column(String(8))  # no second person was asked


class CorrectionRow(Base):
    """The corrected text of a published warning; the database refuses a lone corrector."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("confirmed_by is null or confirmed_by <> written_by", "two_people"),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", "confirmed"),
        Index(
            "ix_correction_waiting",
            "warning_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL"),
            sqlite_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    warning_id: Mapped[UUID] = mapped_column(
        ForeignKey("warning.id", ondelete="CASCADE"), index=True
    )
    sealed_description: Mapped[Sealed] = mapped_column(SealedBytes)
    sealed_advice: Mapped[Sealed] = mapped_column(SealedBytes)
    written_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class RightsRequestRow(Base):
    """A request about somebody's data; the database refuses an answer by one person alone."""

    __tablename__ = "rights_request"
    __table_args__ = (
        CheckConstraint("answered_by is null or answered_by <> proposed_by", "two_people"),
        CheckConstraint("(answered_by is null) = (answered_at is null)", "answered"),
        CheckConstraint(
            "answered_by is null or (proposed_by is not null and sealed_answer is not null)",
            "proposed",
        ),
        CheckConstraint("(extended_at is null) = (sealed_longer is null)", "longer_with_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(35))
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    sealed_asked: Mapped[Sealed] = mapped_column(SealedBytes)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    extended_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_longer: Mapped[Sealed | None] = mapped_column(SealedBytes)
    sealed_answer: Mapped[Sealed | None] = mapped_column(SealedBytes)
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class RightsRequestLineRow(Base):
    """A line on the ledger for an identifier that a request is about; equal ones link reports."""

    __tablename__ = "rights_request_line"

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id", ondelete="CASCADE"), primary_key=True
    )
    ledger_id: Mapped[UUID] = mapped_column(
        ForeignKey("register_ledger.id"), primary_key=True, index=True
    )


class RightsRequestCodeRow(Base):
    """A code sent to what a request is about, as a keyed hash; an address has three slots a day."""

    __tablename__ = "rights_request_code"
    __table_args__ = (
        UniqueConstraint("address_fingerprint", "slot"),
        CheckConstraint("slot between 1 and 3", "three_a_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]  # of the identifier in the request
    address_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    slot: Mapped[int]
    code_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # typed, or another one was sent


class RightsRequestProofRow(Base):
    """That a code sent to an identifier of a request came back."""

    __tablename__ = "rights_request_proof"

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_request.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proved_at: Mapped[datetime] = mapped_column(Moment)
