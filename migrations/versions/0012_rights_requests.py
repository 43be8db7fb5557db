"""Requests about one's data."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_asked", storage.base.SealedBytes(), nullable=False),
        sa.Column("received_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("due_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("extended_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("sealed_longer", storage.base.SealedBytes(), nullable=True),
        sa.Column("sealed_answer", storage.base.SealedBytes(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", storage.base.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_by is null or answered_by <> proposed_by",
            name=op.f("ck_rights_request_two_people"),
        ),
        sa.CheckConstraint(
            "(answered_by is null) = (answered_at is null)",
            name=op.f("ck_rights_request_answered"),
        ),
        sa.CheckConstraint(
            "answered_by is null or (proposed_by is not null and sealed_answer is not null)",
            name=op.f("ck_rights_request_proposed"),
        ),
        sa.CheckConstraint(
            "(extended_at is null) = (sealed_longer is null)",
            name=op.f("ck_rights_request_longer_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_rights_request_answered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_rights_request_proposed_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
        sa.UniqueConstraint("code_fingerprint", name=op.f("uq_rights_request_code_fingerprint")),
        sa.UniqueConstraint("reference", name=op.f("uq_rights_request_reference")),
    )
    op.create_table(
        "rights_request_line",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["register_ledger.id"],
            name=op.f("fk_rights_request_line_ledger_id_register_ledger"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_rights_request_line_request_id_rights_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "ledger_id", name=op.f("pk_rights_request_line")),
    )
    for table, column in (
        ("rights_request", "received_at"),
        ("rights_request", "answered_at"),
        ("rights_request_line", "ledger_id"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column])


def downgrade() -> None:
    """Take back."""
    op.drop_table("rights_request_line")
    op.drop_table("rights_request")
