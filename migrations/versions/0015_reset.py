"""Contacts that were given up and are told so, and passphrases that were forgotten."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("leaves_at", storage.base.Moment(timezone=True), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_contact_leaves_at"), ["leaves_at"])
    op.create_table(
        "reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("code_fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("used_at", storage.base.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("slot between 1 and 3", name=op.f("ck_reset_three_a_day")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_reset_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset")),
        sa.UniqueConstraint("code_fingerprint", name=op.f("uq_reset_code_fingerprint")),
        sa.UniqueConstraint(
            "name_fingerprint", "slot", name=op.f("uq_reset_name_fingerprint_slot")
        ),
    )
    with op.batch_alter_table("reset", schema=None) as batch_op:
        for column in ("account_id", "created_at"):
            batch_op.create_index(batch_op.f(f"ix_reset_{column}"), [column])


def downgrade() -> None:
    """Take back; contacts that were given up go at once."""
    op.drop_table("reset")
    op.execute("delete from contact where leaves_at is not null")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_leaves_at"))
        batch_op.drop_column("leaves_at")
