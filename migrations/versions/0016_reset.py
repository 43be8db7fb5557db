"""Contacts that were given up and are told so, and passphrases that were forgotten."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("leaves_at", storage.base.Moment(timezone=True), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_contact_leaves_at"), ["leaves_at"])


def downgrade() -> None:
    """Take back; contacts that were given up go at once."""
    op.execute("delete from contact where leaves_at is not null")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_leaves_at"))
        batch_op.drop_column("leaves_at")
