"""Retention: its runs, the counts that deliveries leave, and the clock as it was last seen."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("began_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("told_at", storage.base.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    with op.batch_alter_table("retention_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_run_began_at"), ["began_at"], unique=False)
    op.create_table(
        "retention_count",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("ahead", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["retention_run.id"],
            name=op.f("fk_retention_count_run_id_retention_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "rule", name=op.f("pk_retention_count")),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", storage.base.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_table(
        "delivery_count",
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_left_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("last_left_at", storage.base.Moment(timezone=True), nullable=True),
        sa.Column("last_change_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("looked_for", sa.Integer(), nullable=False),
        sa.Column("resent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cause_id"],
            ["cause.id"],
            name=op.f("fk_delivery_count_cause_id_cause"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "cause_id", "channel", "state", "reason", name=op.f("pk_delivery_count")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("delivery_count")
    op.drop_table("clock")
    op.drop_table("retention_count")
    with op.batch_alter_table("retention_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retention_run_began_at"))
    op.drop_table("retention_run")
