"""Copies at providers, and deliveries that no longer hold their contacts."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "provider_copy",
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("listed_at", storage.base.Moment(timezone=True), nullable=False),
        sa.Column("next_at", storage.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_provider_copy")),
    )
    with op.batch_alter_table("provider_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_copy_next_at"), ["next_at"], unique=False)

    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("copies_listed_at", storage.base.Moment(timezone=True), nullable=True)
        )

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delivery_contact_id_contact"), type_="foreignkey")
        batch_op.create_index(
            "ix_delivery_left",
            ["cause_id", "left_at"],
            unique=False,
            postgresql_where=sa.text("left_at IS NOT NULL"),
            sqlite_where=sa.text("left_at IS NOT NULL"),
        )


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM delivery WHERE contact_id NOT IN (SELECT id FROM contact)")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_left",
            postgresql_where=sa.text("left_at IS NOT NULL"),
            sqlite_where=sa.text("left_at IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_contact_id_contact"),
            "contact",
            ["contact_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.drop_column("copies_listed_at")

    with op.batch_alter_table("provider_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_copy_next_at"))

    op.drop_table("provider_copy")
