"""Casework: cases and what belongs to them, disclosures, suggestions to the directory."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_draft"),
        sa.UniqueConstraint("code_fingerprint", name="uq_case_draft_code_fingerprint"),
    )
    with op.batch_alter_table("case_draft", schema=None) as batch_op:
        batch_op.create_index("ix_case_draft_updated_at", ["updated_at"])

    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notes_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("unanswered", sa.Boolean(), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_intake", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)", name="ck_case_file_closed"
        ),
        sa.CheckConstraint(
            "state = 'new' or state = 'closed' or assignee_id is not null",
            name="ck_case_file_taken",
        ),
        sa.CheckConstraint("(closed_at is null) = (outcome is null)", name="ck_case_file_outcome"),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["account.id"], name="fk_case_file_assignee_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("code_fingerprint", name="uq_case_file_code_fingerprint"),
        sa.UniqueConstraint("notes_id", name="uq_case_file_notes_id"),
        sa.UniqueConstraint("reference", name="uq_case_file_reference"),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_assignee_id_state", ["assignee_id", "state"])
        batch_op.create_index("ix_case_file_closed_at", ["closed_at"])
        batch_op.create_index("ix_case_file_opened_at", ["opened_at"])
        batch_op.create_index("ix_case_file_person_mark", ["person_mark"])
        batch_op.create_index("ix_case_file_due_at_id", ["due_at", "id"])
        batch_op.create_index("ix_case_file_state_due_at", ["state", "due_at"])

    op.create_table(
        "disclosure_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("consent", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(released_at is null) = (released_by is null)", name="ck_disclosure_export_released"
        ),
        sa.CheckConstraint(
            "released_at is null or dropped_at is null", name="ck_disclosure_export_one_end"
        ),
        sa.CheckConstraint(
            "released_by is null or released_by <> made_by", name="ck_disclosure_export_two_people"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name="fk_disclosure_export_made_by_account"
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["account.id"], name="fk_disclosure_export_released_by_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure_export"),
        sa.UniqueConstraint("reference", name="uq_disclosure_export_reference"),
    )
    with op.batch_alter_table("disclosure_export", schema=None) as batch_op:
        batch_op.create_index("ix_disclosure_export_made_at", ["made_at"])

    op.create_table(
        "listing_suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(decided_at is null) = (decided_by is null)", name="ck_listing_suggestion_decided"
        ),
        sa.CheckConstraint(
            "(decided_at is null) = (taken is null)", name="ck_listing_suggestion_taken"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name="fk_listing_suggestion_decided_by_account"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name="fk_listing_suggestion_listing_id_listing",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_listing_suggestion"),
    )
    with op.batch_alter_table("listing_suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_listing_suggestion_decided_at", ["decided_at"])
        batch_op.create_index("ix_listing_suggestion_listing_id", ["listing_id"])
        batch_op.create_index("ix_listing_suggestion_received_at", ["received_at"])

    op.create_table(
        "task_feed",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_task_feed_account_id_account"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_task_feed"),
        sa.UniqueConstraint("token_hash", name="uq_task_feed_token_hash"),
    )
    op.create_table(
        "case_access",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_case_access_account_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_case_access_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "account_id", name="pk_case_access"),
    )
    with op.batch_alter_table("case_access", schema=None) as batch_op:
        batch_op.create_index("ix_case_access_account_id", ["account_id"])

    op.create_table(
        "case_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("switch", sa.String(length=24), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_case_consent_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_consent"),
    )
    with op.batch_alter_table("case_consent", schema=None) as batch_op:
        batch_op.create_index("ix_case_consent_case_id", ["case_id"])

    op.create_table(
        "case_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_account"], ["account.id"], name="fk_case_line_by_account_account"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_case_line_case_id_case_file", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_line"),
    )
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.create_index("ix_case_line_case_id", ["case_id"])

    op.create_table(
        "case_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_case_note_case_id_case_file", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name="fk_case_note_changed_by_account"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name="fk_case_note_written_by_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_note"),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index("ix_case_note_case_id", ["case_id"])

    op.create_table(
        "case_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_case_referral_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name="fk_case_referral_listing_id_listing"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name="fk_case_referral_made_by_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_referral"),
    )
    with op.batch_alter_table("case_referral", schema=None) as batch_op:
        batch_op.create_index("ix_case_referral_case_id", ["case_id"])
        batch_op.create_index("ix_case_referral_listing_id", ["listing_id"])

    op.create_table(
        "case_report",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_case_report_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["linked_by"], ["account.id"], name="fk_case_report_linked_by_account"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_case_report_report_id_report", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "report_id", name="pk_case_report"),
    )
    with op.batch_alter_table("case_report", schema=None) as batch_op:
        batch_op.create_index("ix_case_report_report_id", ["report_id"])

    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("for_account", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(done_at is null) = (done_by is null)", name="ck_case_task_done"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_case_task_case_id_case_file", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name="fk_case_task_done_by_account"),
        sa.ForeignKeyConstraint(
            ["for_account"], ["account.id"], name="fk_case_task_for_account_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_task"),
    )
    with op.batch_alter_table("case_task", schema=None) as batch_op:
        batch_op.create_index("ix_case_task_case_id", ["case_id"])
        batch_op.create_index("ix_case_task_for_account_due_on", ["for_account", "due_on"])

    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_complaint_case_id_case_file", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_case_id", ["case_id"])

    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("consent", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=False),
        sa.Column("second_person", sa.Uuid(), nullable=True),
        sa.Column("sealed_fields", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(report_id is null) <> (case_id is null)", name="ck_disclosure_about_one"
        ),
        sa.CheckConstraint(
            "export_id is null or second_person is not null", name="ck_disclosure_released"
        ),
        sa.CheckConstraint(
            "second_person is null or second_person <> by_account", name="ck_disclosure_two_people"
        ),
        sa.ForeignKeyConstraint(
            ["by_account"], ["account.id"], name="fk_disclosure_by_account_account"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_disclosure_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["disclosure_export.id"],
            name="fk_disclosure_export_id_disclosure_export",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_disclosure_report_id_report", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_person"], ["account.id"], name="fk_disclosure_second_person_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index("ix_disclosure_case_id", ["case_id"])
        batch_op.create_index("ix_disclosure_export_id", ["export_id"])
        batch_op.create_index("ix_disclosure_report_id", ["report_id"])

    op.create_table(
        "match_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at is null) = (agreed is null)", name="ck_match_question_answered"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name="fk_match_question_report_id_report",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_match_question"),
    )
    with op.batch_alter_table("match_question", schema=None) as batch_op:
        batch_op.create_index("ix_match_question_asked_at", ["asked_at"])
        batch_op.create_index("ix_match_question_report_id", ["report_id"])

    op.create_table(
        "professional_harm",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sector", sa.String(length=16), nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("sealed_account", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_professional_harm_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_professional_harm"),
    )
    with op.batch_alter_table("record_key", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("narrow", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("record_key", schema=None) as batch_op:
        batch_op.alter_column("narrow", server_default=None)

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code_public", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("code_public")

    with op.batch_alter_table("record_key", schema=None) as batch_op:
        batch_op.drop_column("narrow")

    op.drop_table("professional_harm")
    with op.batch_alter_table("match_question", schema=None) as batch_op:
        batch_op.drop_index("ix_match_question_report_id")
        batch_op.drop_index("ix_match_question_asked_at")

    op.drop_table("match_question")
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_index("ix_disclosure_report_id")
        batch_op.drop_index("ix_disclosure_export_id")
        batch_op.drop_index("ix_disclosure_case_id")

    op.drop_table("disclosure")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_case_id")

    op.drop_table("complaint")
    with op.batch_alter_table("case_task", schema=None) as batch_op:
        batch_op.drop_index("ix_case_task_for_account_due_on")
        batch_op.drop_index("ix_case_task_case_id")

    op.drop_table("case_task")
    with op.batch_alter_table("case_report", schema=None) as batch_op:
        batch_op.drop_index("ix_case_report_report_id")

    op.drop_table("case_report")
    with op.batch_alter_table("case_referral", schema=None) as batch_op:
        batch_op.drop_index("ix_case_referral_listing_id")
        batch_op.drop_index("ix_case_referral_case_id")

    op.drop_table("case_referral")
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.drop_index("ix_case_note_case_id")

    op.drop_table("case_note")
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.drop_index("ix_case_line_case_id")

    op.drop_table("case_line")
    with op.batch_alter_table("case_consent", schema=None) as batch_op:
        batch_op.drop_index("ix_case_consent_case_id")

    op.drop_table("case_consent")
    with op.batch_alter_table("case_access", schema=None) as batch_op:
        batch_op.drop_index("ix_case_access_account_id")

    op.drop_table("case_access")
    op.drop_table("task_feed")
    with op.batch_alter_table("listing_suggestion", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_suggestion_received_at")
        batch_op.drop_index("ix_listing_suggestion_listing_id")
        batch_op.drop_index("ix_listing_suggestion_decided_at")

    op.drop_table("listing_suggestion")
    with op.batch_alter_table("disclosure_export", schema=None) as batch_op:
        batch_op.drop_index("ix_disclosure_export_made_at")

    op.drop_table("disclosure_export")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_state_due_at")
        batch_op.drop_index("ix_case_file_due_at_id")
        batch_op.drop_index("ix_case_file_person_mark")
        batch_op.drop_index("ix_case_file_opened_at")
        batch_op.drop_index("ix_case_file_closed_at")
        batch_op.drop_index("ix_case_file_assignee_id_state")

    op.drop_table("case_file")
    with op.batch_alter_table("case_draft", schema=None) as batch_op:
        batch_op.drop_index("ix_case_draft_updated_at")

    op.drop_table("case_draft")
