"""Bulletins for outreach: of which area, with which warnings, until when."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("warnings", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin"),
        sa.UniqueConstraint("year", "number", name="uq_bulletin_year_number"),
    )
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.create_index("ix_bulletin_area", ["area"])
        batch_op.create_index("ix_bulletin_expires_at", ["expires_at"])
        batch_op.create_index("ix_bulletin_made_at", ["made_at"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.drop_index("ix_bulletin_made_at")
        batch_op.drop_index("ix_bulletin_expires_at")
        batch_op.drop_index("ix_bulletin_area")

    op.drop_table("bulletin")
