"""Codes that show that what a request is about belongs to who asks."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rights_request_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", storage.base.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("slot between 1 and 3", name=op.f("ck_rights_request_code_three_a_day")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_rights_request_code_request_id_rights_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request_code")),
        sa.UniqueConstraint(
            "address_fingerprint",
            "slot",
            name=op.f("uq_rights_request_code_address_fingerprint_slot"),
        ),
    )
    with op.batch_alter_table("rights_request_code", schema=None) as batch_op:
        for column in ("request_id", "created_at"):
            batch_op.create_index(batch_op.f(f"ix_rights_request_code_{column}"), [column])
    op.create_table(
        "rights_request_proof",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("proved_at", storage.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rights_request.id"],
            name=op.f("fk_rights_request_proof_request_id_rights_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "position", name=op.f("pk_rights_request_proof")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("rights_request_proof")
    op.drop_table("rights_request_code")
